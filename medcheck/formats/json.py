"""Report -> JSON, schema medcheck/report/1: fields may be added, never changed or removed."""

import json

from medcheck import __version__
from medcheck.report import DISCLAIMER
from medcheck.resolve import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    from medcheck.model import Finding, Medicine, NotChecked, Report
    from medcheck.options import Options

EXTRA = ("monitor", "separate_by", "gap", "varies", "alternatives", "studied_together", "looked_at", "warning_signs",
         "note", "patient", "local")  # fmt: skip
"""Fields of an interaction that appear only where they are filled."""


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write one object: indented for a single report, on one line where many lists are checked."""
    indent = 1 if line is None else None
    stream.write(json.dumps(as_object(report, line), indent=indent) + "\n")


def as_object(report: "Report", line: "int | None" = None) -> "dict[str, Any]":
    """Return the report as plain data."""
    numbered = {} if line is None else {"line": line}
    return {
        "schema": "medcheck/report/1",
        "medcheck": __version__,
        "data": dict(report.data),
        **numbered,
        "complete": report.complete,
        "worst": report.worst,
        "medicines": [medicine_object(medicine) for medicine in report.medicines],
        "not_checked": [not_checked_object(name) for name in report.not_checked],
        "findings": [finding_object(finding) for finding in report.shown],
        "reviewed_none": [finding_object(finding) for finding in report.reviewed_none],
        "pairs": dict(report.pairs),
        "hidden": report.hidden,
        **({"muted": [finding_object(finding) for finding in report.muted]} if report.muted else {}),
        "disclaimer": DISCLAIMER,
    }


def _well_formed(typed: str) -> str:
    """Return the text as valid JSON can hold it: undecodable bytes replaced, and no longer than a name can be."""
    if len(typed) > LONGEST:
        typed = typed[:LONGEST] + "…"
    return typed.encode("utf-8", "replace").decode("utf-8") if not typed.isascii() else typed


def medicine_object(medicine: "Medicine") -> "dict[str, Any]":
    """Return one medicine of the list as plain data."""
    drug = medicine.drug
    return {
        "index": medicine.index,
        "typed": _well_formed(medicine.typed),
        "drug": drug.id if drug else None,
        "trait": medicine.trait,
        "match": medicine.match,
        "contains": list(drug.contains or (drug.id,)) if drug else list(medicine.members),
        "codes": dict(drug.codes) if drug else {},
        "coverage": medicine.coverage,
        "strength": medicine.strength,
        "form": medicine.form,
        "route": medicine.route,
        "frequency": medicine.frequency,
        "note": medicine.note or None,
    }


def not_checked_object(name: "NotChecked") -> "dict[str, Any]":
    """Return one unresolved name as plain data."""
    return {
        "typed": _well_formed(name.typed),
        "reason": name.reason,
        "candidates": list(name.candidates),
        "detail": _well_formed(name.detail) or None,
    }


def finding_object(finding: "Finding") -> "dict[str, Any]":
    """Return one finding as plain data."""
    entry = finding.interaction
    parts = [
        {
            "index": part.medicine.index,
            "typed": _well_formed(part.medicine.typed),
            "drug": part.medicine.drug.id if part.medicine.drug else None,
            "ingredient": part.ingredient,
            "as": list(part.slots),
        }
        for part in finding.parts
    ]
    return {
        "id": entry.id,
        "severity": entry.severity,
        "action": entry.action,
        "evidence": entry.evidence,
        "class_evidence": finding.by_class,
        "onset": entry.onset,
        "reviewed": entry.reviewed,
        "verified": entry.verified or None,
        "object": entry.object or None,
        "medicines": parts,
        "effect": entry.effect,
        "mechanism": entry.mechanism,
        "management": entry.management,
        "sources": [dict(source) for source in entry.sources],
        **{field: value for field in EXTRA if (value := getattr(entry, field))},
    }
