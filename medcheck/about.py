"""`info` and `side-effects`: drugs -> what their cards say, as text, JSON or Markdown."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from medcheck.cards import Cards, Effect, open_cards
from medcheck.commands import closing, envelope, resolved, write_json
from medcheck.compendium import Compendium
from medcheck.formats import pages
from medcheck.formats.card import SECTIONS, card_rows, find_rows, side_effect_rows
from medcheck.formats.layout import Row, write_markdown, write_rows
from medcheck.house import open_book
from medcheck.intake import UsageError
from medcheck.model import Finding, Medicine, NotChecked
from medcheck.report import examine
from medcheck.run import INCOMPLETE


def info(names: list[str], form: str, section: str) -> int:
    """Write the card of each drug, or one section of it."""
    book, cards = open_book(), open_cards()
    medicines, unknown = resolved(names, book)
    if form in ("json", "jsonl"):
        shown = [_drug_object(medicine, cards, section) for medicine in medicines]
        write_json(envelope(book, drugs=shown, not_checked=list(map(pages.resolved_object, unknown))), form)
    else:
        _write(_info_rows(medicines, unknown, book, cards, section), form)
    return INCOMPLETE if unknown else 0


def _write(rows: Iterable[Row], form: str) -> None:
    if form == "markdown":
        write_markdown(rows, sys.stdout)
    else:
        write_rows(rows, sys.stdout, "auto")


def _drug_object(medicine: Medicine, cards: Cards, section: str) -> dict[str, Any]:
    card = cards.card(medicine.name)
    if section:
        card = {field: value for field, value in card.items() if field in (*SECTIONS[section], "sources", "reviewed")}
    traits = sorted({trait for ingredient in medicine.ingredients for trait in ingredient.traits})
    return {**pages.resolved_object(medicine), "traits": traits, "card": card}


def _info_rows(
    medicines: list[Medicine], unknown: list[NotChecked], book: Compendium, cards: Cards, section: str
) -> Iterator[Row]:
    for medicine in medicines:
        if medicine.note:
            yield pages.resolved_row(medicine)
        if medicine.drug is None:
            yield from _class_rows(medicine, book)
            continue
        for drug in (medicine.drug, *map(book.drug, medicine.drug.contains)):
            yield from card_rows(drug, cards.card(drug.id), book, section)
            yield Row()
    yield from map(pages.resolved_row, unknown)
    yield from closing(book)


def _class_rows(medicine: Medicine, book: Compendium) -> Iterator[Row]:
    """Yield what is known of a class: what it means, or the drugs of an ATC code."""
    if medicine.members:
        yield Row(", ".join(medicine.members), label=f"{medicine.name}:", style="bold")
        return
    yield Row(book.trait(medicine.name)["means"], label=medicine.name, style="bold")
    yield Row(f"A class of drugs; its members: medcheck list drugs --trait “{medicine.name}”.", indent=2)


def side_effects(names: list[str], find: str, form: str) -> int:
    """Write the side effects of each drug, shared ones first; with `find`, who can cause one symptom, and how often."""
    book, cards = open_book(), open_cards()
    if find:
        return _find(names, find, form, book, cards)
    medicines, unknown = resolved(names, book)
    effects = {medicine.name: effects_of(medicine, cards) for medicine in medicines}
    if form in ("json", "jsonl"):
        shown = {name: [_effect_object(effect) for effect in held] for name, held in effects.items()}
        write_json(envelope(book, side_effects=shown, not_checked=list(map(pages.resolved_object, unknown))), form)
    else:
        _write([*side_effect_rows(effects), *map(pages.resolved_row, unknown), *closing(book)], form)
    return INCOMPLETE if unknown else 0


def effects_of(medicine: Medicine, cards: Cards) -> list[Effect]:
    """Return the side effects of a medicine; a product has those of its parts."""
    parts = (medicine.name, *(medicine.drug.contains if medicine.drug else ()))
    held = [effect for part in parts for effect in cards.effects(part)]
    return list({effect.term: effect for effect in reversed(held)}.values())[::-1]


def _effect_object(effect: Effect) -> dict[str, str | None]:
    return {"term": effect.term, "kind": effect.kind, "frequency": effect.frequency or None, "system": effect.system}


def _find(names: list[str], find: str, form: str, book: Compendium, cards: Cards) -> int:
    term, how = cards.term(find)
    if not term:
        raise UsageError(f"“{find}” is no side effect of the vocabulary; try a plain word such as dizziness or rash")
    if not names:
        everyone = cards.causing(term)
        rows = [Row(effect.frequency or effect.kind, label=effect.drug) for effect in everyone]
        answer: dict[str, Any] = {"can_cause": [{"drug": e.drug, **_effect_object(e)} for e in everyone]}
        unknown: list[NotChecked] = []
    else:
        medicines, unknown = resolved(names, book)
        causes = {m.name: [e for e in effects_of(m, cards) if e.term == term] for m in medicines}
        worse = _made_worse([m.typed for m in medicines], cards.names(term), book)
        without_card = {m.name for m in medicines if not effects_of(m, cards)}
        rows = list(find_rows(causes, without_card, worse))
        answer = {"can_cause": [{"drug": name, **_effect_object(e)} for name, held in causes.items() for e in held],
                  "made_worse_by": [finding.interaction.id for finding in worse]}  # fmt: skip
    if form in ("json", "jsonl"):
        unresolved = list(map(pages.resolved_object, unknown))
        write_json(envelope(book, find=term, read_as=how or None, **answer, not_checked=unresolved), form)
    else:
        heading = [Row(how, label=term, style="bold")]
        _write([*heading, *rows, *map(pages.resolved_row, unknown), *closing(book)], form)
    return INCOMPLETE if unknown else 0


def _made_worse(names: list[str], words: list[str], book: Compendium) -> list[Finding]:
    """Return the interactions of the list whose effect speaks of a symptom."""
    if len(names) < 2:  # noqa: PLR2004
        return []
    findings = examine(names, book).findings
    return [f for f in findings if any(word.casefold() in _text(f).casefold() for word in words)]


def _text(finding: Finding) -> str:
    return f"{finding.interaction.effect} {finding.interaction.warning_signs}"
