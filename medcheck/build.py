"""data/*.yaml -> the compiled store. Whatever is wrong with the data is refused here, all faults at once."""

import csv
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from medcheck.book import Book, term_of
from medcheck.compendium import CARDS, KEYS, MANIFEST, SMALL, UNUSED
from medcheck.model import DUPLICATE, implied
from medcheck.names import fold

SHOWN_BRANDS = 4
CLASS = 0
"""Stands in the names for a class of drugs instead of the number of a drug."""


def compile_store(folder: Path, store: Path) -> Book:
    """Check the YAML of `folder` and write the compiled files to `store`, all or nothing; DataError if faulty."""
    book = Book(folder)
    store.mkdir(parents=True, exist_ok=True)
    ledger = list(_ledger(folder / "ledger"))
    for name, write in ((SMALL, _write_small), (CARDS, partial(_write_cards, ledger=ledger))):
        new = store / (name + ".new")
        new.unlink(missing_ok=True)
        database = sqlite3.connect(new)
        with database:
            write(book, database)
        database.execute("VACUUM")
        database.close()
    (store / (KEYS + ".new")).write_text("\n".join(_spelling_keys(book)), encoding="utf-8")
    lines = []
    for name in (SMALL, CARDS, KEYS):
        content = (store / (name + ".new")).read_bytes()
        lines.append(f"{name} {len(content)} {zlib.crc32(content)} {hashlib.sha256(content).hexdigest()}\n")
    (store / (MANIFEST + ".new")).write_text("".join(lines), encoding="ascii")
    for name in (SMALL, CARDS, KEYS, MANIFEST):
        (store / (name + ".new")).replace(store / name)
    return book


_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE drug (n INTEGER PRIMARY KEY, id TEXT UNIQUE, rank INTEGER, contents TEXT, record TEXT);
CREATE TABLE name (key TEXT, drug INTEGER, kind TEXT, markets TEXT, shown TEXT, exact INTEGER,
                   PRIMARY KEY (key, drug, kind, markets)) WITHOUT ROWID;
