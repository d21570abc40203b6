"""Batches as they were read -> rows for the kernel: persons, drug codes, days, strata; what cannot be used is told."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from medcheck.intake import InputError
from medcheck.screen.errors import TextIdError
from medcheck.screen.lists import OPEN_END, OPEN_START

if TYPE_CHECKING:
    from medcheck.screen.errors import BadRows
    from medcheck.screen.names import Names
    from medcheck.screen.source import Columns

Array = npt.NDArray[Any]
NO_PERSON, NO_DRUG, BAD_DATE = "no person in the row", "no drug in the row", "a date that is not like 2026-11-24"
BACKWARDS = "an end before its start"
_DIGITS = 18
"""A person's id with more digits stays a text."""


@dataclass
class Reader:
    """Turns batches into rows and remembers names and strata."""

    columns: "Columns"
    names: "Names"
    bad: "BadRows"
    text_ids: bool = False
    """Keep ids of persons as text; otherwise TextIdError where an id is no plain whole number."""
    strata: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Each combination of the stratum columns, numbered as they are met."""
    read: int = 0
    """Rows read."""

    def rows(self, batch: "pa.RecordBatch", where: str) -> "pa.Table":
        """Return `person`, `code` and, where wanted, `start`, `end` (days) and `stratum`."""
        self.read += len(batch)
        batch = self._without(batch, batch.column(self.columns.person).is_null(), NO_PERSON, where)
        batch = self._without(batch, batch.column(self.columns.drug).is_null(), NO_DRUG, where)
        days: dict[str, Any] = {}
        if self.columns.start:
            batch, days = self._days(batch, where)
        stratum = {"stratum": self._strata(batch)} if self.columns.strata else {}
        codes, again = self._codes(batch.column(self.columns.drug))
        table = pa.table(
            {"person": self._persons(batch.column(self.columns.person), where), "code": codes, **days, **stratum}
        )
        return pa.concat_tables([table, *_repeated(table, again)]) if again else table

    def _without(self, batch: "pa.RecordBatch", faulty: Any, fault: str, where: str) -> "pa.RecordBatch":
        count = int(pc.sum(faulty).as_py() or 0)
        if not count:
            return batch
        first = batch.filter(faulty).slice(0, 1).to_pylist()[0]
        shown = ", ".join("" if value is None else str(value) for value in first.values())
        self.bad.add(fault, where, count, shown)
        return batch.filter(pc.invert(faulty))

    def _persons(self, column: Any, where: str) -> Any:
        """Return ids as int64 if they are whole numbers, else as text."""
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_floating(column.type) or not (pa.types.is_integer(column.type) or _is_text(column.type)):
            raise InputError(
                f"{where}: column {self.columns.person!r}: expected whole numbers or text, not {column.type}"
            )
        if self.text_ids:
            return column.cast(pa.string())
        try:
            return _whole(column) if _is_text(column.type) else column.cast(pa.int64())
        except pa.ArrowInvalid:
            raise TextIdError from None

    def _codes(self, column: Any) -> tuple[Array, list[tuple[Array, int]]]:
        """Return one code for each row, and (rows, code) for names that stand for more than one drug."""
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        texts = column.dictionary.cast(pa.string()).to_pylist()
        index = column.indices.to_numpy(zero_copy_only=False)
        counts = np.bincount(index, minlength=len(texts))
        used = np.flatnonzero(counts)
        found = self.names.look_up([texts[n] for n in used])
        self.names.rows.update({texts[n]: int(counts[n]) for n in used})
        table = np.zeros(max(1, len(texts)), np.uint16)
        table[used] = [codes[0] for codes in found]
        several = [(n, code) for n, codes in zip(used, found, strict=True) for code in codes[1:]]
        return table[index], [(np.flatnonzero(index == n), code) for n, code in several]

    def _days(self, batch: "pa.RecordBatch", where: str) -> tuple["pa.RecordBatch", dict[str, Array]]:
        ends: list[Any] = []
        for name in (self.columns.start, self.columns.end):
            days = to_days(batch.column(name))
            faulty = pc.and_(days.is_null(), batch.column(name).is_valid())
            kept = pc.invert(faulty)
            batch, ends = self._without(batch, faulty, BAD_DATE, where), [column.filter(kept) for column in ends]
            ends.append(days.filter(kept))
        start, end = (
            column.fill_null(open_day).to_numpy() for column, open_day in zip(ends, (OPEN_START, OPEN_END), strict=True)
        )
        backwards = end < start
        batch = self._without(batch, pa.array(backwards), BACKWARDS, where)
        return batch, {"start": start[~backwards], "end": end[~backwards]}

    def _strata(self, batch: "pa.RecordBatch") -> Array:
        """Return the number of each row's combination of strata."""
        joined = np.zeros(len(batch), np.int64)
        levels: list[list[str]] = []
        for name in self.columns.strata:
            column = batch.column(name)
            coded = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
            values = ["" if value is None else str(value) for value in coded.dictionary.to_pylist()]
            index = coded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
            joined = joined * (len(values) + 1) + index
            levels.append([*values, ""])
        different, inverse = np.unique(joined, return_inverse=True)
        table = [self.strata.setdefault(_levels(int(key), levels), len(self.strata)) for key in different]
        return np.array(table, np.int32)[inverse]


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _whole(column: Any) -> Any:
    """Return texts as int64 if each is a plain whole number ("7", not "07" or " 7"), else TextIdError."""
    lengths = pc.binary_length(column)
    if len(column) and pc.max(lengths).as_py() > _DIGITS:
        raise TextIdError
    values = column.cast(pa.int64()).to_numpy()
    digits = np.searchsorted(10 ** np.arange(1, _DIGITS + 1), values, "right") + 1
    if (values < 0).any() or (digits != lengths.to_numpy()).any():
        raise TextIdError
    return pa.array(values)


def _levels(key: int, levels: list[list[str]]) -> tuple[str, ...]:
    found = []
    for values in reversed(levels):
        key, place = divmod(key, len(values))
        found.append(values[place])
    return tuple(reversed(found))


def _repeated(table: "pa.Table", again: list[tuple[Array, int]]) -> list["pa.Table"]:
    """Return the rows of names that stand for several drugs, once for each further drug."""
    place = table.column_names.index("code")
    return [
        table.take(pa.array(rows)).set_column(place, "code", pa.array(np.full(len(rows), code, np.uint16)))
        for rows, code in again
    ]


def to_days(column: Any) -> Any:
    """Return dates, timestamps or texts like 2026-11-24 as days since 1970 (int32); null for what is no date."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if _is_text(column.type):
        try:
            column = column.cast(pa.date32())
        except pa.ArrowInvalid:
            iso = pc.match_substring_regex(column, r"^\d{4}-\d{2}-\d{2}$")
            parsed = pc.strptime(pc.if_else(iso, column, None), "%Y-%m-%d", "s", error_is_null=True)
            column = _real(parsed.cast(pa.date32()), column)
    elif pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    elif not pa.types.is_date(column.type):
        return pa.nulls(len(column), pa.int32())
    return column.cast(pa.date32()).cast(pa.int32())


def _real(days: Any, texts: Any) -> Any:
    """Return the days whose text says the same day again: strptime takes the 31st of February."""
    return pc.if_else(pc.equal(pc.strftime(days.cast(pa.timestamp("s")), "%Y-%m-%d"), texts), days, None)
