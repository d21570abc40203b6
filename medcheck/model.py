"""The nouns: drugs, interactions, medicines, findings. Immutable by habit, importing nothing of ours.

Plain classes with __slots__, because importing dataclasses costs more than the whole check.
"""

from itertools import combinations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

SEVERITIES = ("none", "minor", "moderate", "major", "contraindicated")
"""From nothing to do to never together."""
ACTIONS = ("avoid", "usually avoid", "adjust", "separate", "monitor", "no precaution")
EVIDENCE = ("established", "probable", "suspected", "theoretical", "label only")
ONSETS = ("rapid", "delayed", "unknown")
DUPLICATE = "duplicate:"


def rank(severity: str) -> int:
    """Order severities: a higher number is worse."""
    return SEVERITIES.index(severity)


class Ingredient:
    """What a medicine acts by: an ingredient and every trait that is true of it, its own id included."""

    __slots__ = ("id", "traits")

    def __init__(self, id: str, traits: "Iterable[str]") -> None:
        self.id = id
        self.traits = frozenset(traits)


class Drug:
    """An entry of drugs.yaml: one ingredient, or a product that contains several."""

    __slots__ = (
        "brands", "called", "codes", "common", "contains", "coverage", "id", "ingredients", "kind", "lasts", "local",
        "names", "own_traits", "reviewed", "serious", "sources", "uses",
    )  # fmt: skip

    id: str
    """RxNorm ingredient name in lower case."""
    called: str
    """What a pharmacist calls it: its first trait."""
    own_traits: "tuple[str, ...]"
    """The traits written for it, without the implied ones."""
    contains: "tuple[str, ...]"
    """Ids of its ingredients, for a product."""
    ingredients: "tuple[Ingredient, ...]"
    """What it acts by."""
    brands: "tuple[str, ...]"
    names: "tuple[str, ...]"
    codes: "Mapping[str, Any]"
    coverage: str
    """reviewed | traits | name only."""
    kind: str
    """drug, or food, herb, nutrient, substance, vaccine, diagnostic."""
    lasts: str
    """How long the effect outlasts the last dose, or empty."""
    local: "tuple[str, ...]"
    """Ids of its local forms (cream, eye drops...)."""
    uses: str
    """What it is for, in one line, or empty."""
    common: "tuple[str, ...]"
    """Common side effects, from its card."""
    serious: "tuple[str, ...]"
    """Serious side effects, from its card."""
    reviewed: str
    sources: "tuple[str, ...]"

    def __init__(self, record: "Mapping[str, Any]", ingredients: "Iterable[Ingredient]") -> None:
        self.id = record["id"]
        self.own_traits = tuple(record.get("is", ()))
        self.called = self.own_traits[0] if self.own_traits else ""
        self.contains = tuple(record.get("contains", ()))
        self.ingredients = tuple(ingredients)
        self.brands = tuple(record.get("brands", ()))
        self.names = tuple(record.get("names", ()))
        self.codes = record.get("codes", {})
        self.coverage = record["coverage"]
        self.kind = record.get("kind", "drug")
        self.lasts = record.get("lasts", "")
        self.local = tuple(record.get("local", ()))
        self.uses = record.get("uses", "")
        self.common = tuple(record.get("common", ()))
        self.serious = tuple(record.get("serious", ()))
        self.reviewed = record.get("reviewed", "")
        self.sources = tuple(record.get("sources", ()))

    @property
    def traits(self) -> "list[str]":
        """Every trait of all that it contains, implied ones and ids included, sorted."""
        return sorted({trait for ingredient in self.ingredients for trait in ingredient.traits})


class Interaction:
    """One entry of interactions.yaml: what happens when every slot of `between` is filled."""

    __slots__ = (
        "action", "alternatives", "between", "effect", "evidence", "gap", "id", "local", "looked_at", "management",
        "mechanism", "monitor", "note", "object", "onset", "patient", "replaces", "reviewed", "separate_by", "severity",
        "sources", "studied_together", "varies", "verified", "warning_signs",
    )  # fmt: skip

    id: str
    between: "tuple[str, ...]"
    """The traits that fill its slots."""
    severity: str
    action: str
    evidence: str
    onset: str
    effect: str
    mechanism: str
    management: str
    object: str
    """The slot that is affected, or empty where the effect is shared."""
    sources: "tuple[Mapping[str, str], ...]"
    """Mappings with `id` and, where it matters, `section`."""
    reviewed: str
    verified: str
    """The day the cited document was read for this entry, or empty."""
    replaces: "tuple[str, ...]"
    """Ids of the broader entries it stands for, through chains as well."""
    gap: "Mapping[str, str]"
    local: "Mapping[str, str]"
    """What local rules did to it (`change`: added, raised, lowered or muted; author, reason, was), or empty."""
    varies: "tuple[Mapping[str, str], ...]"
    alternatives: str
    looked_at: str
    monitor: str
    note: str
    patient: str
    separate_by: str
    studied_together: str
    warning_signs: str

    def __init__(self, id: str, record: "Mapping[str, Any]") -> None:
        self.id = id
        self.between = tuple(record["between"])
        self.sources = tuple(record["sources"])
        self.replaces = tuple(record.get("replaces", ()))
        self.varies = tuple(record.get("varies", ()))
        self.gap = record.get("gap", {})
        self.local = record.get("local", {})
        for field in ("severity", "action", "evidence", "onset", "effect", "mechanism", "management"):
            setattr(self, field, record[field])
        for field in TEXTS:
            setattr(self, field, record.get(field, ""))


