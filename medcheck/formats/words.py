"""What every format says in the same words: headings, roles, timing, evidence, sources, counts, versions."""

from medcheck import __version__
from medcheck.model import DUPLICATE
from medcheck.report import NO_ENTRY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from medcheck.model import Finding, Interaction, NotChecked, Part, Report

SYMBOLS = {"contraindicated": "■", "major": "▲", "moderate": "●", "minor": "○"}
MOST_CANDIDATES = 8
MOST_SOURCES = 3
UNRESOLVED = {
    "unknown": "is no name that medcheck knows.",
    "ambiguous": "can mean more than one drug.",
    "spelling": "is no name that medcheck knows, and no correction is certain.",
    "look-alike": "is close to names that are easily confused.",
    "not a medicine": "was not read as a medicine that is taken.",
    "unreadable": "cannot be read as a list of medicines.",
}
"""What is said of a name, by the reason why it was not resolved."""


def unresolved_text(name: "NotChecked") -> str:
    """Say why a name was not resolved and what it may mean."""
    said = UNRESOLVED[name.reason]
    if name.detail:
        said += f" {name.detail[0].upper()}{name.detail[1:]}."
    if name.candidates:
        said += f" Did you mean {listed(name.candidates[:MOST_CANDIDATES], 'or')}?"
    return said


def listed(words: "Sequence[str]", last: str = "and") -> str:
    """Join words as a sentence does."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def counted(number: int, noun: str) -> str:
    """Return "1 finding" or "2 findings"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(report: "Report") -> str:
    """Say in one sentence what was found, hidden, muted, looked at, unknown and not checked."""
    counts = report.pairs
    if not counts["total"]:
        return "A check needs at least two medicines; this is what is known of one."
    parts = [f"{counted(len(report.findings), 'finding')} in {counted(counts['total'], 'pair')}"]
    if report.hidden:
        parts.append(f"{report.hidden} of them hidden by --min-severity")
    if report.muted:
        parts.append(f"{counted(len(report.muted), 'more finding')} muted by local rules")
    if counts["reviewed_none"]:
        parts.append(f"{counted(counts['reviewed_none'], 'pair')} looked at with nothing to do")
    if counts["no_entry"]:
        parts.append(f"{counted(counts['no_entry'], 'pair')} with {NO_ENTRY}")
    if counts["not_checked"]:
        parts.append(f"{counted(counts['not_checked'], 'pair')} NOT CHECKED")
    return "; ".join(parts) + "."


def heading(finding: "Finding") -> str:
    """Return who meets whom and what to do in two words, labelled where a local rule wrote it."""
    entry = finding.interaction
    local = " [local]" if entry.local else ""
    return f"{' + '.join(finding.names)} ({entry.action}){local}"


def roles(finding: "Finding") -> str:
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


def timing(entry: "Interaction") -> "Iterator[tuple[str, str]]":
    """Yield what is said of hours, gaps, monitoring and alternatives, each with its label."""
    if entry.separate_by:
        yield "Hours apart", entry.separate_by
    if entry.gap:
        gap = entry.gap
        yield "Gap", f"{gap['time']} between stopping {gap['stop']} and starting {gap['start']}"
    if entry.monitor:
        yield "Monitor", entry.monitor
    if entry.alternatives:
        yield "Instead", entry.alternatives


def evidence(finding: "Finding") -> str:
    """Say how sure it is, how fast it comes, and when it was reviewed and checked."""
    entry = finding.interaction
    said = entry.evidence + (" (class evidence)" if finding.by_class else "") + "; "
    said += f"onset {entry.onset}; " if entry.onset != "unknown" else ""
    checked = f"checked against the source {entry.verified}" if entry.verified else "not yet checked against the source"
    return f"{said}reviewed {entry.reviewed}, {checked}"


def local_rule(entry: "Interaction") -> str:
    """Say what a local rule did to an entry, who wrote it and why; empty where none did."""
    if not entry.local:
        return ""
    rule = entry.local
    was = f" from {rule['was']} to {entry.severity}" if rule["change"] in ("raised", "lowered") else ""
    reason = f": {rule['reason']}" if rule.get("reason") else ""
    return f"{rule['change']}{was} by {rule['author']}{reason}"


def sources(
    entry: "Interaction",
    registry: "Mapping[str, Mapping[str, Any]]",
    most: int = MOST_SOURCES,
    hint: str = " (--detail full)",
) -> str:
    """Name the documents an entry rests on, the first few of them; `hint` says how to see the others."""
    said = []
    for source in entry.sources[:most]:
        document = registry[source["id"]]
        section = f" (section {source['section']})" if "section" in source else ""
        said.append(f"{document['title']}{section}{' [local]' if document.get('local') else ''}")
    if len(entry.sources) > most:
        said.append(f"and {len(entry.sources) - most} more{hint}")
    return "; ".join(said) or "medcheck's own rule for the same ingredient twice"


def grounds(entry: "Interaction", registry: "Mapping[str, Mapping[str, Any]]", hint: str = " (--detail full)") -> str:
    """Say in one line how sure an entry is, whether it was checked, and its first source."""
    checked = f"checked {entry.verified}" if entry.verified else "not yet checked against the source"
    return f"{entry.evidence}, {checked}: {sources(entry, registry, 1, hint)}"


def cite(source: "Mapping[str, str]", document: "Mapping[str, Any]") -> str:
    """Write a citation in full."""
    section = f", section {source['section']}" if "section" in source else ""
    said = [
        document["title"] + section,
        *(document[field] for field in ("author", "locator", "year") if field in document),
    ]
    if "pmid" in document:
        said.append(f"PMID {document['pmid']}")
    if "doi" in document:
        said.append(f"doi:{document['doi']}")
    if "url" in document:
        said.append(document["url"])
    return ". ".join(said) + (" [local]" if document.get("local") else "")


def versions(data: "Mapping[str, str]") -> str:
    """Name the versions of tool and data, and of local rules where there are any."""
    local = f", local rules ({data['local'][:12]})" if data.get("local") else ""
    return f"medcheck {__version__}, data {data['version']} ({data['sha256'][:12]}){local}"
