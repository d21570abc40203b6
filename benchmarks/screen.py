"""Screening against a DuckDB self-join and Spark SQL, as ratios in one run; every result is compared.

Usage: python benchmarks/screen.py [--persons 1000000] [--runs 3] [--spark] [--folder DIR]

The cohort is made first (scripts/cohort.py): sorted Parquet, the same rows in random order, CSV. Each measurement is a
process of its own, the contenders in turn, medians compared; peak memory is that of the whole process (Linux). Both get
the names already resolved and the same table of pairs, so the time is that of reading, joining and counting persons by
pair; medcheck also counts them by interaction and severity and fills the entries for three drugs. DuckDB runs with as
many threads as medcheck. Wanted ratios stand in brackets; they were set for 10 million persons, where the fixed memory
of a Python process weighs less.
"""

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from medcheck.compendium import open_store
from medcheck.screen import local, source
from medcheck.screen.codebook import Codebook, compile_store
from medcheck.screen.names import Names
from medcheck.screen.output import Output
from medcheck.screen.plan import Plan
from medcheck.screen.progress import Progress
from medcheck.screen.text import cores

JOIN = """
WITH rx AS (SELECT DISTINCT person, code AS drug FROM {rows} r JOIN names n ON r.drug = n.typed)
SELECT p.a AS a, p.b AS b, count(*) AS persons
FROM rx x JOIN rx y ON x.person = y.person AND x.drug < y.drug JOIN pairs p ON p.a = x.drug AND p.b = y.drug
GROUP BY p.a, p.b
"""
Pairs = dict[int, int]
"""Persons by pair: lower * items + higher."""


def prepare(folder: Path, persons: int) -> None:
    """Make the cohort in each form, and the names and pairs that every contender gets."""
    import cohort

    for name, seed in (("sorted.parquet", None), ("shuffled.parquet", 8), ("sorted.csv", None)):
        cohort.write(folder / name, cohort.cohort(persons, 8), shuffle_seed=seed)
    codebook = compile_store(open_store())
    typed = sorted(set(cohort.vocabulary()[0]))
    (folder / "prepared.pickle").write_bytes(pickle.dumps((codebook, typed)))


def prepared(folder: Path) -> tuple[Codebook, Names]:
    """Return the compiled codebook, and all names of the cohort resolved."""
    codebook, typed = pickle.loads((folder / "prepared.pickle").read_bytes())  # noqa: S301 (our own file)
    names = Names(open_store(), codebook)
    names.look_up(typed)
    return codebook, names


def tables(codebook: Codebook, names: Names) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the tables of names and pairs for an SQL engine."""
    numbers = {name: n for n, name in enumerate(codebook.items)}
    coded = {"typed": list(names.known), "code": [numbers[name.drugs[0]] for name in names.known.values()]}
    first, second = np.divmod(codebook.keys, len(codebook.items))
    seen = np.isin(first, names.seen) & np.isin(second, names.seen)
    return coded, {"a": first[seen], "b": second[seen]}


USED: dict[str, float] = {}
"""Seconds of processor time, which a busy machine lengthens less than the clock's."""


def medcheck(folder: Path, table: str, *, quiet: bool = True) -> tuple[float, Pairs]:
    """Screen a table; return the seconds and the persons by pair."""
    codebook, names = prepared(folder)
    with tempfile.TemporaryDirectory(dir=folder) as place, Output(place, "parquet") as out:
        found = source.open_table(str(folder / table), out.scratch)
        plan = Plan(str(folder / table), place, findings=False, threads=cores())
        began, cpu = time.perf_counter(), time.process_time()
        answer = local.screen(plan, found, names, out, Progress(found.size, quiet=quiet))
        seconds = time.perf_counter() - began
        USED["cpu"] = time.process_time() - cpu
    keys, counts = answer.tally.total("pair")
    by_pair = np.isin(keys, codebook.keys)
    return seconds, dict(zip(keys[by_pair].tolist(), counts[by_pair].tolist(), strict=True))


