"""The compiled data, read-only: names, drugs, traits, interactions, sources."""

import json
import sqlite3
from os.path import dirname, join
from zlib import crc32, decompress

from medcheck.model import DUPLICATE, Drug, Ingredient, Interaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

STORE = join(dirname(__file__), "store")  # noqa: PTH118, PTH120 (pathlib costs half a start)
"""Where the build puts the compiled files."""
SMALL, CARDS, KEYS, MANIFEST = "compendium.sqlite", "cards.sqlite", "keys.txt", "manifest.txt"


class StoreError(Exception):
    """The compiled data are missing, damaged or do not match; nothing may be answered from them."""


class Meaning:
    """One drug or class that a key names."""

    __slots__ = ("drug", "exact", "key", "kind", "local", "markets", "shown")

    def __init__(
        self, key: str, drug: str, kind: str, markets: str, shown: str, exact: int, *, local: bool = False
    ) -> None:
        self.key = key
        self.drug = drug
        """Id of the drug; for kind `trait`, the trait."""
        self.kind = kind
        """name, synonym, salt, brand, code or trait."""
        self.markets = markets.split()
        """Countries where the name means this drug; empty for everywhere."""
        self.shown = shown or key.capitalize()
        """The name as it is written; stored empty where it is the key with a capital."""
        self.exact = bool(exact)
        """Never a target of spelling correction."""
        self.local = local
        """A name that local rules add."""


def has_code(record: "dict[str, Any]", system: str, code: str) -> bool:
    """Tell whether a drug has a code, or an ATC code that begins with it."""
    codes = record.get("codes", {}).get(system, ())
    return bool(code == codes or (isinstance(codes, list) and any(own.startswith(code) for own in codes)))


class Compendium:
    """An open store. `open_store()` checks it first; use that."""

    def __init__(self, connection: sqlite3.Connection, folder: str = STORE) -> None:
        self._db = connection
        self._folder = folder
        self._facts: dict[str, Any] = {}
        self._drugs: dict[str, Drug] = {}
        self._traits: dict[str, dict[str, Any]] = {}

    def _rows(self, query: str, *values: object) -> "list[tuple[Any, ...]]":
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{SMALL} cannot be read: {error}") from error

    def fact(self, name: str) -> "Any":
        """Return a fact about the data as a whole (version, sha256, words, lookalikes...); None if there is none."""
        if name not in self._facts:
            rows = self._rows("SELECT value FROM fact WHERE name = ?", name)
            self._facts[name] = json.loads(rows[0][0]) if rows else None
        return self._facts[name]

    def meanings(self, key: str) -> "list[Meaning]":
        """Return what a match key names, best-known drug first."""
        return [Meaning(*row) for row in self._rows(_NAMES + "WHERE key = ? ORDER BY rank, id", key)]

    def beginning(self, key: str, most: int = -1) -> "list[Meaning]":
        """Return the names that begin with a key (at most so many), best-known drug first; classes come last."""
        query = _NAMES + "WHERE key >= ? AND key < ? ORDER BY rank IS NULL, rank, id, kind <> 'name', key LIMIT ?"
        return [Meaning(*row) for row in self._rows(query, key, key + "\U0010ffff", most)]

    def keys(self) -> str:
        """Return the match keys that spelling correction may choose, one a line, the shortest first."""
        return read_built(KEYS, self._folder).decode()

    def drug(self, name: str) -> Drug:
        """Return the drug with this id; KeyError if there is none."""
        if name not in self._drugs:
            rows = self._rows("SELECT record FROM drug WHERE id = ?", name)
            if not rows:
                raise KeyError(name)
            record = json.loads(rows[0][0])
            parts = [self.drug(part).ingredients[0] for part in record.get("contains", ())]
            if not parts or "is" in record:
                parts.append(Ingredient(name, (name, *self.implied(record.get("is", ())))))
            self._drugs[name] = Drug(record, parts)
        return self._drugs[name]

    def drugs(self) -> "Iterator[Drug]":
        """Yield every drug, sorted."""
        for (name,) in self._rows("SELECT id FROM drug ORDER BY id"):
            yield self.drug(name)

    def product(self, contents: "Iterable[str]") -> "str | None":
        """Return the id of the product that contains exactly these ingredients."""
        rows = self._rows("SELECT id FROM drug WHERE contents = ? ORDER BY rank, id", "+".join(sorted(contents)))
        return str(rows[0][0]) if rows else None

    def rank(self, name: str) -> int:
        """Return a drug's place by use, 1 for the most used; 0 if it is not among the used ones."""
        rows = self._rows("SELECT rank FROM drug WHERE id = ?", name)
        return int(rows[0][0]) if rows and rows[0][0] < UNUSED else 0

    def names_of(self, name: str) -> "list[Meaning]":
        """Return every name of a drug."""
        return [Meaning(*row) for row in self._rows(_NAMES + "WHERE id = ? ORDER BY name.shown, key", name)]

    def by_code(self, system: str, code: str) -> "list[str]":
        """Return the ids of drugs with a code; an ATC class code returns its members."""
        found = []
        for name, record in self._rows("SELECT id, record FROM drug WHERE instr(record, ?) ORDER BY id", f'"{code}'):
            if has_code(json.loads(record), system, code):
                found.append(name)
        return found

    def trait(self, name: str) -> "dict[str, Any]":
        """Return a trait's record: `is` (all that it implies), `means`, `sources`; KeyError if there is none."""
        if name not in self._traits:
            rows = self._rows("SELECT record FROM trait WHERE id = ?", name)
            if not rows:
                raise KeyError(name)
            self._traits[name] = json.loads(rows[0][0])
        return self._traits[name]

    def implied(self, traits: "Iterable[str]") -> "dict[str, None]":
        """Return traits and all that they imply."""
        found: dict[str, None] = {}
        for trait in traits:
            found.update(dict.fromkeys((trait, *self.trait(trait)["is"])))
        return found

    def traits(self) -> "list[str]":
        """Return every trait, sorted."""
        return [row[0] for row in self._rows("SELECT id FROM trait ORDER BY id")]

    def interactions(self, traits: "Iterable[str]") -> "list[Interaction]":
        """Return the entries whose every slot is among `traits`."""
        wanted = list(traits)
        marks = ",".join("?" * len(wanted))
        # Grouping by entry counts distinct slots: (entry, trait) is the key of the table.
        query = f"SELECT entry FROM slot WHERE trait IN ({marks}) GROUP BY entry HAVING COUNT(*) = MAX(needed)"  # noqa: S608
        return [self.interaction(row[0]) for row in self._rows(query, *wanted)]

    def touching(self, traits: "Iterable[str]") -> "list[Interaction]":
        """Return the written entries with at least one slot among `traits`, sorted by id."""
        wanted = list(traits)
        marks = ",".join("?" * len(wanted))
        rows = self._rows(f"SELECT DISTINCT entry FROM slot WHERE trait IN ({marks}) ORDER BY entry", *wanted)  # noqa: S608
        return [self.interaction(name) for (name,) in rows if not name.startswith(DUPLICATE)]

    def interaction(self, name: str) -> Interaction:
        """Return the entry with this id; KeyError if there is none."""
        rows = self._rows("SELECT record FROM interaction WHERE id = ?", name)
        if rows:
            return Interaction(name, json.loads(decompress(rows[0][0])))
        if not name.startswith(DUPLICATE):
            raise KeyError(name)
        ingredient = self.drug(name.removeprefix(DUPLICATE)).id
        return Interaction(name, {**self.fact("duplicate"), "between": (ingredient, ingredient)})

    def written(self) -> "Iterator[Interaction]":
        """Yield every entry that a person wrote, sorted by id."""
        for name, record in self._rows("SELECT id, record FROM interaction ORDER BY id"):
            yield Interaction(name, json.loads(decompress(record)))

    def duplicates(self) -> "Iterator[Interaction]":
        """Yield the entry for twice the same ingredient, for each that nobody wrote, sorted by id."""
        query = (
            f"SELECT DISTINCT entry FROM slot WHERE entry LIKE '{DUPLICATE}%' "  # noqa: S608
            "AND entry NOT IN (SELECT id FROM interaction) ORDER BY entry"
        )
        for (name,) in self._rows(query):
            yield self.interaction(name)

    def sources(self, names: "Iterable[str]") -> "dict[str, dict[str, Any]]":
        """Return the documents with these ids."""
        wanted = sorted(set(names))
        marks = ",".join("?" * len(wanted))
        rows = self._rows(f"SELECT id, record FROM source WHERE id IN ({marks}) ORDER BY id", *wanted)  # noqa: S608
        return {name: json.loads(record) for name, record in rows}

    def all_sources(self) -> "dict[str, dict[str, Any]]":
        """Return every document of the registry."""
        return {name: json.loads(record) for name, record in self._rows("SELECT id, record FROM source ORDER BY id")}


