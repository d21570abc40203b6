"""Entries for three or four items, and what they replace."""

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medcheck.screen.fillings import Fillings
from medcheck.screen.long import LANE, slot_bits, slot_lanes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medcheck.screen.codebook import Codebook
    from medcheck.screen.kernel import Tables
    from medcheck.screen.lists import Lists
    from medcheck.screen.long import Long

Array = npt.NDArray[Any]
AT_ONCE = 1 << 20
"""Combinations of items that are tested in one go; bounds the memory."""


def fill(lists: "Lists", tables: "Tables") -> "Iterator[Fillings]":
    """Yield the fillings of all longer entries, those that are replaced included: one block for each size."""
    if not tables.book.long or not len(lists):
        return
    candidates = _candidates(lists, tables)
    blocks: dict[int, list[tuple[Array, Array, Array]]] = defaultdict(list)
    for entry, fits, rows in zip(tables.book.long, tables.fits, candidates, strict=True):
        for row, at in _fill(entry, fits, lists, rows, tables):
            blocks[entry.slots].append((row, at, np.full(len(row), entry.entry)))
    for _, parts in sorted(blocks.items()):
        row, at, entries = (np.concatenate(column, axis=-1) for column in zip(*parts, strict=True))
        yield Fillings(row, at, entries)


def _candidates(lists: "Lists", tables: "Tables") -> "Iterator[Array]":
    """Yield, for each entry, the lists that hold each of its slots as often as it needs it, as far as bits can tell."""
    long = tables.book.long
    traits = np.bitwise_or.reduceat(tables.bits[lists.codes], lists.starts[:-1])
    counts = np.add.reduceat(tables.lanes[lists.codes], lists.starts[:-1])
    bits, lanes = slot_bits(long), slot_lanes(long)
    for entry in long:
        needed = np.uint64(sum({1 << bits[slot] for slot in entry.between}))
        able = traits & needed == needed
        for slot in set(entry.between) & lanes.keys():
            held = counts >> np.uint64(LANE * lanes[slot]) & np.uint64((1 << LANE) - 1)
            able &= held >= entry.between.count(slot)
        yield np.flatnonzero(able)


