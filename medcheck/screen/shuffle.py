"""Rows -> tables that hold whole persons: as they come if the input is sorted by person, else by hash through files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from medcheck.screen.errors import UnsortedError

Array = npt.NDArray[Any]
PARTS = 64
AT_LEAST = 1 << 18
"""Rows that are collected before they are handed on: many small batches cost more than a large one."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SEED = 8


def in_order(tables: Iterator["pa.Table"]) -> Iterator["pa.Table"]:
    """Yield tables of whole persons from rows that are sorted by person; UnsortedError where they are not."""
    waiting: list[pa.Table] = []
    for table in tables:
        if len(table):
            waiting.append(table)
        if sum(map(len, waiting)) < AT_LEAST:
            continue
        joined = pa.concat_tables(waiting).combine_chunks()
        cut = _last_person(joined["person"])
        if cut:
            yield joined.slice(0, cut)
        waiting = [joined.slice(cut)]
    if waiting and len(joined := pa.concat_tables(waiting).combine_chunks()):
        _last_person(joined["person"])
        yield joined


def _last_person(column: "pa.ChunkedArray") -> int:
    """Return where the rows of the last person begin; UnsortedError if persons are not in rising order."""
    if pa.types.is_integer(column.type):
        persons = column.to_numpy()
        if (persons[1:] < persons[:-1]).any():
            raise UnsortedError
        return int(np.searchsorted(persons, persons[-1]))
    whole = column.combine_chunks()
    if len(whole) > 1 and not pc.all(pc.less_equal(whole[:-1], whole[1:])).as_py():
        raise UnsortedError
    return int(pc.index(whole, whole[-1]).as_py())


def split(table: "pa.Table") -> "list[pa.Table]":
    """Return the rows in parts by person: all rows of a person are in the same part of every table."""
    part = _part_of(table["person"].combine_chunks())
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(PARTS + 1))
    mixed = table.combine_chunks().take(pa.array(order))
    return [mixed.slice(bounds[n], bounds[n + 1] - bounds[n]) for n in range(PARTS)]


class Shuffle:
    """Collects rows in parts by person; spills them to files once they take more than `memory` bytes."""

    def __init__(self, folder: Path, memory: int) -> None:
        self._folder = folder
        self._memory = memory
        self._held: list[list[pa.Table]] = [[] for _ in range(PARTS)]
        self._bytes = 0
        self._writers: list[Any] = []
        self._files: list[Path] = []

    @property
    def spilled(self) -> bool:
        """Whether rows were written to files."""
        return bool(self._writers)

    def add(self, parts: "list[pa.Table]") -> None:
        """Take rows that were split into parts."""
        for held, part in zip(self._held, parts, strict=True):
            held.append(part)
        self._bytes += sum(part.nbytes for part in parts)
        if self._bytes > self._memory:
            self._spill(parts[0].schema)

    def _spill(self, schema: "pa.Schema") -> None:
        if not self._writers:
            self._files = [self._folder / f"part-{n:02}.arrow" for n in range(PARTS)]
            self._writers = [pa.ipc.new_file(file, schema) for file in self._files]
        for writer, held in zip(self._writers, self._held, strict=True):
            writer.write_table(pa.concat_tables(held).combine_chunks())
            held.clear()
        self._bytes = 0

    def tables(self) -> Iterator["pa.Table"]:
        """Yield tables of whole persons; each file is removed when the next one is asked for."""
        if self.spilled:
            yield from self._stored()
            return
        waiting: list[pa.Table] = []
        for held in self._held:
            waiting += held
            held.clear()
            if sum(map(len, waiting)) >= AT_LEAST:
                yield pa.concat_tables(waiting)
                waiting = []
        if waiting:
            yield pa.concat_tables(waiting)

    def _stored(self) -> Iterator["pa.Table"]:
        if self._held[0]:
            self._spill(self._held[0][0].schema)
        for writer in self._writers:
            writer.close()
        for file in self._files:
            with pa.memory_map(str(file)) as stored:
                yield pa.ipc.open_file(stored).read_all()
            file.unlink()


def _part_of(persons: "pa.Array") -> Array:
    """Return the part that each person belongs to, by a hash of the id."""
    if pa.types.is_integer(persons.type):
        mixed = persons.to_numpy().astype(np.uint64) * _GOLDEN
    else:
        mixed = _text_hash(persons.cast(pa.large_string())) * _GOLDEN
    parts: Array = (mixed >> np.uint64(58)).astype(np.uint8)
    return parts


def _text_hash(texts: "pa.Array") -> Array:
    """Return a number for each text: its bytes, weighted by their places."""
    _, offsets, content = texts.buffers()
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(content, np.uint8)[bounds[0] : bounds[-1]] if content else np.empty(0, np.uint8)
    bounds = bounds - bounds[0]
    lengths = np.diff(bounds)
    weights = np.random.default_rng(_SEED).integers(2**63, size=int(lengths.max(initial=0)) + 1, dtype=np.uint64)
    within = np.arange(len(data)) - np.repeat(bounds[:-1], lengths)
    weighted = (data.astype(np.uint64) + np.uint64(1)) * weights[within]
    sums = np.append(np.uint64(0), np.cumsum(weighted, dtype=np.uint64))
    result: Array = sums[bounds[1:]] - sums[bounds[:-1]]
    return result
