"""What each data file may hold: its fields and what is expected of them."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from medcheck.model import ACTIONS, EVIDENCE, ONSETS, SEVERITIES

Check = Callable[[Any], str]
"""Returns what was expected, or nothing if the value is right."""


def text(value: Any) -> str:
    """Expect a line of text."""
    return "" if isinstance(value, str) and value.strip() else "a text that is not empty"


def texts(value: Any) -> str:
    """Expect a list of texts."""
    return "" if isinstance(value, list) and value and not any(map(text, value)) else "a list of texts"


def day(value: Any) -> str:
    """Expect a date that has come."""
    try:
        return "" if date.fromisoformat(value) <= date.today() else "a date that is not in the future"  # noqa: DTZ011
    except (TypeError, ValueError):
        return "a date like 2026-11-22"


def number(value: Any) -> str:
    """Expect a whole number."""
    return "" if isinstance(value, str) and value.isdigit() else "a whole number"


def one_of(*choices: str) -> Check:
    """Expect one of a few words."""
    return lambda value: "" if value in choices else "one of " + ", ".join(choices)


def matching(pattern: str, means: str) -> Check:
    """Expect a text of a certain form."""
    return lambda value: "" if isinstance(value, str) and re.fullmatch(pattern, value) else means


def record(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """Expect a small mapping."""

    def check(value: Any) -> str:
        return "; ".join(f"{field}: expected {wanted}" for field, wanted in faults(value, required, optional or {}))

    return check


def either(*checks: Check) -> Check:
    """Expect what one of the checks expects."""
    return lambda value: "" if any(not check(value) for check in checks) else " or ".join(c(value) for c in checks)


def each(check: Check) -> Check:
    """Expect a list whose every member passes."""

    def every(value: Any) -> str:
        if not isinstance(value, list) or not value:
            return "a list that is not empty"
        return next((wanted for item in value if (wanted := check(item))), "")

    return every


def faults(value: Any, required: dict[str, Check], optional: dict[str, Check]) -> Iterator[tuple[str, str]]:
    """Yield each wrong field of a record and what was expected of it."""
    if not isinstance(value, dict):
        yield "entry", "a mapping of fields"
        return
    for field in required.keys() - value.keys():
        yield field, "to be there"
    known = required | optional
    for field, content in value.items():
        if field not in known:
            yield field, "no such field (known: " + ", ".join(sorted(known)) + ")"
        elif wanted := known[field](content):
            yield field, wanted


CODES = record({}, {"rxcui": matching(r"\d+", "digits"), "unii": matching(r"[0-9A-Z]{10}", "10 letters and digits"),
                    "atc": each(matching(r"[A-Z]\d\d[A-Z]{2}\d\d", "an ATC code like N07BB04"))})  # fmt: skip
BRAND = either(text, record({"name": text}, {"markets": each(matching("[A-Z]{2}", "a country code like US")),
                                             "exact": one_of("true")}))  # fmt: skip
KINDS = ("food", "herb", "nutrient", "substance", "vaccine", "diagnostic")
CITATION = record({"id": text}, {"section": text})
SOURCES = each(text)
FREQUENCIES = ("very common", "common", "uncommon", "rare", "very rare")
"""At least 1 in 10 users, 1 in 100, 1 in 1,000, 1 in 10,000, fewer."""
EFFECTS = each(either(text, record({"term": text}, {"frequency": one_of(*FREQUENCIES), "do": text})))

FILES: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "drugs.yaml": (
        {},
        {
            "brands": each(BRAND), "synonyms": texts, "salts": texts, "codes": CODES, "is": texts, "contains": texts,
            "kind": one_of(*KINDS), "lasts": text, "rank": number, "reviewed": day, "sources": SOURCES,
        },
    ),
    "traits.yaml": ({"means": text, "sources": SOURCES}, {"is": texts, "names": texts, "reviewed": day}),
    "interactions.yaml": (
        {
            "between": texts, "severity": one_of(*SEVERITIES), "action": one_of(*ACTIONS),
            "evidence": one_of(*EVIDENCE), "effect": text, "mechanism": text, "management": text,
            "onset": one_of(*ONSETS), "sources": each(CITATION), "reviewed": day,
        },
        {
            "object": text, "verified": day, "replaces": texts, "alternatives": text, "monitor": text, "note": text,
            "gap": record({"stop": text, "start": text, "time": text}), "patient": text, "separate_by": text,
            "studied_together": text, "looked_at": one_of("kinetics", "effects", "both"), "warning_signs": text,
            "varies": each(record({"when": text, "severity": one_of(*SEVERITIES)})),
        },
    ),
    "cards.yaml": (
        {"sources": each(CITATION), "reviewed": day},
        {
            "uses": texts, "what": text, "how": text, "off_label": texts, "forms": texts, "common": EFFECTS,
            "serious": EFFECTS, "boxed_warnings": texts, "stopping": text, "missed_dose": text, "alcohol": text,
            "driving": text, "pregnancy": text, "tests": texts, "storage": text, "dependence": text, "advice": texts,
            "brands": texts, "questions": each(record({"q": text, "a": text})), "verified": day,
        },
    ),
    "side_effects.yaml": ({"system": text}, {"names": texts}),
    "sources.yaml": (
        {"kind": one_of("label", "regulator", "guideline", "article", "thesaurus", "register", "list", "method"),
         "title": text},
        {"author": text, "year": matching(r"\d{4}", "a year"), "locator": text, "licence": text, "read": day,
         "url": matching(r"https?://\S+", "an address"), "pmid": matching(r"\d{1,8}", "a PubMed id"),
         "doi": matching(r"10\.\S+", "a DOI"), "note": text},
    ),
}  # fmt: skip
"""Each file's required and optional fields. Every file is a mapping from an id to a record."""


WORDS = {
    "forms": dict, "routes": dict, "frequencies": dict, "local": dict, "same": dict,
    "dropped": list, "stops": list, "not_taken": list, "makers": list, "salts": list,
}  # fmt: skip
"""What words.yaml holds: lists of words, and what words mean."""


def word_problems(content: Any) -> Iterator[str]:
    """Yield every fault of words.yaml."""
    for name, kind in WORDS.items():
        if not isinstance(content, dict) or not isinstance(content.get(name), kind):
            yield f"words.yaml: {name}: expected a {'list of words' if kind is list else 'mapping of words'}"


def lookalike_problems(content: Any) -> Iterator[str]:
    """Yield every fault of lookalikes.yaml."""
    if not isinstance(content, list):
        yield "lookalikes.yaml: expected a list of pairs"
        return
    for row in content:
        if texts(row) or len(row) not in (2, 4):
            yield f"lookalikes.yaml: {row}: expected two names, and two tall-man spellings or none"


def problems(file: str, content: Any) -> Iterator[str]:
    """Yield every fault of a file's form, as `file: entry: field: expected ...`."""
    if not isinstance(content, dict):
        yield f"{file}: expected a mapping from ids to entries"
        return
    required, optional = FILES[file]
    for name, entry in content.items():
        for field, wanted in faults(entry, required, optional):
            yield f"{file}: {name}: {field}: expected {wanted}"