def _fill(entry: "Long", fits: Array, lists: "Lists", rows: Array, tables: "Tables") -> "Iterator[tuple[Array, Array]]":
    """Yield list numbers and places of the items, for the lists `rows` that have every trait of `entry`."""
    lengths = np.diff(lists.starts)[rows]
    place = np.repeat(lists.starts[rows] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    held = fits[lists.codes[place]] > 0
    place, owner = place[held], np.repeat(np.arange(len(rows)), lengths)[held]
    holders = np.bincount(owner, minlength=len(rows))
    begins = np.cumsum(holders) - holders
    for count in np.unique(holders[holders >= entry.slots]):
        same = np.flatnonzero(holders == count)
        choices = np.array(list(combinations(range(count), entry.slots)))
        size = max(1, AT_ONCE // len(choices))
        for n in range(0, len(same), size):
            chosen = same[n : n + size]
            at = place[begins[chosen][:, None, None] + choices].reshape(-1, entry.slots).T
            row = np.repeat(rows[chosen], len(choices))
            filled = _filled(entry, fits, lists.codes[at], tables)
            yield row[filled], at[:, filled]


def _filled(entry: "Long", fits: Array, items: Array, tables: "Tables") -> Array:
    """Tell which columns of `items` fill `entry`; where items share an ingredient, their ingredients decide."""
    joined = np.zeros(items.shape[1], np.int64)
    for n, item in enumerate(items):
        joined |= fits[item].astype(np.int64) << (n * entry.slots)
    filled = entry.table[joined]
    candidates = np.flatnonzero(filled)
    numbers = tables.seen[items[:, candidates]]
    shared = np.zeros(len(candidates), bool)
    for one, other in combinations(np.sort(numbers, axis=0), 2):
        shared |= _among(one * np.int64(len(tables.book.items)) + other, tables.book.shared)
    if shared.any():
        different, inverse = np.unique(numbers[:, shared], axis=1, return_inverse=True)
        answers = np.array([_fillable(entry, column) for column in different.T.tolist()])
        filled[candidates[shared]] = answers[inverse.ravel()]
    return filled


def _among(keys: Array, sorted_keys: Array) -> Array:
    place = np.searchsorted(sorted_keys, keys)
    result: Array = np.append(sorted_keys, sorted_keys[-1:])[place] == keys if len(sorted_keys) else place > 0
    return result


def _fillable(entry: "Long", items: list[int]) -> bool:
    """Tell whether these items fill every slot by different ingredients, as `medcheck.engine` decides it."""
    parts = [entry.holders.get(item) or ((f"item {item}", int(entry.fits[item])),) for item in items]

    def place(n: int, taken: dict[int, str]) -> bool:
        if n == len(parts):
            return True
        return any(
            place(n + 1, {**taken, slot: part})
            for part, bits in parts[n]
            for slot in range(entry.slots)
            if bits >> slot & 1 and slot not in taken and _fits(entry.between, slot, part, taken)
        )

    return place(0, {})


def _fits(between: tuple[str, ...], slot: int, part: str, taken: dict[int, str]) -> bool:
    return all(other != part or between[slot] == between[n] == part for n, other in taken.items())


def drop_replaced(blocks: "list[Fillings]", book: "Codebook", longest: int) -> "list[Fillings]":
    """Leave out each filling whose items all stand in a filling of a longer entry that replaces its entry.

    `longest` is the length of the longest list.
    """
    killed: dict[int, list[Array]] = defaultdict(list)
    starts: dict[int, list[Array]] = defaultdict(list)
    for block in blocks:
        for entry in book.long:
            own = block.at[:, block.entry == entry.entry] if len(block.at) == entry.slots else block.at[:, :0]
            for target in entry.replaces if own.shape[1] else ():
                for some in combinations(range(len(own)), book.slots[target]):
                    killed[len(some)].append(_rows(own[list(some)], target, longest, len(book.entries)))
                    starts[len(some)].append(own[some[0]])
    targets = np.zeros(len(book.entries), bool)
    targets[[target for entry in book.long for target in entry.replaces]] = True
    return [_without(block, killed, starts, longest, targets) for block in blocks]


def _without(
    block: "Fillings", killed: dict[int, list[Array]], starts: dict[int, list[Array]], longest: int, targets: Array
) -> "Fillings":
    slots = len(block.at)
    if slots not in killed:
        return block
    first = np.concatenate(starts[slots])
    touched = np.zeros(max(int(first.max(initial=0)), int(block.at[0].max(initial=0))) + 1, bool)
    touched[first] = True
    own = np.flatnonzero(touched[block.at[0]] & targets[block.entry])
    keys = _rows(block.at[:, own], block.entry[own], longest, len(targets))
    left = np.ones(len(block.row), bool)
    left[own] = ~_among(keys, np.sort(np.concatenate(killed[slots])))
    return block.only(left)


def _rows(at: Array, entry: "Array | int", longest: int, entries: int) -> Array:
    """Return places (rising in each column) and entry as one number for each filling.

    Later places are told by their distance from the first. Where that could pass 63 bits, they are compared as text.
    """
    if (int(at.max(initial=0)) + 1) * longest ** (len(at) - 1) * entries >= 1 << 63:
        columns = np.stack([*at, np.broadcast_to(entry, at.shape[1])], axis=1).astype(">i8")
        return np.ascontiguousarray(columns).view(f"V{8 * columns.shape[1]}").ravel()
    keys = at[0].astype(np.int64)
    for later in at[1:]:
        keys = keys * longest + (later - at[0])
    result: Array = keys * entries + entry
    return result
