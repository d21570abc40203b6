"""Change -> rows and plain data, for `compare`."""

from medcheck import __version__
from medcheck.formats.json import finding_object, medicine_object, not_checked_object
from medcheck.formats.layout import Row
from medcheck.formats.text import LABEL, STYLES
from medcheck.formats.words import SYMBOLS, counted, grounds, heading, unresolved_text, versions
from medcheck.report import DISCLAIMER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from medcheck.change import Change
    from medcheck.model import Finding, Report

GROUPS = (
    ("added", "Added"),
    ("spread", "Reaches further (now with these medicines)"),
    ("removed", "Taken away"),
    ("eased", "Reaches less far (still with these medicines)"),
    ("kept", "Stays"),
)
"""The parts of a Change in reading order, and how they are headed."""


def change_rows(change: "Change", *, patient: bool = False) -> "Iterator[Row]":
    """Yield what a change does: new findings in full, those that go or stay in one line."""
    started, stopped = change.medicines()
    for names, label in ((started, "Starts"), (stopped, "Stops")):
        if names:
            yield Row(", ".join(names), label=label, style="bold", hang=LABEL)
    if not started and not stopped:
        yield Row("Both lists hold the same medicines.")
    for name in dict.fromkeys(
        (n.typed, unresolved_text(n)) for n in (*change.before.not_checked, *change.after.not_checked)
    ):
        yield Row(name[1], label=f"NOT CHECKED “{name[0]}”", style="bold red")
    yield Row()
    yield Row(summary(change), style="bold")
    for field, label in GROUPS:
        findings: list[Finding] = getattr(change, field)
        if findings:
            yield Row()
            yield Row(label=f"{label} ({len(findings)})", style="bold underline")
        for finding in findings:
            yield from _finding(finding, change.after, patient=patient, full=field in ("added", "spread"))
    yield Row()
    yield Row(DISCLAIMER)
    yield Row(versions(change.after.data), style="dim")


def _finding(finding: "Finding", report: "Report", *, patient: bool, full: bool) -> "Iterator[Row]":
    entry = finding.interaction
    yield Row(
        heading(finding),
        label=f"{SYMBOLS[entry.severity]} {entry.severity.upper()}",
        style=STYLES[entry.severity],
        indent=2,
    )
    if full and patient and entry.patient:
        yield Row(entry.patient, label="In short", style="dim", indent=4, hang=LABEL)
    elif full:
        yield Row(entry.effect, label="Effect", style="dim", indent=4, hang=LABEL)
        yield Row(entry.management, label="What to do", style="dim", indent=4, hang=LABEL)
    if full:
        yield Row(grounds(entry, report.sources, hint=""), label="Evidence", style="dim", indent=4, hang=LABEL)


def summary(change: "Change") -> str:
    """Count what is added, taken away and left, and what remains unknown."""
    parts = [
        f"{counted(len(change.added), 'finding')} added",
        f"{len(change.removed)} taken away",
        f"{len(change.spread) + len(change.eased)} changed",
        f"{len(change.kept)} left as they are",
    ]
    if change.after.muted:
        parts.append(f"{counted(len(change.after.muted), 'finding')} muted by local rules")
    counts = change.after.pairs
    if counts["no_entry"]:
        parts.append(f"{counted(counts['no_entry'], 'pair')} afterwards with no entry, which does not mean safe")
    if counts["not_checked"]:
        parts.append(f"{counted(counts['not_checked'], 'pair')} afterwards NOT CHECKED")
    return "; ".join(parts) + "."


def change_object(change: "Change") -> "dict[str, Any]":
    """Return a change as plain data, schema medcheck/compare/1."""
    started, stopped = change.medicines()
    findings = {field: [finding_object(finding) for finding in getattr(change, field)] for field, _label in GROUPS}
    lists = {
        name: {
            "medicines": [medicine_object(medicine) for medicine in report.medicines],
            "not_checked": [not_checked_object(item) for item in report.not_checked],
            "worst": report.worst,
            "pairs": dict(report.pairs),
            "muted": len(report.muted),
        }
        for name, report in (("before", change.before), ("after", change.after))
    }
    return {
        "schema": "medcheck/compare/1",
        "medcheck": __version__,
        "data": dict(change.after.data),
        "complete": change.complete,
        "starts": started,
        "stops": stopped,
        **findings,
        **lists,
        "disclaimer": DISCLAIMER,
    }
