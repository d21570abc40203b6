"""Findings -> counts of persons: by interaction, severity and pair of drugs, in each stratum."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medcheck.model import SEVERITIES, rank

if TYPE_CHECKING:
    from medcheck.screen.codebook import Codebook
    from medcheck.screen.kernel import Found, Tables
    from medcheck.screen.lists import Lists

Array = npt.NDArray[Any]
Counts = dict[str, tuple[Array, Array]]
"""For each kind of count: keys, and how many persons each has."""
KINDS = ("persons", "incomplete", "any", "severity", "interaction", "pair", "findings", "torn", "crowded")
"""Persons; with a name that was not resolved; with any finding; by severity, interaction, pair; findings in all;
persons in more than one stratum; and those left out for too many drugs."""
_PENDING = 1 << 20
"""Keys that may wait before they are added up."""
_DENSE = 4
"""Keys are counted in a table as long as it has at most so many places for each, else sorted."""


def count(lists: "Lists", found: "Found", tables: "Tables") -> Counts:
    """Count the persons of some lists. A person counts once for an interaction, however many drugs set it off."""
    book = tables.book
    entries, levels = len(book.entries), len(SEVERITIES)
    stratum = lists.strata.astype(np.int64) if lists.strata is not None else np.zeros(len(lists), np.int64)
    row = np.concatenate([block.row for block in found.fillings] or [np.empty(0, np.int64)])
    entry = np.concatenate([block.entry for block in found.fillings] or [np.empty(0, np.int64)])
    once = _counted(row * np.int64(entries) + entry)[0]
    row = once // max(entries, 1)  # numpy's divmod takes several times as long
    entry = once - row * entries
    graded = np.zeros((len(lists), levels), bool)
    graded[row, tables.ranks[entry]] = True
    person, level = np.nonzero(graded)
    nothing = lists.codes[lists.starts[:-1]] == 0
    return {
        "persons": _counted(stratum),
        "incomplete": _counted(stratum[nothing]),
        "any": _counted(stratum[graded.any(axis=1)]),
        "severity": _counted(stratum[person] * levels + level),
        "interaction": _counted(stratum[row] * entries + entry),
        "pair": _count_pairs(lists, found, tables, stratum),
        "findings": (np.zeros(1, np.int64), np.array([len(once)])),
        "torn": (np.zeros(1, np.int64), np.array([lists.torn])),
        "crowded": (np.zeros(1, np.int64), np.array([lists.crowded])),
    }


def _count_pairs(lists: "Lists", found: "Found", tables: "Tables", stratum: Array) -> tuple[Array, Array]:
    first, second = lists.codes[found.pair_at].astype(np.int64)
    items = len(tables.seen)
    keys, counts = _counted((stratum[found.pair_row] * items + first) * items + second)
    rest, second = np.divmod(keys, items)
    stratum, first = np.divmod(rest, items)
    numbers = np.sort(tables.seen[np.stack((first, second))], axis=0)
    size = np.int64(len(tables.book.items))
    return (stratum * size + numbers[0]) * size + numbers[1], counts


def _counted(keys: Array) -> tuple[Array, Array]:
    """Return the different keys, sorted, and how often each occurs."""
    if len(keys) and int(keys.max()) < _DENSE * len(keys):
        counts = np.bincount(keys)
        found = np.flatnonzero(counts)
        return found, counts[found]
    keys = np.sort(keys)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
    return keys[starts], np.diff(np.append(starts, len(keys)))


class Tally:
    """Adds up counts."""

    def __init__(self) -> None:
        self._parts: dict[str, list[tuple[Array, Array]]] = {kind: [] for kind in KINDS}
        self._waiting = 0

    def add(self, counts: Counts) -> None:
        """Add the counts of other persons."""
        for kind, part in counts.items():
            self._parts[kind].append(part)
            self._waiting += len(part[0])
        if self._waiting > _PENDING:
            for kind in KINDS:
                self._parts[kind] = [self.total(kind)]
            self._waiting = 0

    def total(self, kind: str) -> tuple[Array, Array]:
        """Return the keys of a kind, sorted, with their counts."""
        if not self._parts[kind]:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        keys, counts = (np.concatenate(column) for column in zip(*self._parts[kind], strict=True))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
        return keys[starts], np.add.reduceat(counts[order], starts) if len(keys) else counts

    def sum(self, kind: str) -> int:
        """Return the count of a kind over all strata."""
        return int(self.total(kind)[1].sum())


def wilson(persons: int, out_of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's method."""
    if not out_of:
        return 0.0, 1.0
    z = 1.959963984540054
    share = persons / out_of
    middle = share + z * z / (2 * out_of)
    half = z * (share * (1 - share) / out_of + z * z / (4 * out_of * out_of)) ** 0.5
    scale = 1 + z * z / out_of
    low = (middle - half) / scale if persons else 0.0
    return low, (middle + half) / scale if persons < out_of else 1.0


def summary(
    tally: Tally, book: "Codebook", strata: list[tuple[str, ...]], names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the rows of the summary: all persons first, then each stratum; within each the most frequent first."""
    whole = _rows(tally, book, None)
    rows = [{**dict.fromkeys(names, "all"), **row} for row in whole]
    order = sorted(range(len(strata)), key=strata.__getitem__) if names else []
    return rows + [{**dict(zip(names, strata[n], strict=True)), **row} for n in order for row in _rows(tally, book, n)]


def _rows(tally: Tally, book: "Codebook", stratum: int | None) -> list[dict[str, Any]]:
    out_of = sum(_of(tally, "persons", 1, stratum).values())
    rows = [_row("any finding", sum(_of(tally, "any", 1, stratum).values()), out_of)]
    by_level = _of(tally, "severity", len(SEVERITIES), stratum)
    rows += [_row("severity", by_level.get(rank(level), 0), out_of, severity=level) for level in SEVERITIES[:0:-1]]
    for n, persons in _most(_of(tally, "interaction", len(book.entries), stratum)):
        what = {"interaction": book.entries[n], "severity": book.severities[n]}
        rows.append(_row("interaction", persons, out_of, **what))
    size = len(book.items)
    for key, persons in _most(_of(tally, "pair", size * size, stratum)):
        drugs = "; ".join(sorted(book.items[n] for n in divmod(key, size)))
        rows.append(_row("drug pair", persons, out_of, drugs=drugs))
    return rows


def _of(tally: Tally, kind: str, size: int, stratum: int | None) -> dict[int, int]:
    """Return the counts of one stratum, or of all together, by what follows the stratum in the key."""
    found: dict[int, int] = {}
    for key, persons in zip(*(column.tolist() for column in tally.total(kind)), strict=True):
        own, rest = divmod(key, size)
        if stratum is None or own == stratum:
            found[rest] = found.get(rest, 0) + persons
    return found


def _most(counts: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _row(about: str, persons: int, out_of: int, **what: str) -> dict[str, Any]:
    low, high = wilson(persons, out_of)
    share = persons / out_of if out_of else 0.0
    named = {"about": about, **dict.fromkeys(("interaction", "severity", "drugs"), ""), **what}
    return {**named, "persons": persons, "out_of": out_of, "prevalence": share, "low": low, "high": high}
