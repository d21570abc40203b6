"""What each command but the check does: call, write, return the exit status."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medcheck import __version__
from medcheck.compendium import STORE, Compendium, StoreError, open_store, verify
from medcheck.formats import pages
from medcheck.formats.layout import Row, write_rows
from medcheck.intake import UsageError, gather, stdin_lines
from medcheck.model import Medicine, NotChecked
from medcheck.progress import Progress
from medcheck.report import DISCLAIMER, examine
from medcheck.resolve import Resolver
from medcheck.run import INCOMPLETE, UNREADABLE, say
from medcheck.run import STORE as STORE_STATUS

REMEMBERED = 200_000
"""Distinct names of a column that are kept in memory."""


def version() -> int:
    """Print the versions of tool and data."""
    try:
        book = open_store()
    except StoreError:
        print(f"medcheck {__version__}, data missing or damaged")
        raise
    print(f"medcheck {__version__}, data {book.fact('version')} ({book.fact('sha256')})")
    return 0


def _write(rows: Iterable[Row]) -> None:
    write_rows(rows, sys.stdout, "auto")


def closing(book: Compendium) -> Iterator[Row]:
    """Yield what every answer ends with: the disclaimer and the versions."""
    yield Row()
    yield Row(DISCLAIMER)
    yield Row(f"medcheck {__version__}, data {book.fact('version')} ({book.fact('sha256')[:12]})", style="dim")


def envelope(book: Compendium, **content: Any) -> dict[str, Any]:
    """Return content with what every JSON answer carries."""
    about = {"medcheck": __version__, "data": {"version": book.fact("version"), "sha256": book.fact("sha256")}}
    return {**about, **content, "disclaimer": DISCLAIMER}


def write_json(value: Any, form: str) -> None:
    """Write a value as JSON, indented, or on one line for jsonl."""
    sys.stdout.write(json.dumps(value, indent=1 if form == "json" else None) + "\n")


def resolved(names: list[str], book: Compendium) -> tuple[list[Medicine], list[NotChecked]]:
    """Return the medicines that names mean, and the names that mean none."""
    found = Resolver(book).resolve_all(gather(names))
    return ([f for f in found if isinstance(f, Medicine)], [f for f in found if isinstance(f, NotChecked)])


def resolve(names: list[str], form: str, *, strict: bool, market: str) -> int:
    """Write what each name means, one after the other, so that a long column of names can stream through."""
    resolver = Resolver(open_store(), strict=strict, market=market)
    found = _resolved_column(resolver) if names == ["-"] else iter(resolver.resolve_all(gather(names)))
    status = 0
    collected = []
    if form == "tsv":
        print("\t".join(pages.RESOLVED))
    for item in found:
        status = INCOMPLETE if isinstance(item, NotChecked) else status
        if form == "json":
            collected.append(pages.resolved_object(item))
        else:
            _write_resolved(item, form)
    if form == "json":
        write_json(envelope(resolver.book, names=collected), form)
    return status


def _write_resolved(item: Medicine | NotChecked, form: str) -> None:
    if form == "text":
        _write([pages.resolved_row(item)])
    elif form == "tsv":
        print("\t".join(_cell(pages.resolved_object(item).get(column)) for column in pages.RESOLVED))
    else:
        write_json(pages.resolved_object(item), form)


def _resolved_column(resolver: Resolver) -> Iterator[Medicine | NotChecked]:
    """Yield what each line of stdin means; a name that comes again is not looked up again."""
    seen: dict[str, list[Medicine | NotChecked]] = {}
    progress = Progress("names")
    for text in stdin_lines():
        if text not in seen:
            if len(seen) >= REMEMBERED:
                seen.clear()
            seen[text] = resolver.resolve(text)
        yield from seen[text]
        progress.step()
    progress.end()
    if not progress.count:
        raise UsageError("no names were given on standard input")


def _cell(value: Any) -> str:
    from medcheck.clean import clean

    if isinstance(value, dict):
        value = " ".join(f"{k}:{v if isinstance(v, str) else ','.join(v)}" for k, v in value.items())
    elif isinstance(value, list):
        value = "; ".join(value)
    return clean(value or "")


def explain(names: list[str], form: str) -> int:
    """Write every entry that speaks of a pair, also what was replaced; or one entry by its id."""
    book = open_store()
    unknown: list[NotChecked] = []
    try:
        entries = [book.interaction(names[0])] if len(names) == 1 else []
    except KeyError:
        entries = []
    if not entries:
        report = examine(gather(names), book)
        unknown = list(report.not_checked)
        if len(report.medicines) + len(unknown) < 2:  # noqa: PLR2004
            raise UsageError(f"{names[0]}: no entry has this id; explain takes an id or two medicines")
        entries = [finding.interaction for finding in report.findings + report.reviewed_none]
        replaced = {name for entry in entries for name in entry.replaces}
        traits = {t for m in report.medicines for i in m.ingredients for t in i.traits}
        entries += [e for e in book.interactions(traits) if e.id in replaced and e.id not in {x.id for x in entries}]
    if form == "text":
        rows = [row for entry in entries for row in (*pages.entry_rows(entry, book), Row())]
        nothing = [] if entries or unknown else [Row("No entry speaks of this pair, which does not mean safe.")]
        _write([*rows, *nothing, *map(pages.resolved_row, unknown), *closing(book)])
    else:
        fields = [{f: getattr(entry, f) for f in entry.__slots__ if getattr(entry, f)} for entry in entries]
        write_json(envelope(book, entries=fields, not_checked=[pages.resolved_object(u) for u in unknown]), form)
    return INCOMPLETE if unknown else 0


def list_all(what: str, trait: str) -> int:
    """Write the ids of drugs, traits, interactions or sources, one a line."""
    book = open_store()
    if trait and trait not in book.traits():
        raise UsageError(f"{trait}: no such trait; medcheck list traits shows them all")
    if what == "drugs":
        found = [drug.id for drug in book.drugs() if not trait or any(trait in i.traits for i in drug.ingredients)]
    elif what == "traits":
        found = [name for name in book.traits() if not trait or trait in book.trait(name)["is"]]
    elif what == "interactions":
        found = [entry.id for entry in book.written() if not trait or trait in entry.between]
    else:
        found = [f"{name}\t{document['title']}" for name, document in book.all_sources().items()]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 0


def completion(shell: str) -> int:
    """Print the completion script of a shell."""
    from medcheck.completion import SCRIPTS

    sys.stdout.write(SCRIPTS[shell])
    return 0


def build(folder: Path, to: str) -> int:
    """Compile the YAML of a folder."""
    from medcheck.build import compile_store
    from medcheck.source import DataError

    try:
        book = compile_store(folder, Path(to or STORE))
    except DataError as error:
        say(str(error))
        say(f"medcheck: {len(error.problems)} faults; nothing was written")
        return UNREADABLE
    say(f"{len(book.drugs)} drugs, {len(book.traits)} traits, {len(book.interactions)} interactions -> {to or STORE}")
    return 0


def lint(folder: Path) -> int:
    """Judge the YAML of a folder; exit 1 if there is anything to mend."""
    from medcheck.book import Book
    from medcheck.lint import problems
    from medcheck.source import DataError

    try:
        found = list(problems(Book(folder)))
    except DataError as error:
        say(str(error))
        return UNREADABLE
    sys.stdout.write("".join(f"{problem}\n" for problem in found))
    say(f"{len(found)} problems")
    return 1 if found else 0


def verify_store() -> int:
    """Check the compiled files in full."""
    for problem in (wrong := verify()):
        say(problem)
    if not wrong:
        print("the compiled data are what was built")
    return STORE_STATUS if wrong else 0


def path() -> int:
    """Print the folder of the compiled files."""
    print(STORE)
    return 0
