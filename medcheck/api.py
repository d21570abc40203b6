"""medcheck from Python: the same answers as the command, as objects."""

from threading import local
from typing import TYPE_CHECKING, Any

from medcheck import change, reasons
from medcheck.house import open_book
from medcheck.report import examine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medcheck.compendium import Compendium
    from medcheck.model import Interaction, Report

_held = local()
"""Each thread's open compendia, by folder of local rules: SQLite connections stay in their thread."""


def check(
    names: "Iterable[str]", *, strict: bool = False, market: str = "", min_severity: str = "minor", data: str = ""
) -> "Report":
    """Check medicines against each other and return the whole answer.

    `names` are read as the command reads them: generic, brand, misspelt, a line of a list. A name that is not certain
    stands in `not_checked` and makes `complete` false. `strict` accepts no spelling correction; `market` (a country
    code) decides ambiguous brands; `min_severity` hides milder findings from `shown` and from the formats; `data` is a
    folder of local rules (by default what the command uses).

    Raises TypeError for a single text, ValueError for an unknown severity, InputError for faulty local rules and
    StoreError for damaged data.
    """
    from medcheck.options import LEVELS

    if min_severity not in LEVELS:
        raise ValueError(f"min_severity: {min_severity!r} is not one of {', '.join(LEVELS)}")
    return examine(_names(names), _book(data), strict=strict, market=market, min_severity=min_severity)


def compare(before: "Iterable[str]", after: "Iterable[str]", *, data: str = "") -> change.Change:
    """Say what the step from one list to another adds, takes away and leaves.

    Raises TypeError for a single text instead of a list, InputError and StoreError as `check` does.
    """
    return change.compare(_names(before), _names(after), _book(data))


def explain(entry: str, *, data: str = "") -> "Interaction":
    """Return an entry by its id; KeyError if there is none."""
    return _book(data).interaction(entry)


def why_not(names: "Iterable[str]", *, data: str = "") -> "list[reasons.Near]":
    """Return the entries that nearly speak of these medicines, each with the trait that is missing."""
    book = _book(data)
    return reasons.nearly(examine(_names(names), book), book)


def to_dict(report: "Report") -> "dict[str, Any]":
    """Return a report as plain data, as `--format json` writes it (schema medcheck/report/1)."""
    from medcheck.formats.json import as_object

    return as_object(report)


def _names(names: "Iterable[str]") -> "list[str]":
    if isinstance(names, (str, bytes)):
        raise TypeError("expected a list of names, not one text; write check([name])")
    return list(names)


def _book(data: str) -> "Compendium":
    """Return this thread's open compendium for a folder of local rules."""
    books: dict[str, Compendium] = _held.__dict__.setdefault("books", {})
    if data not in books:
        books[data] = open_book(data)
    return books[data]
