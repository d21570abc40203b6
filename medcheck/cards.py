"""A drug -> its card: what a reader wants to know of it, from data/cards.yaml."""

import json
import sqlite3

from medcheck.compendium import CARDS, STORE, StoreError, open_built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Cards:
    """The open store of cards."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def card(self, drug: str) -> "dict[str, Any]":
        """Return the card of a drug, what its classes share included; empty if there is none."""
        try:
            row = self._db.execute("SELECT record FROM card WHERE id = ?", (drug,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{CARDS} cannot be read: {error}") from error
        return dict(json.loads(row[0])) if row else {}


def open_cards(folder: str = STORE) -> Cards:
    """Open the cards; StoreError if they are missing or not what the build recorded."""
    return Cards(open_built(CARDS, folder))
