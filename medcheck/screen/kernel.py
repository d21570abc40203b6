"""Lists -> fillings: a pair of drugs is one look into a table; lists that may fill longer entries are looked at again.

Lists of one length are laid side by side, so that one NumPy call looks up a drug of thousands of lists with all that
follow it. Nothing here knows Arrow or Spark: the same function serves every engine.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medcheck.model import rank
from medcheck.screen import many
from medcheck.screen.fillings import Fillings
from medcheck.screen.overlap import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medcheck.screen.codebook import Codebook
    from medcheck.screen.lists import Lists

Array = npt.NDArray[Any]
AT_ONCE = 1 << 16
"""Pairs that are looked up together: few enough for the second-level cache."""


class Tables:
    """A codebook for the items that occur, which the lists number from 0 in the order of `seen`."""

    def __init__(self, book: "Codebook", seen: Array) -> None:
        self.book = book
        self.seen = seen
        """The codebook's number of each item."""
        self.matrix = book.matrix(seen)
        self.bits = book.bits[seen]
        self.lanes = book.lanes[seen]
        self.ranks = np.array([rank(severity) for severity in book.severities], np.int64)
        """The severity of each entry, as a number."""
        self.fits = [entry.fits[seen] for entry in book.long]


@dataclass(frozen=True)
class Found:
    """What the kernel found in some lists."""

    fillings: list[Fillings]
    """Those that are not replaced: one block for pairs, one for each longer size."""
    pair_row: Array
    pair_at: Array
    """Every two items (columns) that some filling holds together, once each, with their list."""


def find(lists: "Lists", tables: Tables, least: int = 1) -> Found:
    """Return all fillings that are not replaced; with dates, those taken together on `least` days or more."""
    pairs = _hits(lists, tables)
    longs = list(many.fill(lists, tables))
    if lists.spans is not None:
        pairs = _together(pairs, lists, least)
        longs = [_together(block, lists, least) for block in longs]
    row, at = _pairs_of(pairs, longs, lists, tables)
    blocks = [_expand(pairs, tables.book), *longs]
    if any(len(block.row) for block in longs):
        blocks = many.drop_replaced(blocks, tables.book, int(np.diff(lists.starts).max()))
    return Found([block for block in blocks if len(block.row)], row, at)


def _hits(lists: "Lists", tables: Tables) -> Fillings:
    """Return every pair that sets off something; `entry` is its set of entries."""
    parts = [_look_up(lists, tables.matrix, rows, two) for rows, two in _side_by_side(lists)]
    if not parts:
        none = np.empty(0, np.int64)
        return Fillings(none, np.empty((2, 0), np.int64), none)
    row, first, second, code = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Fillings(row, np.stack((first, second)), code)


def _side_by_side(lists: "Lists") -> "Iterator[tuple[Array, Array]]":
    """Yield numbers of lists that have the same length, and every two places in a list of that length."""
    lengths = np.diff(lists.starts)
    counts = np.bincount(lengths)
    order = np.argsort(lengths.astype(np.min_scalar_type(len(counts))), kind="stable")
    ends = np.cumsum(counts)
    for length in np.flatnonzero(counts[2:]) + 2:
        two = np.stack(np.triu_indices(int(length), 1))
        size = max(1, AT_ONCE // len(two[0]))
        for n in range(ends[length - 1], ends[length], size):
            yield order[n : min(n + size, ends[length])], two


def _look_up(lists: "Lists", matrix: Array, rows: Array, two: Array) -> tuple[Array, Array, Array, Array]:
    begin = lists.starts[rows]
    one, other = two
    items = lists.codes[begin + np.arange(other[-1] + 1)[:, None]].astype(np.int64)
    code = matrix.take((items * len(matrix))[one] + items[other]).ravel()
    hit = np.flatnonzero(code != 0)
    pair = hit // len(rows)
    column = hit - pair * len(rows)
    place = begin[column]
    return rows[column], place + one[pair], place + other[pair], code[hit]


def _together(found: Fillings, lists: "Lists", least: int) -> Fillings:
    """Keep what is taken together on `least` days or more, with the first of these days and their number."""
    if lists.spans is None or not len(found.row):
        return found
    first, days = overlap(found.at, lists.spans)
    return Fillings(found.row, found.at, found.entry, first, days).only(days >= least)


def _expand(pairs: Fillings, book: "Codebook") -> Fillings:
    """Give each entry of a pair's set a filling of its own."""
    begin = book.offsets[pairs.entry]
    sizes = book.offsets[pairs.entry + np.int64(1)] - begin
    again = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(again)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    expanded = pairs.only(again)
    return Fillings(expanded.row, expanded.at, book.members[begin[again] + within], expanded.first, expanded.days)


def _pairs_of(pairs: Fillings, longs: list[Fillings], lists: "Lists", tables: Tables) -> tuple[Array, Array]:
    """Return every two items that some filling holds: those of a replaced one stand in the one that replaces it."""
    extra = [(block.row, block.at[list(two)]) for block in longs for two in combinations(range(len(block.at)), 2)]
    if not extra:
        return pairs.row, pairs.at
    row = np.concatenate([row for row, _ in extra])
    at = np.concatenate([at for _, at in extra], axis=1)
    # Items that are taken together with a third one are taken together: what has a code stands among `pairs`.
    new = np.flatnonzero(tables.matrix[tuple(lists.codes[at])] == 0)
    new = new[np.unique(at[:, new], axis=1, return_index=True)[1]]
    return np.concatenate([pairs.row, row[new]]), np.concatenate([pairs.at, at[:, new]], axis=1)
