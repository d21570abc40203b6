"""Rows (person, drug, dates) -> lists: the drugs of each person, each once, and when they were taken."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = npt.NDArray[Any]
OPEN_START, OPEN_END = -(2**30), 2**30
"""Days that stand for a start or an end that is not given: millions of years away."""
MOST_DRUGS = 200
"""A person with more different drugs is no patient but a mistake in the ids, and would take longer than all others."""
CROWDED = f"a person with more than {MOST_DRUGS} different drugs"
_WIDEST = 62
"""Bits of a packed row: one less than an int64 has without its sign."""


@dataclass(frozen=True)
class Spans:
    """When each drug of each list was taken: stretches of days that do not touch, in order."""

    offsets: Array
    """Item n of `Lists.codes` has the stretches `offsets[n]` to `offsets[n + 1]`."""
    start: Array
    """First day, counted from 1970-01-01 (int32)."""
    end: Array
    """Last day, which counts."""


@dataclass(frozen=True)
class Lists:
    """The drugs of many persons, laid end to end."""

    persons: Any
    """An Arrow array: who each list belongs to."""
    codes: Array
    """The drugs of all lists; within a list each once, in rising order."""
    starts: Array
    """List n is `codes[starts[n]:starts[n + 1]]`; one more than there are lists."""
    spans: Spans | None = None
    strata: Array | None = None
    """For each list the number of its stratum."""
    torn: int = 0
    """Persons whose rows name different strata; the lowest number was taken."""

    crowded: int = 0
    """Persons that were left out because they have more than `MOST_DRUGS` drugs."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def parts(self, size: int) -> "Iterator[Lists]":
        """Yield the lists in turn, at most `size` at a time, as views. What was counted goes with the first."""
        for n in range(0, max(1, len(self)), size):
            starts = self.starts[n : n + size + 1]
            items = slice(starts[0], starts[-1])
            spans = self.spans and Spans(
                self.spans.offsets[starts[0] : starts[-1] + 1], self.spans.start, self.spans.end
            )
            strata = None if self.strata is None else self.strata[n : n + size]
            persons = self.persons.slice(n, size)
            torn, crowded = (0, 0) if n else (self.torn, self.crowded)
            yield Lists(persons, self.codes[items], starts - starts[0], spans, strata, torn, crowded)


def make_lists(rows: "pa.Table") -> Lists:
    """Bring the rows of each person together and merge repeated drugs.

    `rows` has `person` (int64 or text, no nulls), `code`, and may have `start` and `end` (days, int32) and `stratum`.
    """
    numbers, lowest, ids = _numbered(rows["person"])
    codes = rows["code"].to_numpy()
    bits = max(int(codes.max()).bit_length(), 1) if len(codes) else 1
    packed = (numbers << bits) | codes
    more = [name for name in ("start", "end", "stratum") if name in rows.column_names]
    if more:
        order = np.argsort(packed, kind="stable")
        packed = packed[order]
    else:
        packed.sort()
    new = np.ones(len(packed), bool)
    np.not_equal(packed[1:], packed[:-1], out=new[1:])
    first = np.flatnonzero(new)
    persons, starts = _bounds(packed[first] >> bits)
    listed = (packed[first] & ((1 << bits) - 1)).astype(codes.dtype)
    found = Lists(ids.take(pa.array(persons)) if ids is not None else pa.array(persons + lowest), listed, starts)
    if more:
        found = _with_more(found, {name: rows[name].to_numpy()[order] for name in more}, first)
    return _without_crowded(found) if len(found) and np.diff(starts).max() > MOST_DRUGS else found


def _without_crowded(lists: Lists) -> Lists:
    """Leave out the persons with too many drugs."""
    lengths = np.diff(lists.starts)
    kept = lengths <= MOST_DRUGS
    items = np.repeat(kept, lengths)
    spans = lists.spans
    if spans is not None:
        counts = np.diff(spans.offsets)
        stretches = np.repeat(items, counts)
        offsets = np.append(0, np.cumsum(counts[items]))
        spans = Spans(offsets, spans.start[stretches], spans.end[stretches])
    strata = None if lists.strata is None else lists.strata[kept]
    starts = np.append(0, np.cumsum(lengths[kept]))
    return Lists(
        lists.persons.filter(pa.array(kept)), lists.codes[items], starts, spans, strata, lists.torn, int((~kept).sum())
    )


def _numbered(column: "pa.ChunkedArray") -> "tuple[Array, int, pa.Array | None]":
    """Return a small number for each person, and how to get the person back: a lowest number to add, or the ids."""
    if pa.types.is_integer(column.type):
        values = column.to_numpy()
        lowest = int(values.min()) if len(values) else 0
        if not len(values) or int(values.max()) - lowest < 1 << (_WIDEST - 16):
            return values - lowest, lowest, None
    encoded = column.combine_chunks().dictionary_encode()
    ranks = np.empty(len(encoded.dictionary), np.int64)
    order = pc.array_sort_indices(encoded.dictionary)
    ranks[order.to_numpy()] = np.arange(len(ranks))
    return ranks[encoded.indices.to_numpy()], 0, encoded.dictionary.take(order)


def _bounds(persons: Array) -> tuple[Array, Array]:
    """Return each different person of a sorted array, and where their rows begin (and the last ones end)."""
    new = np.ones(len(persons), bool)
    np.not_equal(persons[1:], persons[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    return persons[starts], np.append(starts, len(persons))


def _with_more(lists: Lists, columns: dict[str, Array], first: Array) -> Lists:
    """Add dates and strata, whose `columns` are in the order of the sorted rows; `first` begins each drug of a list."""
    spans, strata, torn = None, None, 0
    if "start" in columns:
        spans = _merge_spans(columns["start"], columns["end"], first)
    if "stratum" in columns:
        rows = np.append(first, len(columns["stratum"]))[lists.starts[:-1]]
        strata = np.minimum.reduceat(columns["stratum"], rows) if len(rows) else columns["stratum"]
        highest = np.maximum.reduceat(columns["stratum"], rows) if len(rows) else strata
        torn = int((strata != highest).sum())
    return Lists(lists.persons, lists.codes, lists.starts, spans, strata, torn)


def _merge_spans(start: Array, end: Array, first: Array) -> Spans:
    """Join the stretches of each item that overlap or follow on; an item's rows begin at `first`."""
    item = np.zeros(len(start), np.int64)
    item[first] = 1
    item = np.cumsum(item) - 1
    order = np.lexsort((start, item))
    start, end = start[order], end[order]
    # A running maximum that starts anew with each item: each item's days are lifted above those of the item before.
    lift = item * (2 * (OPEN_END - OPEN_START))
    reach = np.maximum.accumulate(end + lift)
    fresh = np.ones(len(start), bool)
    fresh[1:] = (start + lift)[1:] > reach[:-1] + 1
    begins = np.flatnonzero(fresh)
    offsets = np.append(np.searchsorted(item[begins], np.arange(len(first))), len(begins))
    last = np.append(begins[1:], len(start)) - 1
    return Spans(offsets, start[begins], (reach - lift)[last].astype(np.int32))
