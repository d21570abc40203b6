"""Which pairs of items set off an entry for two, by whole blocks of holders of its slots."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medcheck.model import Ingredient

Array = npt.NDArray[Any]
_SEED = 8
"""Any fixed number: the same data compile to the same codes."""


class Holders:
    """Which items hold a trait, and by which ingredients."""

    def __init__(self, numbered: "Iterable[tuple[int, Ingredient]]", slots: set[str], size: int) -> None:
        self.size = size
        """How many item numbers there are."""
        self._by_slot: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._items_of: dict[str, list[int]] = defaultdict(list)
        for item, part in numbered:
            self._items_of[part.id].append(item)
            for slot in part.traits & slots:
                self._by_slot[slot][item].add(part.id)

    def items(self, slot: str) -> Array:
        """Return the numbers of the items that hold `slot`."""
        return np.fromiter(self._by_slot.get(slot, {}), np.int64)

    def counts(self, slot: str) -> Array:
        """Return by how many ingredients each of `items(slot)` holds it."""
        return np.fromiter(map(len, self._by_slot.get(slot, {}).values()), np.float32)

    def parts(self, item: int, between: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        """Return the ingredients of `item` that fill slots of `between`, each with one bit for each slot."""
        bits: dict[str, int] = defaultdict(int)
        for n, slot in enumerate(between):
            for part in self._by_slot.get(slot, {}).get(item, ()):
                bits[part] |= 1 << n
        return tuple(sorted(bits.items()))

    def shared(self) -> Array:
        """Return the pairs of different items that have an ingredient in common, as sorted keys."""
        keys = [_keys(np.array(items), np.array(items), self.size) for items in self._items_of.values() if items[1:]]
        return np.unique(np.concatenate(keys)) if keys else np.empty(0, np.int64)

    def one_ingredient(self, first: str, second: str) -> Array:
        """Count, for each item of `first` and each of `second`, how often one ingredient would fill both slots."""
        held = [{part for parts in self._by_slot.get(slot, {}).values() for part in parts} for slot in (first, second)]
        both = held[0] & held[1] - ({first} if first == second else set())
        columns = {part: n for n, part in enumerate(sorted(both))}
        return _has(self._by_slot[first], columns) @ _has(self._by_slot[second], columns).T


def _has(holders: dict[int, set[str]], columns: dict[str, int]) -> Array:
    has = np.zeros((len(holders), len(columns)), np.float32)
    for row, parts in enumerate(holders.values()):
        for part in parts & columns.keys():
            has[row, columns[part]] = 1
    return has


def pair_keys(between: tuple[str, ...], holders: Holders) -> Array:
    """Return the keys of all pairs of different items that fill `between`, sorted."""
    first, second = (holders.items(slot) for slot in between)
    if not len(first) or not len(second):
        return np.empty(0, np.int64)
    ways = np.outer(holders.counts(between[0]), holders.counts(between[1]))
    ways -= holders.one_ingredient(*between)
    one, other = np.nonzero(ways > 0)
    return np.unique(_keys_of(first[one], second[other], holders.size))


def _keys(first: Array, second: Array, size: int) -> Array:
    one, other = (grid.ravel() for grid in np.meshgrid(first, second))
    return _keys_of(one, other, size)


def _keys_of(first: Array, second: Array, size: int) -> Array:
    apart = first != second
    first, second = first[apart], second[apart]
    return np.minimum(first, second) * np.int64(size) + np.maximum(first, second)


def merge_sets(told: "list[tuple[int, Array]]") -> tuple[Array, Array, Array, Array]:
    """Give each different set of entries that pairs set off a number.

    Returns the pairs, sorted; the set of each, from 1; and the sets: offsets and members.
    """
    if not told:
        empty = np.empty(0, np.int64)
        return empty, empty, np.zeros(2, np.int64), empty
    keys = np.concatenate([found for _, found in told])
    entries = np.concatenate([np.full(len(found), entry) for entry, found in told])
    order = np.lexsort((entries, keys))
    keys, entries = keys[order], entries[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    marks = np.random.default_rng(_SEED).integers(2**63, size=int(entries.max()) + 1, dtype=np.uint64)
    sums = np.add.reduceat(marks[entries], starts)
    lengths = np.diff(np.r_[starts, len(keys)])
    _, chosen, codes = np.unique(sums, return_index=True, return_inverse=True)
    offsets = np.r_[0, 0, np.cumsum(lengths[chosen])]
    members = np.concatenate([entries[starts[n] : starts[n] + lengths[n]] for n in chosen])
    _refuse_collisions(entries, lengths, codes, offsets[1:], members)
    return keys[starts], codes + 1, offsets, members


def _refuse_collisions(entries: Array, lengths: Array, codes: Array, offsets: Array, members: Array) -> None:
    """Compare every pair's entries with those of the set it was given: two sets must not share a sum of marks."""
    same = bool((np.diff(offsets)[codes] == lengths).all())
    if same:
        within = np.arange(len(entries)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        same = bool((members[np.repeat(offsets[codes], lengths) + within] == entries).all())
    if not same:
        raise ArithmeticError("two different sets of entries got one code")
