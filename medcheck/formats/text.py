"""Report -> text that a pharmacist reads at a glance: worst first, one block a finding."""

from medcheck import __version__
from medcheck.formats.layout import Row, write_rows
from medcheck.model import DUPLICATE
from medcheck.report import DISCLAIMER, NO_ENTRY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from medcheck.model import Finding, Interaction, Medicine, NotChecked, Part, Report
    from medcheck.options import Options

STYLES = {"contraindicated": "bold white on red", "major": "bold red", "moderate": "bold yellow", "minor": "bold cyan"}
SYMBOLS = {"contraindicated": "■", "major": "▲", "moderate": "●", "minor": "○"}
LABEL = 12
SHOWN_EFFECTS = 10
MOST_CANDIDATES = 8


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the report; `line` heads it where many lists are checked."""
    write_rows(rows(report, patient=options.patient, line=line), stream, options.color)


def rows(report: "Report", *, patient: bool = False, line: "int | None" = None) -> "Iterator[Row]":
    """Yield the report's paragraphs."""
    if line is not None:
        yield Row(label=f"List {line}", style="bold underline")
    yield from _medicines(report)
    yield from _not_checked(report.not_checked)
    yield Row()
    yield Row(_summary(report), style="bold")
    for finding in report.shown:
        yield Row()
        yield from _finding(finding, report, patient=patient)
    yield from _reviewed_none(report)
    yield from _shared_side_effects(report)
    yield Row()
    yield Row(DISCLAIMER)
    yield Row(f"medcheck {__version__}, data {report.data['version']} ({report.data['sha256'][:12]})", style="dim")


def _medicines(report: "Report") -> "Iterator[Row]":
    if report.medicines:
        yield Row(label="Medicines", style="bold")
    for medicine in report.medicines:
        yield Row(_what_it_is(medicine), label=medicine.name, style="bold", indent=2)


def _what_it_is(medicine: "Medicine") -> str:
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
        said.append(f"Contains {' and '.join(drug.contains)}.")
    if drug.uses:
        said.append(f"For {drug.uses}.")
    if drug.brands:
        said.append(f"Brands: {', '.join(drug.brands)}.")
    if drug.lasts:
        said.append(f"After the last dose it acts for {drug.lasts}.")
    if drug.coverage == "name only":
        said.append("Known by name only: what it does with other medicines was NOT checked.")
    return " ".join(said)


UNRESOLVED = {
    "unknown": "is no name that medcheck knows.",
    "ambiguous": "can mean more than one drug.",
    "spelling": "is no name that medcheck knows, and no correction is certain.",
    "look-alike": "is close to names that are easily confused.",
    "not a medicine": "was not read as a medicine that is taken.",
}
"""What is said of a name, by the reason why it was not resolved."""


def _not_checked(names: "Sequence[NotChecked]") -> "Iterator[Row]":
    if names:
        yield Row()
        yield Row(label="NOT CHECKED", style="bold red")
    for name in names:
        yield Row(unresolved_text(name), label=f"“{name.typed}”", style="bold", indent=2)


def unresolved_text(name: "NotChecked") -> str:
    """Say why a name was not resolved and what it may mean."""
    said = UNRESOLVED[name.reason]
    if name.detail:
        said += f" {name.detail[0].upper()}{name.detail[1:]}."
    if name.candidates:
        said += f" Did you mean {_listed(name.candidates[:MOST_CANDIDATES], 'or')}?"
    return said


def _listed(words: "Sequence[str]", last: str = "and") -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def _summary(report: "Report") -> str:
    counts = report.pairs
    if not counts["total"]:
        return "A check needs at least two medicines; this is what is known of one."
    parts = [_counted(len(report.findings), "finding") + " in " + _counted(counts["total"], "pair")]
    if report.hidden:
        parts.append(f"{report.hidden} of them hidden by --min-severity")
    if counts["reviewed_none"]:
        parts.append(f"{_counted(counts['reviewed_none'], 'pair')} looked at with nothing to do")
    if counts["no_entry"]:
        parts.append(f"{_counted(counts['no_entry'], 'pair')} with {NO_ENTRY}")
    if counts["not_checked"]:
        parts.append(f"{_counted(counts['not_checked'], 'pair')} NOT CHECKED")
    return "; ".join(parts) + "."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _finding(finding: "Finding", report: "Report", *, patient: bool) -> "Iterator[Row]":
    entry = finding.interaction
    heading = f"{SYMBOLS[entry.severity]} {entry.severity.upper()}"
    yield Row(f"{_names(finding)} ({entry.action})", label=heading, style=STYLES[entry.severity])
    if roles := _roles(finding):
        yield _row("Who", roles)
    if patient and entry.patient:
        yield _row("In short", entry.patient)
    else:
        yield _row("Effect", entry.effect)
        yield _row("Why", entry.mechanism)
        yield _row("What to do", entry.management)
    yield from _timing(entry)
    if entry.warning_signs:
        yield _row("Act at once", entry.warning_signs)
    for varies in entry.varies:
        yield _row("Differs", f"{varies['severity']} with {varies['when']}")
    if entry.studied_together:
        yield _row("On purpose", entry.studied_together)
    if entry.note:
        yield _row("Note", entry.note)
    yield _row("Evidence", _evidence(finding))
    yield _row("Sources", _sources(entry, report))


