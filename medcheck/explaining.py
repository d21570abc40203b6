"""`explain`: a pair, a list or an entry -> all that the data say: what matched and why, what was replaced, sources."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from medcheck.commands import closing, envelope, write_json
from medcheck.compendium import Compendium
from medcheck.formats import pages
from medcheck.formats.layout import Row, write_rows
from medcheck.formats.words import SYMBOLS
from medcheck.house import open_book
from medcheck.intake import UsageError, gather
from medcheck.ledger import LISTS, Listed, listed
from medcheck.model import Interaction, Report
from medcheck.reasons import Near, matches, nearly, replaced_by
from medcheck.report import NO_ENTRY, examine
from medcheck.run import INCOMPLETE

SHOWN = 12
"""How many entries that nearly matched are shown."""
MOST_PAIRS = 3
"""How many pairs of another list are shown."""


def answer(names: list[str], form: str, *, why_not: bool, data: str) -> int:
    """Write every entry that speaks of a list, also what was replaced; or one entry by its id."""
    book = open_book(data)
    if len(names) == 1 and (entry := _entry(names[0], book)):
        also = listed([entry.id])
        rows = [*pages.entry_rows(entry, book), *_listed_rows(also.get(entry.id, [])), Row()]
        _write(book, form, [_entry_object(entry, also)], rows)
        return 0
    report = examine(gather(names), book)
    if len(report.medicines) + len(report.not_checked) < 2:  # noqa: PLR2004
        raise UsageError(f"{names[0]}: no entry has this id; explain takes an id or two medicines")
    unknown = [pages.resolved_object(name) for name in report.not_checked]
    if why_not:
        near = nearly(report, book)
        _write(book, form, [_near_object(item) for item in near], _near_rows(near, report), unknown)
    else:
        entries = _entries(report, book)
        also = listed(entry.id for entry in entries)
        objects = [_entry_object(entry, also) | _reasons(entry, report, entries, book) for entry in entries]
        _write(book, form, objects, _rows(entries, report, book, also), unknown)
    return INCOMPLETE if unknown else 0


def _entry(name: str, book: Compendium) -> Interaction | None:
    try:
        return book.interaction(name)
    except KeyError:
        return None


def _entries(report: Report, book: Compendium) -> list[Interaction]:
    """Return what is told, then what is replaced."""
    told = [finding.interaction for finding in (*report.findings, *report.muted, *report.reviewed_none)]
    known = {entry.id for entry in told}
    traits = {trait for m in report.medicines for i in m.ingredients for trait in i.traits}
    others = [entry for entry in book.interactions(traits) if entry.id not in known]
    return told + [entry for entry in others if replaced_by(entry, told + others, report.medicines)]


def _write(
    book: Compendium, form: str, objects: list[Any], rows: Iterable[Row], unknown: list[dict[str, Any]] | None = None
) -> None:
    if form == "text":
        write_rows([*rows, *closing(book)], sys.stdout, "auto", paged=True)
    else:
        write_json(envelope(book, entries=objects, not_checked=unknown or []), form)


def _rows(entries: list[Interaction], report: Report, book: Compendium, also: dict[str, list[Listed]]) -> Iterator[Row]:
    for entry in entries:
        yield from pages.entry_rows(entry, book)
        yield from _listed_rows(also.get(entry.id, []))
        for match in matches(entry, report.medicines, book):
            yield _row("matched", f"{match.medicine.name} fills “{match.slot}”: {match.why}")
        if others := replaced_by(entry, entries, report.medicines):
            said = f"by {', '.join(others)}, written for this case: it holds the same medicines and stands for this one"
            yield _row("replaced", said)
        yield Row()
    if not entries and not report.not_checked:
        yield Row("No entry speaks of this pair, which does not mean safe. See --why-not for what nearly matched.")
    yield from map(pages.resolved_row, report.not_checked)


def _near_rows(near: list[Near], report: Report) -> Iterator[Row]:
    names = " + ".join(medicine.name for medicine in report.medicines)
    yield Row(f"Entries that nearly speak of {names}, and what they lack:")
    for item in near[:SHOWN]:
        grade = f"{SYMBOLS.get(item.entry.severity, '0')} {item.entry.severity}"
        yield Row(item.entry.id, label=grade, indent=2, hang=20, style="bold")
        yield Row(" + ".join(item.entry.between), label="between", indent=4, hang=18)
        yield Row(item.has.name, label="there is", indent=4, hang=18)
        nearest = f"; the nearest that is there: “{item.nearest}”" if item.alike else ""
        yield Row(f"“{item.missing}”{nearest}", label="missing", indent=4, hang=18)
    if len(near) > SHOWN:
        yield Row(f"and {len(near) - SHOWN} more, less alike (--format json lists them all)", indent=2)
    if not near:
        yield Row("None.", indent=2)
    yield Row()
    yield Row(f"What is not listed has {NO_ENTRY}.")
    yield from map(pages.resolved_row, report.not_checked)


def _row(label: str, text: str) -> Row:
    return Row(text, label=label, indent=2, hang=18)


def _listed_rows(pairs: list[Listed]) -> Iterator[Row]:
    """Yield in which other lists the pairs of an entry stand."""
    for name, title in LISTS.items():
        own = [f"{pair.first} + {pair.second}" for pair in pairs if pair.name == name]
        if own:
            more = f" and {len(own) - MOST_PAIRS} more" if len(own) > MOST_PAIRS else ""
            yield _row("listed also", f"{title}: {'; '.join(own[:MOST_PAIRS])}{more}")


def _entry_object(entry: Interaction, also: dict[str, list[Listed]]) -> dict[str, Any]:
    found = {field: getattr(entry, field) for field in entry.__slots__ if getattr(entry, field)}
    pairs = [{"list": pair.name, "a": pair.first, "b": pair.second} for pair in also.get(entry.id, [])]
    return {**found, "listed": pairs}


def _reasons(entry: Interaction, report: Report, entries: list[Interaction], book: Compendium) -> dict[str, Any]:
    found = matches(entry, report.medicines, book)
    return {
        "matched": [{"index": m.medicine.index, "drug": m.medicine.name, "as": m.slot, "why": m.why} for m in found],
        "replaced_by": replaced_by(entry, entries, report.medicines),
    }


def _near_object(near: Near) -> dict[str, Any]:
    return {
        "id": near.entry.id,
        "severity": near.entry.severity,
        "between": near.entry.between,
        "has": near.has.name,
        "missing": near.missing,
        "nearest": near.nearest if near.alike else None,
    }
