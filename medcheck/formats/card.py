"""The card of a drug, and side effects across drugs, as rows."""

from medcheck.formats.layout import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from medcheck.compendium import Compendium
    from medcheck.model import Drug, Medicine

LABEL = 16
SECTIONS = {
    "what": "What it is",
    "uses": "For",
    "off_label": "Also used for",
    "how": "How it works",
    "forms": "Forms",
    "brands": "Brand notes",
    "boxed_warnings": "Boxed warning",
    "common": "Common",
    "serious": "Serious",
    "advice": "Good to know",
    "tests": "Tests",
    "alcohol": "Alcohol",
    "driving": "Driving",
    "dependence": "Dependence",
    "stopping": "Stopping",
    "missed_dose": "Missed dose",
    "pregnancy": "Pregnancy",
    "storage": "Storage",
}
"""The fields of a card in reading order, and how they are headed."""
OFF_LABEL = "(not on the US label) "


def card_rows(drug: "Drug", card: "Mapping[str, Any]", book: "Compendium") -> "Iterator[Row]":
    """Yield everything known of one drug."""
    yield Row(drug.called, label=drug.id, style="bold")
    yield from _identity(drug, book)
    for field, heading in SECTIONS.items():
        if value := card.get(field):
            said = "; ".join(map(_term, value)) if isinstance(value, list) else value
            yield _row(heading, OFF_LABEL * (field == "off_label") + said)
    for question in card.get("questions", ()):
        yield Row(label=question["q"], style="bold", indent=2)
        yield Row(question["a"], indent=4)
    yield _row("Acts as", ", ".join(trait for trait in drug.traits if trait != drug.id) or "not known")
    yield from _provenance(drug, card, book)


def _row(heading: str, said: str) -> Row:
    return Row(said, label=heading, style="dim", indent=2, hang=LABEL)


def _term(value: "str | Mapping[str, str]") -> str:
    """Write a side effect with its frequency and what to do about it, where these are known."""
    if isinstance(value, str):
        return value
    return value["term"] + "".join(f" ({value[field]})" for field in ("frequency", "do") if field in value)


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


def side_effect_rows(medicines: "Sequence[Medicine]", cards: "Mapping[str, Mapping[str, Any]]") -> "Iterator[Row]":
    """Yield shared side effects first, then each medicine's own."""
    owners: dict[str, list[str]] = {}
    for medicine in medicines:
        for term in _terms(cards[medicine.name]):
            owners.setdefault(term, []).append(medicine.name)
    shared = {term: names for term, names in owners.items() if len(set(names)) > 1}
    if shared:
        yield Row(label="Shared", style="bold")
        for term, names in shared.items():
            who = "both" if len(medicines) == len(names) == 2 else ", ".join(names)  # noqa: PLR2004
            yield Row(who, label=f"{term}:", indent=2)
        yield Row()
    for medicine in medicines:
        yield Row(label=medicine.name, style="bold")
        card = cards[medicine.name]
        for field, heading in (("common", "Common"), ("serious", "Serious")):
            if card.get(field):
                yield _row(heading, ", ".join(map(_term, card[field])))
        if not _terms(card):
            yield Row("medcheck has no card of it yet; see its leaflet.", indent=2)


def _terms(card: "Mapping[str, Any]") -> "list[str]":
    values = [*card.get("common", ()), *card.get("serious", ())]
    return list(dict.fromkeys(value if isinstance(value, str) else value["term"] for value in values))