CREATE TABLE trait (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE TABLE interaction (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE TABLE slot (trait TEXT, entry TEXT, needed INTEGER, PRIMARY KEY (trait, entry)) WITHOUT ROWID;
CREATE TABLE source (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
"""
_INDEX = "CREATE INDEX by_contents ON drug (contents) WHERE contents <> ''"


def _write_small(book: Book, database: sqlite3.Connection) -> None:
    database.executescript(_TABLES)
    numbers = {name: n for n, name in enumerate(sorted(book.drugs), 1)}
    for name, n in numbers.items():
        drug = book.drugs[name]
        contents = "+".join(sorted(drug.get("contains", ())))
        values = (n, name, int(drug.get("rank", UNUSED)), contents, _dump(_drug_record(book, name)))
        database.execute("INSERT INTO drug VALUES (?, ?, ?, ?, ?)", values)
    rows = [
        (key, numbers.get(of, CLASS), kind, markets, _stored_name(key, kind, shown), exact)
        for key, of, kind, markets, shown, exact in names(book)
    ]
    database.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?, ?)", sorted(rows, key=str))
    database.executemany("INSERT INTO interaction VALUES (?, ?)", _interactions(book))
    database.executemany("INSERT INTO slot VALUES (?, ?, ?)", sorted(set(_slots(book))))
    for name in book.traits:
        database.execute("INSERT INTO trait VALUES (?, ?)", (name, _dump(_trait_record(book, name))))
    database.executemany("INSERT INTO source VALUES (?, ?)", ((n, _dump(s)) for n, s in book.registry.items()))
    facts = {"version": book.version, "sha256": book.sha256, "words": book.words, "lookalikes": _lookalikes(book),
             "duplicate": DUPLICATE_ENTRY}  # fmt: skip
    database.executemany("INSERT INTO fact VALUES (?, ?)", ((name, _dump(fact)) for name, fact in facts.items()))
    database.execute(_INDEX)


def _stored_name(key: str, kind: str, shown: str) -> str | None:
    """Leave out what the key tells already; the name of a class stands for its id and is always kept."""
    if kind == "trait":
        return shown
    return None if shown == key else "" if shown == key.capitalize() else shown


def _spelling_keys(book: Book) -> list[str]:
    """Return the keys that spelling correction may choose."""
    keys = {key for key, _of, kind, _markets, _shown, exact in names(book) if not exact and kind != "trait"}
    return sorted(keys, key=lambda key: (len(key), key))


_CARD_TABLES = """
CREATE TABLE card (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE TABLE effect (drug TEXT, term TEXT, kind TEXT, frequency TEXT);
CREATE TABLE term (term TEXT PRIMARY KEY, system TEXT) WITHOUT ROWID;
CREATE TABLE term_name (key TEXT, shown TEXT, term TEXT);
CREATE TABLE listed (entry TEXT, list TEXT, a TEXT, b TEXT);
CREATE INDEX by_entry ON listed (entry);
CREATE INDEX by_drug ON effect (drug);
CREATE INDEX by_term ON effect (term);
"""


def _ledger(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield entry, list and pair for each pair of another list that entries speak for."""
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["decision"] == "encoded":
                    yield from ((entry, path.stem, row["a"], row["b"]) for entry in row["by"].split())


def _write_cards(book: Book, database: sqlite3.Connection, ledger: list[tuple[str, str, str, str]]) -> None:
    database.executescript(_CARD_TABLES)
    database.executemany("INSERT INTO listed VALUES (?, ?, ?, ?)", ledger)
    cards = [(name, card) for name in sorted(book.drugs) if (card := book.card(name))]
    database.executemany("INSERT INTO card VALUES (?, ?)", ((name, _dump(card)) for name, card in cards))
    database.executemany("INSERT INTO effect VALUES (?, ?, ?, ?)", _effects(cards))
    for term, record in sorted(book.side_effects.items()):
        database.execute("INSERT INTO term VALUES (?, ?)", (term, record["system"]))
        named = dict.fromkeys((term, *record.get("names", ())))
        database.executemany("INSERT INTO term_name VALUES (?, ?, ?)", ((fold(name), name, term) for name in named))


def _effects(cards: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str, str, str]]:
    for drug, card in cards:
        seen: set[str] = set()
        for kind in ("common", "serious"):
            for effect in card.get(kind, ()):
                frequency = "" if isinstance(effect, str) else effect.get("frequency", "")
                if term_of(effect) not in seen:
                    seen.add(term_of(effect))
                    yield drug, term_of(effect), kind, frequency


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _drug_record(book: Book, name: str) -> dict[str, Any]:
    """Return what a check needs to know of a drug, without what is empty."""
    drug, card = book.drugs[name], book.card(name)
    parts = drug.get("contains", ())
    known = drug.get("is") or (parts and all(book.drugs[part].get("is") for part in parts))
    reviewed = drug.get("reviewed") or (parts and all(book.drugs[part].get("reviewed") for part in parts))
    brands = [brand if isinstance(brand, str) else brand["name"] for brand in drug.get("brands", ())]
    record = {
        "id": name,
        "is": drug.get("is"),
        "contains": parts,
        "coverage": "reviewed" if known and reviewed else "traits" if known else "name only",
        "brands": brands[:SHOWN_BRANDS],
        "codes": drug.get("codes"),
        "kind": drug.get("kind"),
        "lasts": drug.get("lasts"),
        "local": [other for other in book.drugs if other.startswith(f"{name} (") and other.endswith(")")]
        if not parts else None,
        "uses": "; ".join(card.get("uses", ())),
        "common": [term_of(effect) for effect in card.get("common", ())],
        "serious": [term_of(effect) for effect in card.get("serious", ())],
        "reviewed": drug.get("reviewed"),
        "sources": drug.get("sources"),
    }  # fmt: skip
    return {field: value for field, value in record.items() if value}


def _trait_record(book: Book, name: str) -> dict[str, Any]:
    return {**book.traits[name], "is": implied((name,), book.implies)[1:]}


def names(book: Book) -> Iterator[tuple[str, str, str, str, str, int]]:
    """Yield key, drug or trait, kind, markets, the name as written, and whether it must match exactly."""
    for name, drug in book.drugs.items():
        seen = set()
        for kind, written in _written_names(name, drug):
            row = written if isinstance(written, dict) else {"name": written}
            key = fold(row["name"])
            if key and (key not in seen or "markets" in row):
                seen.add(key)
                yield key, name, kind, " ".join(row.get("markets", ())), row["name"], int("exact" in row)
    for name, trait in book.traits.items():
        for key in {fold(written + end) for written in (name, *trait.get("names", ())) for end in ("", "s")}:
            yield key, name, "trait", "", name, 1


def _written_names(name: str, drug: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "name", name
    for kind, field in (("synonym", "synonyms"), ("salt", "salts"), ("brand", "brands")):
        yield from ((kind, written) for written in drug.get(field, ()))


def _interactions(book: Book) -> Iterator[tuple[str, bytes]]:
    """Yield id and compressed record: the texts are more than half of the file that every check reads."""
    replaces = {name: entry.get("replaces", []) for name, entry in book.interactions.items()}
    for name, entry in sorted(book.interactions.items()):
        chain = implied(replaces[name], replaces)
        yield name, zlib.compress(_dump({**entry, "replaces": chain} if chain else entry).encode())


def _slots(book: Book) -> Iterator[tuple[str, str, int]]:
    for name, entry in book.interactions.items():
        slots = set(entry["between"])
        yield from ((slot, name, len(slots)) for slot in slots)
    for name, drug in book.drugs.items():
        if not drug.get("contains") and drug.get("kind") != "food":  # milk and yoghurt: nothing is taken twice
            yield name, DUPLICATE + name, 1


def _lookalikes(book: Book) -> dict[str, list[list[str]]]:
    """Return each confusable name's key with its partners: key, own and other tall-man spelling (may be empty)."""
    partners: dict[str, list[list[str]]] = {}
    for first, second, *tall in book.lookalikes:
        own, other = tall or ("", "")
        partners.setdefault(fold(first), []).append([fold(second), own, other])
        partners.setdefault(fold(second), []).append([fold(first), other, own])
    return partners


DUPLICATE_ENTRY = {
    "severity": "moderate",
    "action": "usually avoid",
    "evidence": "theoretical",
    "onset": "unknown",
    "effect": "The same active ingredient is taken twice, so the total dose may be too high.",
    "mechanism": "Both medicines contain it; their effects and side effects add up.",
    "management": "Check whether both are meant. If so, count the doses of both together; if not, keep one.",
    "sources": [],
    "reviewed": "2026-11-24",
}
"""The entry `duplicate:<ingredient>` of every ingredient but foods that has none of its own in interactions.yaml."""
