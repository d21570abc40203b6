"""`compare`: two lists, or one list and a question -> what the change adds, takes away and leaves."""

import sys

from medcheck.change import Change, compare, what_if
from medcheck.commands import write_json
from medcheck.compendium import Compendium
from medcheck.formats.changes import change_object, change_rows
from medcheck.formats.layout import write_markdown, write_rows
from medcheck.house import open_book
from medcheck.intake import UsageError, gather


def answer(  # noqa: PLR0913 (an argument for each option)
    files: list[str], add: list[str], stop: list[str], *, form: str, fail_on: str, patient: bool, data: str
) -> int:
    """Write what a change does; return the exit status."""
    change = _change(files, add, stop, open_book(data))
    if form in ("json", "jsonl"):
        write_json(change_object(change), form)
    elif form == "markdown":
        write_markdown(change_rows(change, patient=patient), sys.stdout)
    else:
        write_rows(change_rows(change, patient=patient), sys.stdout, "auto")
    return change.status(fail_on)


def _change(files: list[str], add: list[str], stop: list[str], book: Compendium) -> Change:
    asked = bool(add or stop)
    if len(files) != (1 if asked else 2) or files.count("-") > 1:
        raise UsageError("give two lists (one of them may be -), or one list with --add DRUG or --stop DRUG")
    lists = [gather(["-" if path == "-" else f"@{path}"]) for path in files]
    if not asked:
        return compare(lists[0], lists[1], book)
    try:
        return what_if(lists[0], add, stop, book)
    except KeyError as missing:
        raise UsageError(f"--stop {missing.args[0]}: it is not in the list") from None
