"""Report -> a table, one row for each finding, pair without one, and name that was not checked; stable columns."""

import csv
from itertools import combinations

from medcheck.clean import cell
from medcheck.formats.matrix import no_entry_pairs, state_of
from medcheck.formats.words import local_rule, roles, timing, unresolved_text, versions
from medcheck.report import DISCLAIMER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from medcheck.model import Finding, Report
    from medcheck.options import Options

COLUMNS = (
    "line", "row", "id", "severity", "action", "evidence", "medicines", "typed", "roles", "effect", "mechanism",
    "management", "timing", "onset", "sources", "reviewed", "verified", "local", "about",
)  # fmt: skip
"""`row` is finding, muted, reviewed none, no entry, not checked, or notice (the disclaimer, once for each list)."""


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the rows, and before those of a single list the names of the columns."""
    if line is None:
        begin(stream)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows(table(report, line))


def begin(stream: "TextIO") -> None:
    """Write the names of the columns."""
    csv.writer(stream, lineterminator="\n").writerow(COLUMNS)


def table(report: "Report", line: "int | None" = None) -> "Iterator[list[str]]":
    """Yield each row as cells that no spreadsheet takes for formulas."""
    fixed = {"line": "" if line is None else str(line), "about": versions(report.data)}
    for record in _records(report):
        row = {**fixed, **record}
        yield [cell(row.get(column, "")) for column in COLUMNS]


def _records(report: "Report") -> "Iterator[dict[str, str]]":
    for kind, findings in (
        ("finding", report.shown),
        ("muted", report.muted),
        ("reviewed none", report.reviewed_none),
    ):
        yield from ({"row": kind, **_finding(finding)} for finding in findings)
    for first, second in no_entry_pairs(report):
        said = "no entry, which does not mean safe"
        yield {"row": "no entry", "medicines": f"{first} + {second}", "effect": said}
    for one, other in combinations(report.medicines, 2):
        if state_of(report, one.index, other.index) == "not checked":
            said = "known by name only"
            yield {"row": "not checked", "medicines": f"{one.name} + {other.name}", "effect": said}
    for name in report.not_checked:
        said = unresolved_text(name)
        yield {"row": "not checked", "typed": name.typed, "effect": said, "id": name.reason}
    yield {"row": "notice", "medicines": " + ".join(m.name for m in report.medicines), "effect": DISCLAIMER}


def _finding(finding: "Finding") -> "dict[str, str]":
    entry = finding.interaction
    texts = (
        "id",
        "severity",
        "action",
        "evidence",
        "effect",
        "mechanism",
        "management",
        "onset",
        "reviewed",
        "verified",
    )
    typed = {part.medicine.index: part.medicine.typed for part in finding.parts}
    return {
        **{field: getattr(entry, field) for field in texts},
        "medicines": " + ".join(finding.names),
        "typed": " + ".join(typed.values()),
        "roles": roles(finding),
        "timing": "; ".join(f"{label}: {text}" for label, text in timing(entry)),
        "sources": " ".join(source["id"] for source in entry.sources),
        "local": local_rule(entry),
    }
