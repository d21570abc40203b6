"""Entries for three or four items, compiled for the kernel."""

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from medcheck.model import Interaction
    from medcheck.screen.pairs import Holders

Array = npt.NDArray[Any]
FILTER_BITS = 64
LANE = 16
"""Bits in which the holders of a slot are counted: a list has fewer than 65,536 items, whose numbers are as wide."""


@dataclass(frozen=True)
class Long:
    """An entry for three or four items, as the kernel needs it."""

    entry: int
    """Its place in `Codebook.entries`."""
    between: tuple[str, ...]
    fits: Array
    """For each item, one bit for each slot that it can fill (uint8)."""
    table: Array
    """Whether items with these bits can fill all slots together; the index joins their bits, first item lowest."""
    holders: dict[int, tuple[tuple[str, int], ...]]
    """For items that share an ingredient with another: each ingredient and the slots that it can fill."""
    replaces: tuple[int, ...]
    """Places in `Codebook.entries` of the entries that it replaces."""

    @property
    def slots(self) -> int:
        """How many items it needs."""
        return len(self.between)


def compile_long(entry: "Interaction", places: dict[str, int], holders: "Holders", shared: Array) -> Long:
    """Return an entry for three or four items as the kernel needs it; `places` numbers the entries."""
    fits = np.zeros(holders.size, np.uint8)
    for n, slot in enumerate(entry.between):
        fits[holders.items(slot)] |= 1 << n
    with_others = {int(item) for item in np.unique(np.concatenate(np.divmod(shared, holders.size))) if fits[item]}
    return Long(
        entry=places[entry.id],
        between=entry.between,
        fits=fits,
        table=_fill_table(len(entry.between)),
        holders={item: holders.parts(item, entry.between) for item in with_others},
        replaces=tuple(places[target] for target in entry.replaces if target in places),
    )


def _fill_table(slots: int) -> Array:
    """Return, for every combination of what `slots` items can fill, whether together they fill every slot."""
    joined = np.arange(1 << (slots * slots))
    possible = np.zeros(len(joined), bool)
    for order in permutations(range(slots)):
        fills = np.ones(len(joined), bool)
        for item, slot in enumerate(order):
            fills &= (joined >> (item * slots + slot) & 1).astype(bool)
        possible |= fills
    return possible


def filter_bits(long: list[Long], holders: "Holders") -> Array:
    """Return for each item the bits of the slots that it fills."""
    bits = np.zeros(holders.size, np.uint64)
    for slot, n in slot_bits(long).items():
        bits[holders.items(slot)] |= np.uint64(1 << n)
    return bits


def slot_bits(long: list[Long]) -> dict[str, int]:
    """Give each slot of the long entries a bit; of more than 64 some share one, and the test is less sharp."""
    slots = sorted({slot for entry in long for slot in entry.between})
    return {slot: n % FILTER_BITS for n, slot in enumerate(slots)}


def lanes(long: list[Long], holders: "Holders") -> Array:
    """Return for each item a 1 in the lane of each slot that it fills and that some entry has more than once."""
    counted = np.zeros(holders.size, np.uint64)
    for slot, n in slot_lanes(long).items():
        counted[holders.items(slot)] += np.uint64(1 << (LANE * n))
    return counted


def slot_lanes(long: list[Long]) -> dict[str, int]:
    """Give each slot that an entry has more than once a lane to be counted in; the fifth and later ones get none."""
    slots = sorted({slot for entry in long for slot in entry.between if entry.between.count(slot) > 1})
    return {slot: n for n, slot in enumerate(slots[: FILTER_BITS // LANE])}