def _row(label: str, text: str) -> Row:
    return Row(text, label=label, style="dim", indent=2, hang=LABEL)


def _timing(entry: "Interaction") -> "Iterator[Row]":
    if entry.separate_by:
        yield _row("Hours apart", entry.separate_by)
    if entry.gap:
        gap = entry.gap
        yield _row("Gap", f"{gap['time']} between stopping {gap['stop']} and starting {gap['start']}")
    if entry.monitor:
        yield _row("Monitor", entry.monitor)
    if entry.alternatives:
        yield _row("Instead", entry.alternatives)


def _names(finding: "Finding") -> str:
    shown = dict.fromkeys((part.medicine.index, part.medicine.name) for part in finding.parts)
    return " + ".join(name for _, name in shown)


def _roles(finding: "Finding") -> str:
    """Say who fills which slot, where the slots are more than the drugs' own names."""
    entry = finding.interaction
    if entry.id.startswith(DUPLICATE) or len(set(entry.between)) == 1:
        return ""
    said = [f"{_who(part)}: {' and '.join(slots)}" for part in finding.parts
            if (slots := [slot for slot in part.slots if slot != part.ingredient])]  # fmt: skip
    return "; ".join(said)


def _who(part: "Part") -> str:
    name = part.medicine.name
    return name if part.ingredient == name else f"{part.ingredient} in {name}"


def _evidence(finding: "Finding") -> str:
    entry = finding.interaction
    said = entry.evidence + (" (class evidence)" if finding.by_class else "") + "; "
    said += f"onset {entry.onset}; " if entry.onset != "unknown" else ""
    checked = f"checked against the source {entry.verified}" if entry.verified else "not yet checked against the source"
    return f"{said}reviewed {entry.reviewed}, {checked}"


def _sources(entry: "Interaction", report: "Report") -> str:
    said = []
    for source in entry.sources:
        title = report.sources[source["id"]]["title"]
        section = f" (section {source['section']})" if "section" in source else ""
        said.append(title + section)
    return "; ".join(said) or "medcheck's own rule for the same ingredient twice"


def _reviewed_none(report: "Report") -> "Iterator[Row]":
    if report.reviewed_none:
        yield Row()
        yield Row(label="Looked at, nothing to do", style="bold")
    for finding in report.reviewed_none:
        entry = finding.interaction
        yield Row(entry.effect, label=f"{_names(finding)}:", style="bold", indent=2)
        yield _row("Why", entry.mechanism)
        if entry.management:
            yield _row("What to do", entry.management)
        if entry.studied_together:
            yield _row("On purpose", entry.studied_together)
        if entry.warning_signs:
            yield _row("Act at once", entry.warning_signs)
        if entry.note:
            yield _row("Note", entry.note)
        looked = f"{entry.looked_at or 'effects'} looked at; "
        yield _row("Evidence", looked + _evidence(finding))
        yield _row("Sources", _sources(entry, report))


def _shared_side_effects(report: "Report") -> "Iterator[Row]":
    """Name the side effects that at least two drugs of the list can cause, serious ones first."""
    owners: dict[str, set[str]] = {}
    serious: set[str] = set()
    for drug in filter(None, (medicine.drug for medicine in report.medicines)):
        serious.update(drug.serious)
        for effect in (*drug.serious, *drug.common):
            owners.setdefault(effect, set()).add(drug.id)
    shared = [effect for effect, drugs in owners.items() if len(drugs) > 1]
    if shared:
        yield Row()
        yield Row(label="Side effects that more than one of them can cause", style="bold")
    for heading, effects in (
        ("Serious", [effect for effect in shared if effect in serious]),
        ("Common", [effect for effect in shared if effect not in serious]),
    ):
        more = f" and {len(effects) - SHOWN_EFFECTS} more" if len(effects) > SHOWN_EFFECTS else ""
        if effects:
            yield _row(heading, ", ".join(effects[:SHOWN_EFFECTS]) + more)
    if shared:
        yield Row("What to do about each: medcheck info NAME.", indent=2)
