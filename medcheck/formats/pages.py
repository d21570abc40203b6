"""Answers of resolve, explain and list, as rows."""

from medcheck.formats.layout import Row
from medcheck.formats.words import cite, local_rule, unresolved_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from medcheck.compendium import Compendium
    from medcheck.model import Interaction, Medicine, NotChecked

FIELDS = ("effect", "mechanism", "management", "monitor", "separate_by", "alternatives", "warning_signs", "patient",
          "studied_together", "looked_at", "note")  # fmt: skip
RESOLVED = (
    "typed", "drug", "trait", "match", "distance", "contains", "coverage", "codes", "strength", "form", "route",
    "frequency", "note", "reason", "candidates",
)  # fmt: skip
"""Columns of `resolve --format tsv`."""


def resolved_object(item: "Medicine | NotChecked") -> "dict[str, Any]":
    """Return what one name means as plain data."""
    from medcheck.formats.json import medicine_object, not_checked_object
    from medcheck.model import NotChecked

    if isinstance(item, NotChecked):
        return {"resolved": False, **not_checked_object(item)}
    return {"resolved": True, **medicine_object(item), "distance": item.distance or None}


def resolved_row(item: "Medicine | NotChecked") -> Row:
    """Return what one name means as a line."""
    from medcheck.model import NotChecked

    if isinstance(item, NotChecked):
        return Row(unresolved_text(item), label=f"“{item.typed}”", style="bold red")
    codes = item.drug.codes if item.drug else {}
    said = [f"→ {item.name} ({item.match}{f': {item.note}' if item.note else ''})"]
    if item.distance:
        said.append(f"distance {item.distance}")
    if parts := (item.drug.contains if item.drug else item.members):
        said.append(f"contains {', '.join(parts)}")
    said += [
        f"{field} {value}" for field in ("strength", "form", "route", "frequency") if (value := getattr(item, field))
    ]
    said += [f"{system} {code if isinstance(code, str) else ' '.join(code)}" for system, code in codes.items()]
    said.append(f"coverage {item.coverage}")
    return Row("; ".join(said), label=item.typed, style="bold")


def entry_rows(entry: "Interaction", book: "Compendium") -> "Iterator[Row]":
    """Yield everything the data say about one interaction."""
    from medcheck.formats.text import STYLES

    yield Row(f"{entry.severity} ({entry.action})", label=entry.id, style=STYLES.get(entry.severity, "bold"))
    yield Row(" + ".join(entry.between), label="between", indent=2, hang=18)
    for field in FIELDS:
        if value := getattr(entry, field):
            yield Row(value, label=field.replace("_", " "), indent=2, hang=18)
    for slot in dict.fromkeys(entry.between):
        if meaning := _meaning(slot, book):
            yield Row(meaning, label=f"“{slot}”:", indent=2)
    if entry.gap:
        yield Row(
            f"{entry.gap['time']} between {entry.gap['stop']} and {entry.gap['start']}", label="gap", indent=2, hang=18
        )
    for varies in entry.varies:
        yield Row(f"{varies['severity']} with {varies['when']}", label="differs", indent=2, hang=18)
    verified = (
        f"checked against the source {entry.verified}" if entry.verified else "not yet checked against the source"
    )
    said = f"{entry.evidence}; onset {entry.onset}; reviewed {entry.reviewed}, {verified}"
    yield Row(said, label="evidence", indent=2, hang=18)
    if entry.replaces:
        yield Row(", ".join(entry.replaces), label="stands for", indent=2, hang=18)
    if said := local_rule(entry):
        yield Row(f"{said} [local]", label="local rule", indent=2, hang=18)
    registry = book.sources(source["id"] for source in entry.sources)
    for source in entry.sources:
        yield Row(cite(source, registry[source["id"]]), label="source", indent=2, hang=18)


def _meaning(slot: str, book: "Compendium") -> str:
    try:
        return str(book.trait(slot)["means"])
    except KeyError:
        return ""
