"""Make a cohort of invented patients: who takes which medicines, by name, and when. No real patient is in it.

Usage: python scripts/cohort.py OUT [--persons 100000] [--seed 8] [--order sorted|shuffled] [--dates]

OUT is a .parquet, .csv or .csv.gz file. Drugs are drawn by their place in the use of medicines (Zipf), list lengths
from 1 to 40 with a mean of about 6 rows; names are generic ones and brands. With --dates the rows also have `start`,
`end`, `sex` and `age`, older persons take more, and most courses are long.
"""

import argparse
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv, parquet

from medcheck.compendium import open_store
from medcheck.names import fold

Array = npt.NDArray[Any]
AT_ONCE = 500_000
"""Persons that are made in one go."""
MOST_DRUGS = 1200
ZIPF = 0.85
BRAND_SHARE = 0.25
AGES = ("18-44", "45-64", "65-79", "80+")
YEAR = (20_089, 365)
"""2025-01-01 as days since 1970, and how many days the year of the cohort has."""
LONG_TERM = 0.6
"""Share of courses that last a good part of the year."""


def vocabulary() -> tuple[list[str], Array]:
    """Return names of the used drugs, and how likely each is."""
    book = open_store()
    used = [drug for drug in book.drugs() if book.rank(drug.id) and drug.coverage != "name only"]
    ranked = sorted(used, key=lambda drug: book.rank(drug.id))
    names, weights = [], []
    for place, drug in enumerate(ranked[:MOST_DRUGS], 1):
        brand = next((b for b in drug.brands if len({m.drug for m in book.meanings(fold(b))}) == 1), None)
        weight = place**-ZIPF
        names += [drug.id, brand or drug.id]
        weights += [weight * (1 - BRAND_SHARE), weight * BRAND_SHARE]
    return names, np.array(weights) / np.sum(weights)


def cohort(persons: int, seed: int, *, dates: bool = False) -> Iterator["pa.Table"]:
    """Yield the rows of the cohort, sorted by person."""
    names, likely = vocabulary()
    bounds = np.cumsum(likely)
    rng = np.random.default_rng(seed)
    for begin in range(0, persons, AT_ONCE):
        size = min(AT_ONCE, persons - begin)
        age = rng.choice(len(AGES), size, p=(0.35, 0.33, 0.23, 0.09))
        mean = np.array((2.5, 4.5, 6.5, 8.0))[age] if dates else np.full(size, 5.0)
        lengths = np.minimum(40, 1 + rng.poisson(rng.gamma(1.6, mean / 1.6)))
        row = np.repeat(np.arange(size), lengths)
        drug = np.minimum(np.searchsorted(bounds, rng.random(len(row)), "right"), len(names) - 1).astype(np.int32)
        table = {"person": row + begin + 1, "drug": pa.DictionaryArray.from_arrays(drug, names)}
        yield pa.table({**table, **_more(rng, row, age)} if dates else table)


def _more(rng: np.random.Generator, row: Array, age: Array) -> dict[str, Any]:
    first, days = YEAR
    start = first + rng.integers(0, days, len(row))
    lasts = np.where(rng.random(len(row)) < LONG_TERM, rng.integers(90, days, len(row)), rng.integers(3, 30, len(row)))
    sex = rng.integers(0, 2, len(age)).astype(np.int32)
    return {
        "start": pa.array(start.astype(np.int32)).cast(pa.date32()),
        "end": pa.array((start + lasts - 1).astype(np.int32)).cast(pa.date32()),
        "sex": pa.DictionaryArray.from_arrays(sex[row], ["female", "male"]),
        "age": pa.DictionaryArray.from_arrays(age[row].astype(np.int32), list(AGES)),
    }


def write(out: Path, tables: Iterator["pa.Table"], *, shuffle_seed: int | None = None) -> int:
    """Write a cohort; with a seed in random order, each block of persons mixed in itself and with the others' rows."""
    if shuffle_seed is not None:
        whole = pa.concat_tables(tables)
        order = np.random.default_rng(shuffle_seed).permutation(len(whole))
        tables = iter(whole.take(pa.array(order)).to_reader(max_chunksize=1 << 20))
    rows = 0
    writer: Any = None
    with gzip.open(out, "wb", 1) if out.suffix == ".gz" else out.open("wb") as stream:
        for piece in tables:
            table = piece if isinstance(piece, pa.Table) else pa.Table.from_batches([piece])
            if "csv" in out.name:
                table = table.set_column(1, "drug", table["drug"].cast(pa.string()))
            make = csv.CSVWriter if "csv" in out.name else parquet.ParquetWriter
            writer = writer or make(stream, table.schema)
            writer.write_table(table)
            rows += len(table)
        writer.close()
    return rows


def main() -> None:
    """Read the options and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--order", choices=("sorted", "shuffled"), default="sorted")
    parser.add_argument("--dates", action="store_true")
    given = parser.parse_args()
    tables = cohort(given.persons, given.seed, dates=given.dates)
    rows = write(given.out, tables, shuffle_seed=given.seed if given.order == "shuffled" else None)
    print(f"{given.out}: {given.persons:,} invented persons, {rows:,} rows")


if __name__ == "__main__":
    main()
