"""A misspelt key -> the one drug it can only mean, or the drugs to ask about.

Distance is Damerau-Levenshtein (optimal string alignment), plus one for another first letter, plus one for a drug that
is not much used, plus one for a name not sold in the chosen market.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from medcheck.compendium import Compendium, Meaning

LONG = 8
"""Letters from which a distance of two is accepted."""
MARGIN = 2
"""How much further every other drug must be."""
LOOKALIKE_MARGIN = 3
"""How much further a drug must be whose name is known to be confused with the found one."""
SHORT = 5
CANDIDATES = 5
_SCANNED = 400


class Guess:
    """What a misspelt name may mean."""

    __slots__ = ("candidates", "distance", "found", "reason")

    def __init__(self, found: "Meaning | None", reason: str, candidates: "list[str]", distance: int) -> None:
        self.found = found
        """The only meaning near enough, or None: then ask."""
        self.reason = reason
        """Why it must be asked: unknown, spelling or look-alike."""
        self.candidates = candidates
        """Drug ids, nearest first."""
        self.distance = distance


def guess(key: str, book: "Compendium", market: str = "") -> Guess:
    """Find the drugs whose names are nearest to `key`."""
    allowed = 2 if len(key) >= LONG else 1
    keys = book.keys().split("\n")
    near = _nearest(key, keys, allowed + LOOKALIKE_MARGIN, book, market)
    ranked = sorted(near, key=lambda drug: (near[drug][0], book.rank(drug) or _SCANNED * 100, drug))
    candidates = _candidates(key, ranked, near, keys, book)
    if not ranked or near[ranked[0]][0] > allowed:
        return Guess(None, "spelling" if candidates else "unknown", candidates, 0)
    best = ranked[0]
    distance, meaning = near[best]
    partners = _partners(best, meaning, book)
    for other in ranked[1:]:
        gap = near[other][0] - distance
        if gap < MARGIN or (gap < LOOKALIKE_MARGIN and other in partners):
            reason = "look-alike" if other in partners else "spelling"
            return Guess(None, reason, candidates, distance)
    return Guess(meaning, "", candidates, distance)


def _nearest(
    key: str, keys: "list[str]", cutoff: int, book: "Compendium", market: str
) -> "dict[str, tuple[int, Meaning]]":
    """Map each drug near `key` to its distance and the name that is nearest."""
    near: dict[str, tuple[int, Meaning]] = {}
    for other, raw, _ in process.extract(key, keys, scorer=OSA.distance, score_cutoff=cutoff, limit=_SCANNED):
        for meaning in book.meanings(other):
            if meaning.kind == "trait" or meaning.exact:
                continue
            distance = raw + (other[0] != key[0]) + (not book.rank(meaning.drug))
            distance += bool(market and meaning.markets and market not in meaning.markets)
            if meaning.drug not in near or distance < near[meaning.drug][0]:
                near[meaning.drug] = (int(distance), meaning)
    return near


def _partners(drug: str, meaning: "Meaning", book: "Compendium") -> "set[str]":
    """Return the drugs whose names are known to be confused with this drug's names."""
    from medcheck.names import fold

    lookalikes = book.fact("lookalikes")
    keys = [*lookalikes.get(fold(drug), ()), *lookalikes.get(meaning.key, ())]
    return {other.drug for key in keys for other in book.meanings(key)} - {drug}


def _candidates(
    key: str, ranked: "list[str]", near: "dict[str, tuple[int, Meaning]]", keys: "list[str]", book: "Compendium"
) -> "list[str]":
    """Return the drugs to ask about: near names and names that begin so; these first for a short key."""
    close = [drug for drug in ranked if near[drug][0] <= max(2, len(key) // 3)]
    begun: list[str] = []
    if len(key) > 2:  # noqa: PLR2004 (two letters begin hundreds of names)
        meant = {m.drug for other in keys if other.startswith(key) for m in book.meanings(other) if book.rank(m.drug)}
        begun = sorted(meant, key=book.rank)
    ordered = begun + close if len(key) <= SHORT else close + begun
    return list(dict.fromkeys(ordered))[:CANDIDATES]