def on_one_core(folder: Path, table: str) -> tuple[float, Pairs]:
    """Screen on one core, reading and finding together (Linux)."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    return medcheck(folder, table)


def with_progress(folder: Path, table: str) -> tuple[float, Pairs]:
    """Screen with progress told as to a terminal."""
    with (folder / "progress").open("w") as stream, redirect_stderr(stream):
        stream.isatty = lambda: True  # type: ignore[method-assign]
        return medcheck(folder, table, quiet=False)


def duckdb(folder: Path, table: str) -> tuple[float, Pairs]:
    """Join the table with itself in DuckDB; return the seconds and the persons by pair."""
    import duckdb as engine

    codebook, names = prepared(folder)
    coded, pairs = tables(codebook, names)
    connection = engine.connect(config={"threads": cores()})
    for name, columns in (("names", coded), ("pairs", pairs)):
        connection.register("given", pa.table(columns))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 (our own names)
    reader = "read_csv" if table.endswith(".csv") else "read_parquet"
    began = time.perf_counter()
    rows = connection.execute(JOIN.format(rows=f"{reader}('{folder / table}')")).fetchall()
    seconds = time.perf_counter() - began
    return seconds, {a * len(codebook.items) + b: persons for a, b, persons in rows}


def spark(folder: Path, table: str) -> tuple[float, Pairs]:
    """Screen with the Spark engine in a warm session; return the seconds and the persons by pair."""
    from medcheck.screen import spark as engine
    from medcheck.screen.spark_files import package

    codebook, names = prepared(folder)
    session = _session()
    plan = Plan(str(folder / table), "", findings=False, engine="spark")
    with tempfile.TemporaryDirectory() as place:
        session.sparkContext.addPyFile(package(Path(place)))
        out: Any = None
        engine._screen(replace(plan, table=str(folder / "warm.parquet")), session, names, out)  # noqa: SLF001
        names.rows.clear()
        began = time.perf_counter()
        _, answer, _ = engine._screen(plan, session, names, out)  # noqa: SLF001
        seconds = time.perf_counter() - began
    keys, counts = answer.tally.total("pair")
    by_pair = np.isin(keys, codebook.keys)
    return seconds, dict(zip(keys[by_pair].tolist(), counts[by_pair].tolist(), strict=True))


def spark_sql(folder: Path, table: str) -> tuple[float, Pairs]:
    """Join the table with itself in a warm session of Spark SQL; return the seconds and the persons by pair."""
    codebook, names = prepared(folder)
    session = _session()
    coded, pairs = tables(codebook, names)
    for name, columns in (("names", coded), ("pairs", pairs)):
        rows = list(zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True))
        session.createDataFrame(rows, list(columns)).cache().createOrReplaceTempView(name)
    query = JOIN.replace("SELECT p.a", "SELECT /*+ BROADCAST(p) */ p.a").replace(
        "(SELECT D", "(SELECT /*+ BROADCAST(n) */ D"
    )
    session.sql(query.format(rows=f"parquet.`{folder / 'warm.parquet'}`")).collect()
    began = time.perf_counter()
    found = session.sql(query.format(rows=f"parquet.`{folder / table}`")).collect()
    seconds = time.perf_counter() - began
    return seconds, {row["a"] * len(codebook.items) + row["b"]: row["persons"] for row in found}


def _session() -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{cores()}]").config("spark.driver.memory", "3g")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


WAYS: dict[str, Callable[[Path], tuple[float, Pairs]]] = {
    "medcheck sorted": lambda folder: medcheck(folder, "sorted.parquet"),
    "medcheck sorted, 1 core": lambda folder: on_one_core(folder, "sorted.parquet"),
    "medcheck sorted, progress": lambda folder: with_progress(folder, "sorted.parquet"),
    "medcheck shuffled": lambda folder: medcheck(folder, "shuffled.parquet"),
    "medcheck CSV": lambda folder: medcheck(folder, "sorted.csv"),
    "DuckDB sorted": lambda folder: duckdb(folder, "sorted.parquet"),
    "DuckDB shuffled": lambda folder: duckdb(folder, "shuffled.parquet"),
    "DuckDB CSV": lambda folder: duckdb(folder, "sorted.csv"),
    "medcheck larger": lambda folder: medcheck(folder / "larger", "sorted.parquet"),
    "Spark mapInArrow": lambda folder: spark(folder, "sorted.parquet"),
    "Spark SQL": lambda folder: spark_sql(folder, "sorted.parquet"),
}
RATIOS = (
    ("time, sorted Parquet", "DuckDB sorted", "medcheck sorted", "seconds", "at least 2.5"),
    ("memory, sorted Parquet", "DuckDB sorted", "medcheck sorted", "megabytes", "at least 5"),
    ("time, shuffled Parquet", "DuckDB shuffled", "medcheck shuffled", "seconds", "at least 3"),
    ("time, CSV", "DuckDB CSV", "medcheck CSV", "seconds", "at least 1.7"),
    ("processor time for progress", "medcheck sorted, progress", "medcheck sorted", "cpu", "at most 1.02"),
    ("memory, ten times the persons", "medcheck larger", "medcheck sorted", "megabytes", "at most 1.2"),
    ("1 core to 2 cores", "medcheck sorted, 1 core", "medcheck sorted", "seconds", ""),
    ("Spark SQL to mapInArrow", "Spark SQL", "Spark mapInArrow", "seconds", "at least 2"),
)


def one(way: str, folder: Path) -> None:
    """Measure one way in this process and print what was found, as JSON."""
    seconds, pairs = WAYS[way](folder)
    status = Path("/proc/self/status").read_text()  # ru_maxrss would begin with the size of the parent
    megabytes = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    (folder / "answer.pickle").write_bytes(pickle.dumps(pairs))
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, **USED}))


def measure(ways: list[str], folder: Path, runs: int) -> dict[str, dict[str, float]]:
    """Run the ways in turn, each in a process of its own; return medians. Different answers end the benchmark."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    answers: dict[str, Pairs] = {}
    for _ in range(runs):
        for way in ways:
            command = [sys.executable, __file__, "--one", way, "--folder", str(folder)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            found[way].append(json.loads(output))
            answers[way] = pickle.loads((folder / "answer.pickle").read_bytes())  # noqa: S301 (our own file)
            if "larger" not in way and answers[way] != answers[ways[0]]:
                sys.exit(f"{way} and {ways[0]} do not find the same")
    medians = {
        way: {unit: statistics.median(run[unit] for run in seen) for unit in seen[0]} for way, seen in found.items()
    }
    print(f"\nall ways found the same {sum(answers[ways[0]].values()):,} pairs of drugs in persons\n")
    return medians


def run(folder: Path, persons: int, runs: int, *, with_spark: bool) -> None:
    """Make the cohort, measure and print."""
    import cohort

    print(f"{persons:,} persons, {cores()} cores, median of {runs} runs")
    prepare(folder, persons)
    (folder / "larger").mkdir(exist_ok=True)
    cohort.write(folder / "larger/sorted.parquet", cohort.cohort(persons * 10, 8))
    (folder / "larger/prepared.pickle").write_bytes((folder / "prepared.pickle").read_bytes())
    cohort.write(folder / "warm.parquet", cohort.cohort(1000, 8))
    ways = [way for way in WAYS if with_spark or not way.startswith("Spark")]
    medians = measure(ways, folder, runs)
    for way, median in medians.items():
        print(f"{way:28} {median['seconds']:8.2f} s {median['megabytes']:8.0f} MB")
    print()
    for about, upper, lower, unit, wanted in RATIOS:
        if upper in medians:
            ratio = medians[upper][unit] / medians[lower][unit]
            print(f"{about:30} {ratio:6.2f}{f'  ({wanted})' if wanted else ''}")


def main() -> None:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--spark", action="store_true", help="also measure Spark")
    parser.add_argument("--folder", type=Path, help="where the cohort is made (default: a temporary folder)")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run(folder, given.persons, given.runs, with_spark=given.spark)


if __name__ == "__main__":
    main()
