"""What runs in Spark's workers: rows of whole persons in, findings and counts out. It reads no file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from medcheck.screen.kernel import find
from medcheck.screen.lists import make_lists
from medcheck.screen.output import findings, plain
from medcheck.screen.tally import KINDS, Tally, count

if TYPE_CHECKING:
    from medcheck.screen.kernel import Tables

PART = 100_000
"""Lists that are screened at a time."""
FINDING, COUNT = "finding", "count"
"""What a row of the output is. A count has its kind, key and number in `interaction`, `severity` and `drugs`."""


@dataclass(frozen=True)
class Asked:
    """What the workers have to know besides the tables."""

    person: Any
    """Arrow type of the persons."""
    overlap: int
    """Days that drugs must be taken together."""
    findings: bool
    """Whether findings are wanted, or only counts."""
    dates: bool
    csv: bool
    """Whether the findings go to CSV, where cells must be safe in a spreadsheet."""


def job(shared: Any, asked: Asked) -> Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]:
    """Return the function for `mapInArrow`; `shared` is a broadcast of the kernel's tables."""

    def run(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        held = [batch for batch in batches if len(batch)]
        if not held:
            return
        tables: Tables = shared.value
        tally = Tally()
        for lists in make_lists(pa.Table.from_batches(held)).parts(PART):
            found = find(lists, tables, asked.overlap)
            tally.add(count(lists, found, tables))
            if asked.findings and found.fillings:
                table = findings(lists, found, tables)
                yield from _told(plain(table) if asked.csv else table, FINDING).to_batches()
        yield from _told(_counts(tally, asked), COUNT).to_batches()

    return run


def _told(table: "pa.Table", part: str) -> "pa.Table":
    """Return a table with plain columns, as Spark expects them, and what its rows are."""
    for n, name in enumerate(table.column_names):
        if pa.types.is_dictionary(table[name].type):
            table = table.set_column(n, name, table[name].cast(pa.string()))
    return table.append_column("part", pa.array([part] * len(table), pa.string())).combine_chunks()


def _counts(tally: Tally, asked: Asked) -> "pa.Table":
    rows = [(kind, *row) for kind in KINDS for row in zip(*map(np.ndarray.tolist, tally.total(kind)), strict=True)]
    kinds, keys, numbers = ([str(row[n]) for row in rows] for n in range(3))
    columns = {"person": pa.nulls(len(rows), asked.person), "interaction": kinds, "severity": keys, "drugs": numbers}
    days = (
        {"first_day": pa.nulls(len(rows), pa.date32()), "days": pa.nulls(len(rows), pa.int64())} if asked.dates else {}
    )
    return pa.table({**columns, **days})


def add_counts(tally: Tally, rows: list[tuple[str, str, str]]) -> None:
    """Add the counts that the workers sent: kind, key and number, as texts."""
    for kind in KINDS:
        own = [(int(key), int(number)) for name, key, number in rows if name == kind]
        if own:
            keys, numbers = np.array(own, np.int64).T
            tally.add({kind: (keys, numbers)})
