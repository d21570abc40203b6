"""Why an entry speaks of a list, why it was replaced, and which entries nearly spoke."""

from collections import Counter

from medcheck.engine import fillings
from medcheck.model import rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from medcheck.compendium import Compendium
    from medcheck.model import Interaction, Medicine, Report

ALIKE = 0.08
"""From where two traits are alike: one word that no more than twelve traits hold, or several commoner ones."""


class Match:
    """One medicine in one slot, and why it fits."""

    __slots__ = ("medicine", "slot", "why")

    def __init__(self, medicine: "Medicine", slot: str, why: str) -> None:
        self.medicine = medicine
        self.slot = slot
        self.why = why


class Near:
    """An entry that lacks one slot."""

    __slots__ = ("alike", "entry", "has", "missing", "nearest")

    def __init__(self, entry: "Interaction", has: "Medicine", missing: str, alike: float, nearest: str) -> None:
        self.entry = entry
        self.has = has
        """The medicine that fills the other slots."""
        self.missing = missing
        """The trait that nothing in the list has."""
        self.alike = alike
        """How much the missing trait shares with the nearest trait that another medicine has; 0 for nothing."""
        self.nearest = nearest
        """That trait, or empty."""


class _Likeness:
    """How alike the names of two traits are: shared words count, rare ones (CYP2C9) more than common ones."""

    def __init__(self, traits: "Iterable[str]") -> None:
        self._weights = {word: 1 / count for word, count in Counter(w for t in traits for w in set(t.split())).items()}

    def nearest(self, missing: str, traits: "Iterable[str]") -> "tuple[float, str]":
        """Return the trait most like the missing one and how alike it is."""
        words = set(missing.split())
        rated = [(sum(self._weights.get(w, 0) for w in words & set(trait.split())), trait) for trait in sorted(traits)]
        alike, trait = max(rated, default=(0.0, ""), key=lambda pair: pair[0])
        return (alike, trait) if alike >= ALIKE else (0.0, "")


def matches(entry: "Interaction", medicines: "Sequence[Medicine]", book: "Compendium") -> "Iterator[Match]":
    """Yield who fills each slot of an entry, and by which traits."""
    seen: set[tuple[int, str]] = set()
    by_index = {medicine.index: medicine for medicine in medicines}
    for filling in fillings(entry, medicines):
        for slot, (index, ingredient) in zip(entry.between, filling, strict=True):
            if (index, slot) not in seen:
                seen.add((index, slot))
                yield Match(by_index[index], slot, because(by_index[index], ingredient, slot, book))


def because(medicine: "Medicine", ingredient: str, slot: str, book: "Compendium") -> str:
    """Say by which trait an ingredient fills a slot."""
    part = "" if ingredient == medicine.name else f"it contains {ingredient}, which "
    if slot == ingredient:
        return f"{part}is named in the entry itself" if medicine.drug else "it is the class that was typed"
    if medicine.drug is None:
        return f"every {ingredient} is one"
    own = book.drug(ingredient).own_traits
    if slot in own:
        return f"{part}is listed as “{slot}”"
    way = next((trait for trait in own if slot in book.trait(trait)["is"]), "")
    return f"{part}is listed as “{way}”, which implies “{slot}”"


def replaced_by(entry: "Interaction", entries: "Iterable[Interaction]", medicines: "Sequence[Medicine]") -> "list[str]":
    """Return the ids of the entries that stand for some filling of this one."""
    own = [{index for index, _ in filling} for filling in fillings(entry, medicines)]
    found = []
    for other in entries:
        if entry.id in other.replaces:
            held = [{index for index, _ in filling} for filling in fillings(other, medicines)]
            if any(items <= cover for items in own for cover in held):
                found.append(other.id)
    return found


def nearly(report: "Report", book: "Compendium") -> "list[Near]":
    """Return the entries of which one medicine fills all slots but one, which needs a trait, likeliest first.

    Likeliest is where the missing trait shares most words with a trait that another medicine has; then the worst.
    """
    found: dict[str, Near] = {}
    classes = set(book.traits())
    likeness = _Likeness(classes)
    everything = {trait for medicine in report.medicines for trait in _traits(medicine)}
    for medicine in report.medicines:
        others = {trait for other in report.medicines if other is not medicine for trait in _traits(other)}
        for entry in book.touching(_traits(medicine)):
            missing = [slot for slot in entry.between if slot not in everything]
            if len(missing) == 1 and missing[0] in classes and others:
                near = Near(entry, medicine, missing[0], *likeness.nearest(missing[0], others))
                if entry.id not in found or near.alike > found[entry.id].alike:
                    found[entry.id] = near
    return sorted(found.values(), key=lambda near: (-near.alike, -rank(near.entry.severity), near.entry.id))


def _traits(medicine: "Medicine") -> "set[str]":
    return {trait for ingredient in medicine.ingredients for trait in ingredient.traits}
