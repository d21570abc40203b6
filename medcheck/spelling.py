"""A misspelt key -> the one drug it can only mean, or the drugs to ask about.

Distance is Damerau-Levenshtein (optimal string alignment), plus one for another first letter, plus one for a drug that
is not much used, plus one for a name not sold in the chosen market.
"""

from bisect import bisect_left

from rapidfuzz import process
from rapidfuzz.distance import OSA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from medcheck.compendium import Compendium, Meaning

    Near = dict[str, tuple[int, Meaning]]
    """Each drug near a key: its distance and the name of it that is nearest."""

LONG = 8
"""Letters from which a distance of two is accepted."""
MARGIN = 2
"""How much further every other drug must be."""
LOOKALIKE_MARGIN = 3
"""How much further a drug must be whose name is known to be confused with the found one."""
SHORTEST_BEGINNING = 3
CANDIDATES = 5
FURTHEST = 4


class Guess:
    """What a misspelt name may mean."""

    __slots__ = ("candidates", "distance", "found", "lookalikes", "reason")

    def __init__(self, found: "Meaning | None", reason: str, candidates: "list[str]", distance: int = 0) -> None:
        self.found = found
        """The only meaning near enough, or None: then ask."""
        self.reason = reason
        """Why it must be asked: unknown, spelling or look-alike."""
        self.candidates = candidates
        """Drug ids, nearest first."""
        self.distance = distance
        self.lookalikes: list[tuple[str, str]] = []
        """Tall-man spellings of the found name and of the names it is confused with."""


class Speller:
    """Corrects keys against the names of one compendium."""

    def __init__(self, book: "Compendium", market: str = "") -> None:
        self.book = book
        self.market = market
        self._keys = book.keys().split("\n")
        """Sorted by length first: names of very different length need no look."""

    def guess(self, key: str) -> Guess:
        """Find the drug that `key` can only mean, or say why it must be asked."""
        allowed = 2 if len(key) >= LONG else 1
        near = self._nearest(key, allowed + MARGIN - 1)
        ranked = self._ranked(near)
        if not ranked or near[ranked[0]][0] > allowed:
            candidates = self._candidates(key, near)
            return Guess(None, "spelling" if candidates else "unknown", candidates)
        best = ranked[0]
        distance, meaning = near[best]
        for partner in self._partners(best, meaning):
            away = OSA.distance(key, partner.key) + self._penalties(key, partner)
            if min(away, near.get(partner.drug, (away,))[0]) < distance + LOOKALIKE_MARGIN:
                candidates = [best, partner.drug, *self._candidates(key, near)]
                return Guess(None, "look-alike", list(dict.fromkeys(candidates))[:CANDIDATES], distance)
        if len(ranked) > 1 and near[ranked[1]][0] < distance + MARGIN:
            return Guess(None, "spelling", self._candidates(key, near), distance)
        guess = Guess(meaning, "", [best], distance)
        guess.lookalikes = self._tall_man(best, meaning)
        return guess

    def _nearest(self, key: str, cutoff: int) -> "Near":
        """Return the drugs that have a name within `cutoff` letters of `key`."""
        start = bisect_left(self._keys, len(key) - cutoff, key=len)
        end = bisect_left(self._keys, len(key) + cutoff + 1, key=len)
        near: Near = {}
        hits = process.extract(key, self._keys[start:end], scorer=OSA.distance, score_cutoff=cutoff, limit=None)
        for other, raw, _ in hits:
            for meaning in self.book.meanings(other):
                if meaning.kind == "trait" or meaning.exact:
                    continue
                distance = int(raw) + self._penalties(key, meaning)
                if meaning.drug not in near or distance < near[meaning.drug][0]:
                    near[meaning.drug] = (distance, meaning)
        return near

    def _penalties(self, key: str, meaning: "Meaning") -> int:
        """Return what is added to the letters between `key` and a name."""
        elsewhere = bool(self.market and meaning.markets and self.market not in meaning.markets)
        return (meaning.key[0] != key[0]) + (not self.book.rank(meaning.drug)) + elsewhere

    def _ranked(self, near: "Near") -> "list[str]":
        """Order drugs by distance; then those named themselves before those by a brand, then the more used."""

        def key(drug: str) -> tuple[int, bool, float, str]:
            distance, meaning = near[drug]
            return distance, meaning.kind == "brand", self.book.rank(drug) or float("inf"), drug

        return sorted(near, key=key)

    def _partners(self, drug: str, meaning: "Meaning") -> "list[Meaning]":
        """Return the names of other drugs that are known to be confused with this drug's names."""
        from medcheck.names import fold

        pairs = self.book.fact("lookalikes")
        keys = dict.fromkeys(partner for own in (fold(drug), meaning.key) for partner, *_ in pairs.get(own, ()))
        return [other for key in keys for other in self.book.meanings(key) if other.drug != drug]

    def _tall_man(self, drug: str, meaning: "Meaning") -> "list[tuple[str, str]]":
        from medcheck.names import fold

        pairs = self.book.fact("lookalikes")
        return [(own, other) for key in {fold(drug), meaning.key} for _, own, other in pairs.get(key, ()) if own]

    def _candidates(self, key: str, near: "Near") -> "list[str]":
        """Return the drugs to ask about: names that begin so (the key may be cut short), then near names."""
        near = near or self._nearest(key, min(FURTHEST, max(2, len(key) // 3)))
        close = self._ranked(near)
        begun: list[str] = []
        if len(key) >= SHORTEST_BEGINNING:
            begun = [meaning.drug for meaning in self.book.beginning(key) if self.book.rank(meaning.drug)]
        return list(dict.fromkeys([*dict.fromkeys(begun), *close]))[:CANDIDATES]
