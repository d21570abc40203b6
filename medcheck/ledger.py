"""Which pairs of other lists an entry speaks for."""

from medcheck.compendium import CARDS, STORE, open_built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LISTS = {
    "ansm": "Thesaurus of the French agency (ANSM), 2020",
    "ndfrt_critical": "NDF-RT of the US Veterans Administration, 2014, graded critical",
}
"""The lists that were decided pair by pair (data/ledger/), and how they are named."""


class Listed:
    """A pair of another list that an entry speaks for."""

    __slots__ = ("first", "name", "second")

    def __init__(self, name: str, first: str, second: str) -> None:
        self.name = name
        """A key of LISTS."""
        self.first = first
        self.second = second


def listed(entries: "Iterable[str]", folder: str = STORE) -> "dict[str, list[Listed]]":
    """Return for each entry the pairs of other lists that it speaks for."""
    database = open_built(CARDS, folder)
    found: dict[str, list[Listed]] = {}
    for entry in entries:
        rows = database.execute("SELECT list, a, b FROM listed WHERE entry = ? ORDER BY list, a, b", (entry,))
        found[entry] = [Listed(*row) for row in rows]
    return found
