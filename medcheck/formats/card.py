"""The card of a drug, and side effects across drugs, as rows."""

from medcheck.formats.layout import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from medcheck.cards import Effect
    from medcheck.compendium import Compendium
    from medcheck.model import Drug, Finding

LABEL = 16
HEADINGS = {
    "what": "What it is",
    "uses": "For",
    "off_label": "Also used for",
    "how": "How it works",
    "forms": "Forms",
    "brands": "Brand notes",
    "boxed_warnings": "Boxed warning",
    "dependence": "Dependence",
    "common": "Common",
    "serious": "Serious",
    "advice": "Good to know",
    "tests": "Tests",
    "alcohol": "Alcohol",
    "driving": "Driving",
    "pregnancy": "Pregnancy",
    "missed_dose": "Missed dose",
    "stopping": "Stopping",
    "storage": "Storage",
    "questions": "",
}
"""The fields of a card in reading order, and how they are headed."""
SECTIONS = {
    "names": (),
    "uses": ("what", "uses", "off_label", "how", "forms", "brands"),
    "warnings": ("boxed_warnings", "dependence"),
    "side-effects": ("common", "serious"),
    "daily": ("advice", "tests", "alcohol", "driving", "pregnancy", "missed_dose", "stopping", "storage"),
    "questions": ("questions",),
}
"""The parts of a card that can be asked for alone."""
OFF_LABEL = "(not on the US label) "


def card_rows(drug: "Drug", card: "Mapping[str, Any]", book: "Compendium", section: str = "") -> "Iterator[Row]":
    """Yield everything known of one drug, or one section of it."""
    yield Row(drug.called, label=drug.id, style="bold")
    fields = SECTIONS[section] if section else tuple(HEADINGS)
    if section in ("", "names"):
        yield from _identity(drug, book)
    for field in fields:
        if field != "questions" and (value := card.get(field)):
            yield from _field(field, value)
    for question in card.get("questions", ()) if "questions" in fields else ():
        yield Row(label=question["q"], style="bold", indent=2)
        yield Row(question["a"], indent=4)
    if not section:
        traits = ", ".join(trait for trait in drug.traits if trait != drug.id)
        yield _row("Acts as", traits or "not known")
    yield from _provenance(drug, card, book)


def _row(heading: str, said: str) -> Row:
    return Row(said, label=heading, style="dim", indent=2, hang=LABEL)


def _field(field: str, value: "str | Sequence[Any]") -> "Iterator[Row]":
    """Yield a field of a card: a text, a list on one line, or serious side effects with what to do about each."""
    if isinstance(value, str):
        yield _row(HEADINGS[field], value)
        return
    told = [item for item in value if isinstance(item, dict) and "do" in item]
    rest = [item for item in value if item not in told]
    if rest:
        said = "".join(f"{text} " if text.endswith(".") else f"{text}; " for text in map(_term, rest))
        yield _row(HEADINGS[field], OFF_LABEL * (field == "off_label") + said.rstrip("; "))
    for item in told:
        yield _row(HEADINGS[field], f"{_term(item)}: {item['do']}")


def _term(value: "str | Mapping[str, str]") -> str:
    """Write a side effect with its frequency, where that is known."""
    if isinstance(value, str):
        return value
    return value["term"] + (f" ({value['frequency']})" if "frequency" in value else "")


def _identity(drug: "Drug", book: "Compendium") -> "Iterator[Row]":
    written: dict[str, list[str]] = {}
    for meaning in book.names_of(drug.id):
        written.setdefault(meaning.kind, []).append(meaning.shown)
    for kind, heading in (("synonym", "Other names"), ("salt", "Salts"), ("brand", "Brands")):
        if kind in written:
            yield _row(heading, ", ".join(written[kind]))
    if drug.contains:
        yield _row("Contains", ", ".join(drug.contains))
    if drug.local:
        yield _row("Local forms", ", ".join(drug.local))
    codes = [f"{system} {code if isinstance(code, str) else ' '.join(code)}" for system, code in drug.codes.items()]
    if codes:
        yield _row("Codes", ", ".join(codes))
    if drug.lasts:
        yield _row("Lasts", f"{drug.lasts} after the last dose")


def _provenance(drug: "Drug", card: "Mapping[str, Any]", book: "Compendium") -> "Iterator[Row]":
    cited = {source["id"]: source.get("section", "") for source in card.get("sources", ())}
    sources = book.sources(cited)
    titles = [sources[name]["title"] + (f" (section {section})" if section else "") for name, section in cited.items()]
    if titles:
        yield _row("Sources", "; ".join(titles))
    if card:
        sure = (
            f"checked against the sources {card['verified']}"
            if "verified" in card
            else "not yet checked against the sources"
        )
        yield _row("How sure", f"card written {card['reviewed']}, {sure}; traits {drug.coverage}")
    elif drug.coverage == "name only":
        yield _row("How sure", "known by name only: medcheck does not know what it does with other medicines")
    else:
        yield _row("How sure", f"no card yet; traits {drug.coverage}")


def side_effect_rows(effects: "Mapping[str, Sequence[Effect]]") -> "Iterator[Row]":
    """Yield the side effects that drugs share, then each drug's own by part of the body."""
    owners: dict[str, list[str]] = {}
    for name, held in effects.items():
        for effect in held:
            owners.setdefault(effect.term, []).append(f"{name} {_often(effect)}".strip())
    shared = {term: names for term, names in owners.items() if len(names) > 1}
    if shared:
        yield Row(label="Shared", style="bold")
    for term, names in shared.items():
        both = "both: " if len(names) == len(effects) == 2 else ""  # noqa: PLR2004
        yield Row(both + ", ".join(names), label=f"{term}:", indent=2)
    for name, held in effects.items():
        yield Row()
        yield Row(label=name, style="bold")
        for kind in ("common", "serious"):
            yield from _by_system(kind, [effect for effect in held if effect.kind == kind])
        if not held:
            yield Row("medcheck has no card of it yet; see its leaflet.", indent=2)


def _often(effect: "Effect") -> str:
    return f"({effect.frequency or effect.kind})"


def _by_system(kind: str, effects: "Sequence[Effect]") -> "Iterator[Row]":
    systems: dict[str, list[str]] = {}
    for effect in effects:
        systems.setdefault(effect.system, []).append(
            f"{effect.term} ({effect.frequency})" if effect.frequency else effect.term
        )
    if systems:
        yield Row(label=kind.capitalize(), style="bold", indent=2)
    for system, terms in systems.items():
        yield Row(", ".join(terms), label=system, style="dim", indent=4, hang=24)


def find_rows(
    causes: "Mapping[str, Sequence[Effect]]", without_card: "Collection[str]", worse: "Sequence[Finding]"
) -> "Iterator[Row]":
    """Yield who of a list can cause one symptom, and which interactions of the list speak of it."""
    for name, effects in causes.items():
        if effects:
            yield Row(f"can cause it {_often(effects[0])}", label=f"{name}:", indent=2)
        elif name in without_card:
            yield Row("medcheck has no card of it yet, so this is not known", label=f"{name}:", indent=2)
        else:
            yield Row("not among the side effects on its card", label=f"{name}:", indent=2)
    for finding in worse:
        names = " + ".join(dict.fromkeys(part.medicine.name for part in finding.parts))
        yield Row(finding.interaction.effect, label=f"{names} together ({finding.interaction.severity}):", indent=2)