TEXTS = (
    "object", "reviewed", "verified", "alternatives", "looked_at", "monitor", "note", "patient", "separate_by",
    "studied_together", "warning_signs",
)  # fmt: skip
"""Fields of an interaction that are plain text and empty where they do not apply."""


class Medicine:
    """An item of the list: what was typed, and what it names."""

    __slots__ = (
        "distance",
        "drug",
        "form",
        "frequency",
        "index",
        "ingredients",
        "match",
        "members",
        "note",
        "route",
        "strength",
        "trait",
        "typed",
    )

    def __init__(
        self,
        typed: str,
        drug: "Drug | None",
        match: str,
        *,
        trait: "Ingredient | None" = None,
        note: str = "",
        details: "Mapping[str, str] | None" = None,
        distance: int = 0,
        members: "Iterable[str]" = (),
    ) -> None:
        self.index = 0
        self.typed = typed
        self.drug = drug
        self.match = match
        self.trait = trait.id if trait else None
        self.ingredients: tuple[Ingredient, ...] = drug.ingredients if drug else (trait,) if trait else ()
        self.note = note
        self.distance = distance
        """How far a corrected spelling was from the name, in letters and penalties; 0 for any other match."""
        self.members = tuple(members)
        """The drugs of a class that was given by its ATC code."""
        details = details or {}
        self.strength = details.get("strength")
        self.form = details.get("form")
        self.route = details.get("route")
        self.frequency = details.get("frequency")

    @property
    def name(self) -> str:
        """The drug's id, or the class that was typed."""
        return self.drug.id if self.drug else self.trait or self.typed

    @property
    def coverage(self) -> str:
        """How much is known of it: reviewed, traits or name only."""
        return self.drug.coverage if self.drug else "traits"


class NotChecked:
    """A name that was not resolved: never dropped, never guessed."""

    __slots__ = ("candidates", "detail", "reason", "typed")

    def __init__(self, typed: str, reason: str, candidates: "Iterable[str]" = (), detail: str = "") -> None:
        self.typed = typed
        self.reason = reason
        self.candidates = tuple(candidates)
        self.detail = detail


class Part:
    """A medicine's part in a finding: by which ingredient, in which slots."""

    __slots__ = ("ingredient", "medicine", "slots")

    def __init__(self, medicine: Medicine, ingredient: str, slots: "tuple[str, ...]") -> None:
        self.medicine = medicine
        self.ingredient = ingredient
        self.slots = slots


class Finding:
    """One interaction with all its fillings that were not replaced."""

    __slots__ = ("fillings", "interaction", "pairs", "parts")

    def __init__(
        self, interaction: Interaction, parts: "tuple[Part, ...]", fillings: "Iterable[tuple[int, ...]]"
    ) -> None:
        self.interaction = interaction
        self.parts = parts
        self.fillings = frozenset(fillings)
        """For each filling, the positions in the list of the medicines that it holds."""
        self.pairs = frozenset(pair for items in self.fillings for pair in combinations(items, 2))
        """Every two positions that some filling holds together."""

    @property
    def names(self) -> "tuple[str, ...]":
        """The medicines in it, in list order."""
        return tuple({part.medicine.index: part.medicine.name for part in self.parts}.values())

    @property
    def by_class(self) -> bool:
        """Whether it was found through traits rather than the drugs themselves."""
        return any(slot != part.ingredient for part in self.parts for slot in part.slots)


class Report:
    """The whole answer about one list."""

    __slots__ = (
        "data", "findings", "hidden", "medicines", "muted", "not_checked", "pairs", "reviewed_none", "sources",
    )  # fmt: skip

    def __init__(
        self,
        *,
        medicines: "tuple[Medicine, ...]",
        not_checked: "tuple[NotChecked, ...]",
        findings: "tuple[Finding, ...]",
        reviewed_none: "tuple[Finding, ...]",
        pairs: "Mapping[str, int]",
        hidden: int,
        data: "Mapping[str, str]",
        sources: "Mapping[str, Mapping[str, Any]]",
        muted: "tuple[Finding, ...]" = (),
    ) -> None:
        self.medicines = medicines
        self.not_checked = not_checked
        self.findings = findings
        """Worst first; those that --min-severity hides are kept apart only by `shown`."""
        self.reviewed_none = reviewed_none
        self.pairs = pairs
        self.hidden = hidden
        self.data = data
        self.sources = sources
        self.muted = muted
        """Findings that a local rule silences: counted and named, never told as nothing."""

    @property
    def complete(self) -> bool:
        """Whether every name and pair was checked."""
        return not self.not_checked and all(m.coverage != "name only" for m in self.medicines)

    @property
    def worst(self) -> "str | None":
        """The worst severity, also of hidden findings."""
        return self.findings[0].interaction.severity if self.findings else None

    @property
    def shown(self) -> "tuple[Finding, ...]":
        """The findings that --min-severity leaves."""
        return self.findings[: len(self.findings) - self.hidden]


def implied(traits: "Iterable[str]", implies: "Mapping[str, Iterable[str]]") -> "tuple[str, ...]":
    """Return `traits` and all that they imply, in the order met; `implies` gives each trait's `is:`."""
    found: dict[str, None] = {}
    waiting = list(traits)[::-1]
    while waiting:
        trait = waiting.pop()
        if trait not in found:
            found[trait] = None
            waiting.extend(list(implies.get(trait, ()))[::-1])
    return tuple(found)
