"""A drug -> its card and its side effects, from data/cards.yaml and data/side_effects.yaml."""

import json
import sqlite3

from medcheck.compendium import CARDS, STORE, StoreError, open_built
from medcheck.names import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NEAR = 2
"""Letters by which a symptom may be misspelt."""
FILLERS = ("feeling", "feel", "being", "getting", "i am", "i feel", "a", "the")
"""Words before a symptom that say nothing of it."""


class Effect:
    """A side effect that a drug can cause."""

    __slots__ = ("drug", "frequency", "kind", "system", "term")

    def __init__(self, drug: str, term: str, kind: str, frequency: str, system: str) -> None:
        self.drug = drug
        self.term = term
        self.kind = kind
        """common or serious."""
        self.frequency = frequency
        """very common (at least 1 in 10), common, uncommon, rare or very rare; empty where no figure is known."""
        self.system = system
        """The part of the body."""


class Cards:
    """The open store of cards."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def _rows(self, query: str, *values: object) -> "list[tuple[Any, ...]]":
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{CARDS} cannot be read: {error}") from error

    def card(self, drug: str) -> "dict[str, Any]":
        """Return the card of a drug, what its classes share included; empty if there is none."""
        rows = self._rows("SELECT record FROM card WHERE id = ?", drug)
        return dict(json.loads(rows[0][0])) if rows else {}

    def effects(self, drug: str) -> "list[Effect]":
        """Return the side effects of a drug in the order of its card, common ones first."""
        return [Effect(*row) for row in self._rows(_EFFECTS + "WHERE drug = ? ORDER BY effect.rowid", drug)]

    def causing(self, term: str) -> "list[Effect]":
        """Return every drug that can cause a side effect."""
        return [Effect(*row) for row in self._rows(_EFFECTS + "WHERE effect.term = ? ORDER BY drug", term)]

    def names(self, term: str) -> "list[str]":
        """Return a side effect's term and its synonyms."""
        return [row[0] for row in self._rows("SELECT shown FROM term_name WHERE term = ? ORDER BY rowid", term)]

    def term(self, text: str) -> "tuple[str, str]":
        """Return the side effect that a text means and how it was read ("" if exactly); ("", "") if none.

        "dizzy" and "feeling dizzy" are dizziness; a misspelt symptom is corrected if only one is near.
        """
        key = fold(_without_fillers(text))
        rows = self._rows("SELECT term FROM term_name WHERE key = ?", key)
        if rows:
            return rows[0][0], ""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        terms = dict(self._rows("SELECT key, term FROM term_name"))
        allowed = NEAR if len(key) > NEAR * 3 else 1
        hits = process.extract(key, list(terms), scorer=OSA.distance, score_cutoff=allowed, limit=None)
        nearest = {terms[hit] for hit, distance, _ in hits if distance == hits[0][1]}
        return (nearest.pop(), f"“{text}” was read as “{terms[hits[0][0]]}”") if len(nearest) == 1 else ("", "")


_EFFECTS = "SELECT drug, effect.term, kind, frequency, system FROM effect JOIN term ON term.term = effect.term "


def _without_fillers(text: str) -> str:
    text = " ".join(text.casefold().split())
    while filler := next((word for word in FILLERS if text.startswith(word + " ")), ""):
        text = text.removeprefix(filler).strip()
    return text


def open_cards(folder: str = STORE) -> Cards:
    """Open the cards; StoreError if they are missing or not what the build recorded."""
    return Cards(open_built(CARDS, folder))
