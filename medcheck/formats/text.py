"""Report -> text that a pharmacist reads at a glance: worst first, one block a finding."""

from medcheck.formats.layout import Row, width_of, write_rows
from medcheck.formats.words import (
    SYMBOLS,
    cite,
    evidence,
    grounds,
    heading,
    listed,
    local_rule,
    roles,
    sources,
    summary,
    timing,
    unresolved_text,
    versions,
)
from medcheck.report import DISCLAIMER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from medcheck.model import Finding, Medicine, NotChecked, Report
    from medcheck.options import Options

STYLES = {"contraindicated": "bold white on red", "major": "bold red", "moderate": "bold yellow", "minor": "bold cyan"}
LABEL = 12
SHOWN_EFFECTS = 10
MOST_DESCRIBED = 4
"""In a longer list each medicine takes one line, so that the findings come on the first screen."""
NARROWEST_MATRIX = 80
FEWEST_IN_MATRIX = 3
"""Below, the matrix is not even imported: a pair needs none."""


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the report; `line` heads it where many lists are checked."""
    wide = width_of(stream) >= NARROWEST_MATRIX
    shown = [*top(report, options.detail, line), *(matrix_rows(report) if wide else ()), *rest(report, options)]
    write_rows(shown, stream, options.color, paged=line is None and not options.no_pager)


def rows(report: "Report", options: "Options", line: "int | None" = None) -> "Iterator[Row]":
    """Yield the whole report as paragraphs."""
    yield from top(report, options.detail, line)
    yield from matrix_rows(report)
    yield from rest(report, options)


def top(report: "Report", detail: str, line: "int | None" = None) -> "Iterator[Row]":
    """Yield what was read, what was not, and the counts."""
    if line is not None:
        yield Row(label=f"List {line}", style="bold underline")
    if report.medicines:
        yield Row(label="Medicines", style="bold")
    short = "brief" if detail == "normal" and len(report.medicines) > MOST_DESCRIBED else detail
    for medicine in report.medicines:
        yield Row(what_it_is(medicine, short), label=medicine.name, style="bold", indent=2)
    yield from _not_checked(report.not_checked)
    yield Row()
    yield Row(summary(report), style="bold")


def matrix_rows(report: "Report") -> "Iterator[Row]":
    """Yield who with whom, for lists that are long enough and fit."""
    if len(report.medicines) + len(report.not_checked) < FEWEST_IN_MATRIX:
        return
    from medcheck.formats.matrix import MOST, NAME_WIDTH, matrix_of

    if matrix := matrix_of(report):
        yield Row()
        numbers = "".join(f"{number:>3}" for number in range(1, len(matrix.names)))
        yield Row(numbers, label="Who with whom", style="bold", hang=NAME_WIDTH + 5)
        for label, cells in matrix.lines():
            yield Row(cells, label=label, indent=2, hang=NAME_WIDTH + 3)
        yield Row(matrix.legend(), indent=2)
    else:
        yield Row()
        yield Row(f"No matrix is drawn for more than {MOST} names; --format csv has a row for every pair and finding.")


def rest(report: "Report", options: "Options") -> "Iterator[Row]":
    """Yield findings, pairs that were looked at, shared side effects, disclaimer and versions."""
    for finding in report.shown:
        yield Row()
        yield from _finding(finding, report, options)
    yield from _muted(report)
    yield from _reviewed_none(report, options.detail)
    if options.detail != "brief":
        yield from _shared_side_effects(report)
    yield Row()
    yield Row(DISCLAIMER)
    yield Row(versions(report.data), style="dim")


def what_it_is(medicine: "Medicine", detail: str = "normal") -> str:
    """Say how the name was read and what it means."""
    drug = medicine.drug
    said = []
    if medicine.typed.casefold() != medicine.name:
        said.append(f"(you wrote “{medicine.typed}”)")
    if medicine.note:
        said.append(f"{medicine.note[0].upper()}{medicine.note[1:]}.")
    if drug is None:
        return " ".join(said)
    if drug.called:
        said.append(f"{drug.called[0].upper()}{drug.called[1:]}.")
    elif drug.contains:
        said.append(f"Contains {listed(drug.contains)}.")
    if detail != "brief":
        said += [f"For {drug.uses}."] if drug.uses else []
        said += [f"Brands: {', '.join(drug.brands)}."] if drug.brands else []
        said += [f"After the last dose it acts for {drug.lasts}."] if drug.lasts else []
    if detail == "full":
        traits = [trait for trait in drug.traits if trait not in (drug.id, drug.called, *drug.contains)]
        said += [f"Acts as {', '.join(traits)}."] if traits else []
    if drug.coverage == "name only":
        said.append("Known by name only: what it does with other medicines was NOT checked.")
    return " ".join(said)


def _not_checked(names: "Sequence[NotChecked]") -> "Iterator[Row]":
    if names:
        yield Row()
        yield Row(label="NOT CHECKED", style="bold red")
    for name in names:
        yield Row(unresolved_text(name), label=f"“{name.typed}”", style="bold", indent=2)


def _finding(finding: "Finding", report: "Report", options: "Options") -> "Iterator[Row]":
    entry = finding.interaction
    label = f"{SYMBOLS[entry.severity]} {entry.severity.upper()}"
    yield Row(heading(finding), label=label, style=STYLES[entry.severity])
    brief = options.detail == "brief"
    if (said := roles(finding)) and not brief:
        yield _row("Who", said)
    if options.patient and entry.patient:
        yield _row("In short", entry.patient)
    else:
        yield _row("Effect", entry.effect)
        if not brief:
            yield _row("Why", entry.mechanism)
        yield _row("What to do", entry.management)
    for label, text in timing(entry):
        yield _row(label, text)
    if entry.warning_signs:
        yield _row("Act at once", entry.warning_signs)
    if not brief:
        for varies in entry.varies:
            yield _row("Differs", f"{varies['severity']} with {varies['when']}")
        yield from _remarks(finding)
    yield from _grounds(finding, report, options.detail)


def _remarks(finding: "Finding") -> "Iterator[Row]":
    entry = finding.interaction
    if entry.studied_together:
        yield _row("On purpose", entry.studied_together)
    if entry.note:
        yield _row("Note", entry.note)


def _grounds(finding: "Finding", report: "Report", detail: str, looked_at: str = "") -> "Iterator[Row]":
    """Yield local rule, evidence and sources, in short or in full."""
    entry = finding.interaction
    if said := local_rule(entry):
        yield _row("Local rule", said)
    if detail == "brief":
        yield _row("Evidence", grounds(entry, report.sources))
        return
    yield _row("Evidence", looked_at + evidence(finding))
    if detail == "normal" or not entry.sources:
        yield _row("Sources", sources(entry, report.sources))
    else:
        for source in entry.sources:
            yield _row("Source", cite(source, report.sources[source["id"]]))
        yield _row("Entry", entry.id + (f", which stands for {', '.join(entry.replaces)}" if entry.replaces else ""))


def _row(label: str, text: str) -> Row:
    return Row(text, label=label, style="dim", indent=2, hang=LABEL)


def _muted(report: "Report") -> "Iterator[Row]":
    if report.muted:
        yield Row()
        yield Row(label="Muted by local rules", style="bold")
    for finding in report.muted:
        entry = finding.interaction
        said = f"{entry.severity}, {entry.id}; {local_rule(entry)}"
        yield Row(said, label=f"{' + '.join(finding.names)} [local]:", style="bold", indent=2)


def _reviewed_none(report: "Report", detail: str) -> "Iterator[Row]":
    if report.reviewed_none:
        yield Row()
        yield Row(label="Looked at, nothing to do", style="bold")
    for finding in report.reviewed_none:
        entry = finding.interaction
        local = " [local]" if entry.local else ""
        yield Row(entry.effect, label=f"{' + '.join(finding.names)}{local}:", style="bold", indent=2)
        if detail != "brief":
            yield _row("Why", entry.mechanism)
            if entry.management:
                yield _row("What to do", entry.management)
        if entry.warning_signs:
            yield _row("Act at once", entry.warning_signs)
        yield from _remarks(finding) if detail != "brief" else ()
        yield from _grounds(finding, report, detail, f"{entry.looked_at or 'effects'} looked at; ")


def shared_side_effects(report: "Report") -> "list[tuple[str, list[str]]]":
    """Return the side effects that at least two drugs of the list can cause: serious ones, then common ones."""
    owners: dict[str, set[str]] = {}
    serious: set[str] = set()
    for drug in filter(None, (medicine.drug for medicine in report.medicines)):
        serious.update(drug.serious)
        for effect in (*drug.serious, *drug.common):
            owners.setdefault(effect, set()).add(drug.id)
    shared = [effect for effect, drugs in owners.items() if len(drugs) > 1]
    groups = [
        ("Serious", [effect for effect in shared if effect in serious]),
        ("Common", [effect for effect in shared if effect not in serious]),
    ]
    return [(label, effects) for label, effects in groups if effects]


def _shared_side_effects(report: "Report") -> "Iterator[Row]":
    groups = shared_side_effects(report)
    if groups:
        yield Row()
        yield Row(label="Side effects that more than one of them can cause", style="bold")
    for label, effects in groups:
        more = f" and {len(effects) - SHOWN_EFFECTS} more" if len(effects) > SHOWN_EFFECTS else ""
        yield _row(label, ", ".join(effects[:SHOWN_EFFECTS]) + more)
    if groups:
        yield Row("What to do about each: medcheck info NAME.", indent=2)
