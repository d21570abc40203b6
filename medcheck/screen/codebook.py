"""Compendium -> arrays: which entries every two items set off, and what is needed for entries with more slots.

Everything here is decided from the same traits and by the same rules as in `medcheck.engine`: the ingredients of a
filling differ (except in `[x, x]` of an ingredient id), and a filling is dropped when a filling of a replacing entry
holds all its items. Two items decide on their own which entries for two they set off, replaced ones left out, so these
are compiled to one code per pair. Entries for three or four items (`long`) need the whole list; `medcheck.screen.many`
fills them.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medcheck.screen.long import Long, compile_long, filter_bits, lanes
from medcheck.screen.pairs import Holders, merge_sets, pair_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medcheck.compendium import Compendium
    from medcheck.model import Ingredient, Interaction

Array = npt.NDArray[Any]
MOST_SLOTS = 4
"""An entry with more slots than this is refused: the table of its fillings would not fit the cache."""


class CodebookError(Exception):
    """The compendium holds something that cannot be compiled."""


@dataclass(frozen=True)
class Codebook:
    """The compendium for the kernel. Items are numbered from 1; item 0 is a row whose name was not resolved."""

    items: list[str]
    """What each item is called; "" for item 0."""
    covered: Array
    """Whether anything but the name is known of the item."""
    entries: list[str]
    severities: list[str]
    slots: list[int]
    """How many items each entry needs."""
    keys: Array
    """Pairs that set off something: `lower * len(items) + higher`, sorted (int64)."""
    codes: Array
    """The set of entries of each pair in `keys`, numbered from 1."""
    offsets: Array
    """Set n holds `members[offsets[n]:offsets[n + 1]]`; set 0 is empty."""
    members: Array
    long: list[Long]
    bits: Array
    """For each item, bits of the slots of long entries that it fills: a quick test which lists need `many`."""
    lanes: Array
    """For each item a 1 in the lane of each slot that an entry has more than once: added up, they count its holders."""
    shared: Array
    """Pairs of items that share an ingredient, as in `keys`."""

    def matrix(self, seen: Array) -> Array:
        """Return the dense table of pair codes for the items `seen`; rows and columns are in their order."""
        place = np.zeros(len(self.items), np.int64)
        place[seen] = np.arange(len(seen))
        known = np.zeros(len(self.items), bool)
        known[seen] = True
        first, second = np.divmod(self.keys, len(self.items))
        both = known[first] & known[second]
        first, second = place[first[both]], place[second[both]]
        dense = np.zeros((len(seen), len(seen)), np.uint16 if len(self.offsets) <= 2**16 else np.uint32)
        dense[first, second] = dense[second, first] = self.codes[both]
        return dense


def compile_store(book: "Compendium") -> Codebook:
    """Compile every drug and class of the compendium and every entry that is a finding (not `none`)."""
    from medcheck.model import Ingredient

    drugs = list(book.drugs())
    classes = [(name, (Ingredient(name, (name, *book.trait(name)["is"])),), True) for name in book.traits()]
    items = [(drug.id, drug.ingredients, drug.coverage != "name only") for drug in drugs]
    return compile_items([*items, *classes], [*book.written(), *book.duplicates()])


def compile_items(
    items: "Sequence[tuple[str, Sequence[Ingredient], bool]]", entries: "Iterable[Interaction]"
) -> Codebook:
    """Compile items (name, ingredients, whether covered) and entries; CodebookError for too many slots."""
    told = [entry for entry in entries if entry.severity != "none"]
    places = {entry.id: n for n, entry in enumerate(told)}
    if too_many := [entry.id for entry in told if len(entry.between) > MOST_SLOTS]:
        raise CodebookError(f"{too_many[0]} has more than {MOST_SLOTS} slots, which screening cannot do")
    numbered = [(n, part) for n, (_, parts, _) in enumerate(items, 1) for part in parts]
    holders = Holders(numbered, {slot for entry in told for slot in entry.between}, len(items) + 1)
    shared = holders.shared()
    keys, codes, offsets, members = merge_sets(_survivors(told, places, holders))
    long = [compile_long(entry, places, holders, shared) for entry in told if len(entry.between) > 2]  # noqa: PLR2004
    return Codebook(
        items=["", *(name for name, _, _ in items)],
        covered=np.array([False, *(covered for _, _, covered in items)]),
        entries=list(places),
        severities=[entry.severity for entry in told],
        slots=[len(entry.between) for entry in told],
        keys=keys,
        codes=codes,
        offsets=offsets,
        members=members,
        long=long,
        bits=filter_bits(long, holders),
        lanes=lanes(long, holders),
        shared=shared,
    )


def _survivors(told: "list[Interaction]", places: dict[str, int], holders: Holders) -> "list[tuple[int, Array]]":
    """Return each entry for two with the pairs that it is told of: those that no entry for two replaces."""
    short = [entry for entry in told if len(entry.between) == 2]  # noqa: PLR2004
    found = {entry.id: pair_keys(entry.between, holders) for entry in short}
    replacing: dict[str, list[Array]] = defaultdict(list)
    for entry in short:
        for target in entry.replaces:
            replacing[target].append(found[entry.id])
    for name, covers in replacing.items():
        if name in found:
            found[name] = np.setdiff1d(found[name], np.concatenate(covers), assume_unique=False)
    return [(places[name], keys) for name, keys in found.items() if len(keys)]