UNUSED = 1_000_000
"""Rank of a drug that is not in the table of used drugs."""
_NAMES = (
    "SELECT key, COALESCE(drug.id, shown), kind, markets, COALESCE(shown, key), exact "
    "FROM name LEFT JOIN drug ON drug.n = name.drug "
)


def open_store(folder: str = STORE) -> Compendium:
    """Open the compiled compendium; StoreError if it is missing or differs from what the build recorded."""
    return Compendium(open_built(SMALL, folder), folder)


def open_built(name: str, folder: str = STORE) -> sqlite3.Connection:
    """Open a compiled database, checked, without locks or side files: read-only disks and many processes work."""
    read_built(name, folder)
    quoted = join(folder, name).replace("%", "%25").replace("?", "%3f").replace("#", "%23")  # noqa: PTH118
    return sqlite3.connect(f"file:{quoted}?mode=ro&immutable=1", uri=True)


def read_built(name: str, folder: str = STORE) -> bytes:
    """Return a compiled file's content if it is what the build recorded (length, CRC-32), else StoreError."""
    try:
        with open(join(folder, name), "rb") as file:  # noqa: PTH118, PTH123
            content = file.read()
    except OSError as error:
        raise StoreError(f"the compiled data cannot be read: {name}: {error.strerror}") from error
    if recorded(folder).get(name, ())[:2] != (str(len(content)), str(crc32(content))):
        raise StoreError(f"{name} is not the file that was built (its length or checksum differs)")
    return content


def recorded(folder: str = STORE) -> "dict[str, tuple[str, str, str]]":
    """Return what the build recorded of each file: length, CRC-32 and SHA-256."""
    try:
        with open(join(folder, MANIFEST), encoding="ascii") as file:  # noqa: PTH118, PTH123
            return {name: (size, crc, sha) for name, size, crc, sha in map(str.split, file)}
    except (OSError, ValueError) as error:
        raise StoreError(f"the compiled data cannot be read: {MANIFEST} is missing or damaged") from error


def verify(folder: str = STORE) -> "list[str]":
    """Check every compiled file in full (SHA-256 and SQLite's own check); return what is wrong, empty if nothing."""
    from hashlib import sha256

    problems = []
    for name, (_size, _crc, sha) in recorded(folder).items():
        if sha256(read_built(name, folder)).hexdigest() != sha:
            problems.append(f"{name}: its SHA-256 differs from the one recorded")
        if name.endswith(".sqlite"):
            answers = open_built(name, folder).execute("PRAGMA integrity_check")
            problems += [f"{name}: {answer}" for (answer,) in answers if answer != "ok"]
    return problems
