"""Delimited text -> batches: cut at line ends, the pieces read side by side."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv

from medcheck.intake import InputError
from medcheck.screen.ahead import ahead

if TYPE_CHECKING:
    from medcheck.screen.errors import BadRows
    from medcheck.screen.source import Columns

PIECE = 1 << 24
"""Bytes that are read at once."""
BROKEN = "a row with another number of columns than the header"


@dataclass(frozen=True)
class Form:
    """How the text is laid out, and what of it is wanted."""

    header: list[str]
    separator: str
    columns: "Columns"


def read_text(stream: IO[bytes], form: Form, bad: "BadRows", threads: int, where: str) -> Iterator["pa.RecordBatch"]:
    """Yield batches of the wanted columns, all as text.

    The header must have been read. A quoted field may not hold a line end.
    """
    parsed = ahead((partial(_parse, piece, form) for piece in _pieces(stream)), threads)
    try:
        for table, broken in parsed:
            if broken:
                bad.add(BROKEN, where, len(broken), broken[0])
            yield from table.combine_chunks().to_batches()
    except pa.ArrowInvalid as error:
        raise InputError(f"{where}: cannot be read as a table: {str(error).splitlines()[0]}") from error


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(PIECE):
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
    if rest.strip():
        yield rest


def _parse(piece: bytes, form: Form) -> tuple["pa.Table", list[str]]:
    """Return the columns of a piece, and the rows that are broken."""
    broken: list[str] = []

    def note(row: Any) -> str:
        broken.append(row.text or "")
        return "skip"

    coded = pa.dictionary(pa.int32(), pa.string())
    types = dict.fromkeys(form.columns.wanted, pa.string()) | dict.fromkeys(
        (form.columns.drug, *form.columns.strata), coded
    )
    read = csv.ReadOptions(column_names=form.header, use_threads=False, block_size=max(PIECE, len(piece)) + 1)
    parse = csv.ParseOptions(delimiter=form.separator, invalid_row_handler=note)
    convert = csv.ConvertOptions(column_types=types, include_columns=form.columns.wanted, strings_can_be_null=True,
                                 null_values=[""], quoted_strings_can_be_null=True)  # fmt: skip
    return csv.read_csv(pa.BufferReader(piece), read, parse, convert), broken


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
