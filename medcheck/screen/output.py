"""Tables of the answer: written beside the target under a temporary name, moved when all of them are complete."""

import json
import os
import shutil
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from medcheck.intake import UsageError
from medcheck.screen.fillings import Fillings
from medcheck.screen.kernel import Found, Tables
from medcheck.screen.lists import OPEN_END, OPEN_START, Lists

Array = npt.NDArray[Any]
MANIFEST = "manifest.json"
_FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet would run."""


def findings(lists: Lists, found: Found, tables: Tables) -> "pa.Table":
    """Return the findings as a table, a row for each filling, in the order of the persons."""
    parts = [_filled(block, lists, tables) for block in found.fillings]
    if not parts:
        return empty_findings(lists.persons.type, dates=lists.spans is not None)
    row = np.concatenate([block.row for block in found.fillings])
    entry = np.concatenate([block.entry for block in found.fillings])
    joined = pa.concat_tables(parts).unify_dictionaries()
    return joined.take(pa.array(np.argsort(row * np.int64(len(tables.book.entries)) + entry)))


def empty_findings(person: "pa.DataType", *, dates: bool) -> "pa.Table":
    """Return the table of findings without rows."""
    coded = pa.dictionary(pa.int32(), pa.string())
    fields = {"person": person, "interaction": coded, "severity": coded, "drugs": coded}
    more = {"first_day": pa.date32(), "days": pa.int64()} if dates else {}
    return pa.schema({**fields, **more}).empty_table()


def _filled(block: Fillings, lists: Lists, tables: Tables) -> "pa.Table":
    entries = np.asarray(block.entry, np.int32)
    columns = {
        "person": lists.persons.take(pa.array(block.row)),
        "interaction": pa.DictionaryArray.from_arrays(pa.array(entries), pa.array(tables.book.entries)),
        "severity": pa.array(tables.book.severities).take(pa.array(entries)).dictionary_encode(),
        "drugs": _drugs(lists.codes[block.at], tables),
    }
    if block.first is not None and block.days is not None:
        columns["first_day"] = pa.array(block.first, pa.int32(), mask=block.first <= OPEN_START).cast(pa.date32())
        columns["days"] = pa.array(block.days, pa.int64(), mask=block.days > OPEN_END // 2)
    return pa.table(columns)


def _drugs(codes: Array, tables: Tables) -> "pa.DictionaryArray":
    """Return the names of the drugs of each column, sorted, joined by "; "."""
    size = np.int64(len(tables.seen))
    keys = np.zeros(codes.shape[1], np.int64)
    for items in codes:
        keys = keys * size + items
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    names = [tables.book.items[n] for n in tables.seen]
    texts = ["; ".join(sorted(names[code] for code in column)) for column in codes[:, first].T.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)), pa.array(texts, pa.string()))


class Output:
    """A folder of tables that appear together, at the end, or not at all."""

    def __init__(self, folder: str, form: str) -> None:
        self.folder = Path(folder)
        self.form = form
        """parquet or csv."""
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder}: it is a file; expected a folder for the tables")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scratch = self.folder / f".screen-{uuid.uuid4().hex[:8]}"
        """Where everything is written first; removed at the end, whatever happens."""
        try:
            self.scratch.mkdir(mode=0o700)
        except BaseException:  # Ctrl-C too: `with` removes it only once it has been entered
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values() if kind else ():
            try:
                writer.close()
            except (OSError, pa.ArrowException):  # the first failure is the one to tell
                continue
        shutil.rmtree(self.scratch, ignore_errors=True)

    def write(self, name: str, table: "pa.Table") -> None:
        """Add rows to a table."""
        if self.form == "csv":
            table = plain(table)
        if name not in self._writers:
            place = self.scratch / f"{name}.{self.form}"
            make = csv.CSVWriter if self.form == "csv" else parquet.ParquetWriter
            self._writers[name] = make(str(place), table.schema)
        self._writers[name].write_table(table)

    def has(self, name: str) -> bool:
        """Tell whether a table was begun."""
        return name in self._writers

    def discard(self) -> None:
        """Throw away what was written so far."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Move the tables to their places, the manifest last: where it stands, the tables beside it belong to it."""
        for writer in self._writers.values():
            writer.close()
        made = {f"{name}.{self.form}" for name in self._writers}
        (self.scratch / MANIFEST).write_text(
            json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        for name in (*made, MANIFEST):
            with (self.scratch / name).open("rb+") as file:
                os.fsync(file.fileno())
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for name in (*sorted(made), MANIFEST):
            (self.scratch / name).replace(self.folder / name)


def plain(table: "pa.Table") -> "pa.Table":
    """Return texts as they may stand in a CSV: a cell that a spreadsheet would run gets a ' before it."""
    for n, name in enumerate(table.column_names):
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_string(column.type):
            column = pc.if_else(
                pc.match_substring_regex(column, _FORMULA), pc.binary_join_element_wise("'", column, ""), column
            )
        table = table.set_column(n, name, column)
    return table
