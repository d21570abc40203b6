"""What each command but the check does: call, write, return the exit status."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medcheck import __version__
from medcheck.compendium import STORE, Compendium, StoreError, verify
from medcheck.formats import pages
from medcheck.formats.layout import Row, write_rows
from medcheck.formats.words import versions
from medcheck.house import open_book
from medcheck.intake import UsageError, gather, stdin_lines
from medcheck.model import Medicine, NotChecked
from medcheck.progress import Progress, Working
from medcheck.report import DISCLAIMER, facts
from medcheck.resolve import Resolver
from medcheck.run import INCOMPLETE, UNREADABLE, say
from medcheck.run import STORE as STORE_STATUS

REMEMBERED = 200_000
"""Distinct names of a column that are kept in memory."""


def version() -> int:
    """Print the versions of tool and data."""
    try:
        book = open_book()
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
    yield Row(versions(facts(book)), style="dim")


def envelope(book: Compendium, **content: Any) -> dict[str, Any]:
    """Return content with what every JSON answer carries."""
    return {"medcheck": __version__, "data": facts(book), **content, "disclaimer": DISCLAIMER}


def write_json(value: Any, form: str) -> None:
    """Write a value as JSON, indented, or on one line for jsonl."""
    sys.stdout.write(json.dumps(value, indent=1 if form == "json" else None) + "\n")


def resolved(names: list[str], book: Compendium) -> tuple[list[Medicine], list[NotChecked]]:
    """Return the medicines that names mean, and the names that mean none."""
    found = Resolver(book).resolve_all(gather(names))
    return ([f for f in found if isinstance(f, Medicine)], [f for f in found if isinstance(f, NotChecked)])


def resolve(names: list[str], form: str, *, strict: bool, market: str) -> int:
    """Write what each name means, one after the other, so that a long column of names can stream through."""
    resolver = Resolver(open_book(), strict=strict, market=market)
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
    from medcheck.clean import cell

    if isinstance(value, dict):
        value = " ".join(f"{k}:{v if isinstance(v, str) else ','.join(v)}" for k, v in value.items())
    elif isinstance(value, list):
        value = "; ".join(value)
    return cell(str(value or ""))


def list_all(what: str, trait: str) -> int:
    """Write the ids of drugs, traits, interactions or sources, one a line."""
    book = open_book()
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
        with Working("compiling the data"):
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
        with Working("judging the data"):
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


def schema() -> int:
    """Print the JSON Schema of a report."""
    sys.stdout.write((Path(__file__).parent / "schemas" / "report-1.json").read_text(encoding="utf-8"))
    return 0
