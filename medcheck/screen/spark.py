"""Spark: the same kernel in `mapInArrow`, for tables that are too large for one machine or already lie in a cluster.

Names are resolved once on the driver and joined; the compiled compendium is broadcast; rows are brought together by
person with one shuffle. Each partition is held in memory by one worker.
"""

import json
import logging
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from pickle import PicklingError
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from py4j.protocol import Py4JError, Py4JJavaError, Py4JNetworkError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (Spark's own name for it)

from medcheck.compendium import open_store
from medcheck.intake import InputError, UsageError
from medcheck.screen import spark_job
from medcheck.screen.codebook import compile_store
from medcheck.screen.kernel import Tables
from medcheck.screen.lists import CROWDED
from medcheck.screen.local import Answer
from medcheck.screen.manifest import manifest
from medcheck.screen.names import Names
from medcheck.screen.output import empty_findings
from medcheck.screen.screening import closing, tables
from medcheck.screen.spark_files import SparkOutput, package, table_bytes
from medcheck.screen.spark_read import Checked, open_rows, with_days
from medcheck.screen.tally import Tally

if TYPE_CHECKING:
    from medcheck.screen.plan import Plan

ROWS_A_PARTITION = 2_000_000
_BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"
_LONGEST = 400
_PATIENCE = 20.0
"""Seconds that cancelled tasks are waited for."""
_UNREADABLE = ("CANNOT_READ_FILE", "FAILED_READ_FILE", "Could not read footer")
"""What Spark calls a file that it cannot make sense of."""
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")
"""What systems say of a disk that takes no more, be it of the driver or of a worker."""
_RAISED = re.compile(r"[A-Za-z_.]*(Error|Interrupt|Exit)\b: ")


def run_spark(plan: "Plan") -> int:
    """Screen a table with Spark; return 0, or 3 if some name was not checked and that was not allowed."""
    if plan.master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers take the first python3 of the path
    bar = bool(sys.stderr and sys.stderr.isatty()) and not plan.quiet
    builder = SparkSession.builder.appName("medcheck screen").config("spark.ui.showConsoleProgress", str(bar).lower())
    session = (builder.master(plan.master) if plan.master else builder).getOrCreate()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # Spark's own handler calls the JVM amid another call
    debug = bool(os.environ.get("MEDCHECK_DEBUG"))
    if not debug:
        logging.getLogger().addHandler(logging.NullHandler())  # py4j tells the root logger of every Ctrl-C
    try:
        session.sparkContext.setLogLevel("WARN" if debug else "OFF")
        return screen(plan, session)
    finally:
        with suppress(Py4JError, ConnectionError):
            session.stop()


def screen(plan: "Plan", session: SparkSession) -> int:
    """Screen a table in a running session; what Spark reports becomes one of our errors, told in one line."""
    try:
        return _answer(plan, session)
    except AnalysisException as error:
        raise InputError(f"{plan.table}: {_first_line(str(error))}") from None
    except (Py4JNetworkError, ConnectionError) as error:
        raise RuntimeError("Spark gave up: its JVM does not answer any more") from error
    except (PySparkException, Py4JError, PicklingError) as error:
        text = error.java_exception.toString() if isinstance(error, Py4JJavaError) else str(error)
        if any(sign in text for sign in _UNREADABLE):
            raise InputError(f"{plan.table}: {_first_line(text)}") from None
        full = next((sign for sign in _FULL if sign in text), "")
        if full or text.startswith("java.io."):  # from our own calls of Hadoop's file systems
            raise OSError(5, full or _first_line(text)) from error
        raise RuntimeError(f"Spark gave up: {_first_line(text)}") from error


def _answer(plan: "Plan", session: SparkSession) -> int:
    began = time.monotonic()
    book = open_store()
    names = Names(book, compile_store(book), strict=plan.strict, market=plan.market)
    out = SparkOutput(session, plan.out)
    try:
        with tempfile.TemporaryDirectory() as folder:
            session.sparkContext.addPyFile(package(Path(folder)))
            plan, answer, files = _screen(plan, session, names, out)
        made = tables(answer, names, plan)
        for name, table in made.items():
            out.write(f"{name}.{plan.form}", table_bytes(table, plan.form))
        seconds = time.monotonic() - began
        about = manifest(plan, answer, names, files, seconds)
        listed = [f"{name}.{plan.form}" for name in (*made, *(["findings"] if plan.findings else []))]
        out.finish(listed, json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n")
    except BaseException:
        with suppress(Py4JError, ConnectionError):  # the JVM may be what failed
            _stop_tasks(session)
            out.clear()
        raise
    out.clear()
    return closing(plan, answer, names, seconds)


def _stop_tasks(session: SparkSession) -> None:
    """Cancel all jobs and wait until their tasks have ended, which would go on writing into the scratch folder."""
    session.sparkContext.cancelAllJobs()
    tracker = session.sparkContext._jsc.sc().statusTracker()  # noqa: SLF001 (Python's own tracker does not tell tasks)
    until = time.monotonic() + _PATIENCE
    while any(executor.numRunningTasks() for executor in tracker.getExecutorInfos()) and time.monotonic() < until:
        time.sleep(0.1)


def _first_line(text: str) -> str:
    """Return the line of Spark's long message that says what went wrong: a worker's exception, else the first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    raised = [line for line in lines if _RAISED.match(line)]
    return (raised or lines or ["it does not say why"])[0][:_LONGEST]


def _screen(
    plan: "Plan", session: SparkSession, names: Names, out: SparkOutput
) -> "tuple[Plan, Answer, list[dict[str, Any]]]":
    checked = open_rows(session, plan)
    plan = replace(plan, columns=checked.columns)
    counted = _count_names(checked, names, plan)
    rows = with_days(checked).where(F.col("fault") == "")
    numbered = _joined(session, rows, names, counted, plan)
    if session.conf.get(_BATCH, "10000") == "10000":  # Spark's default; many small batches cost more than a few large
        session.conf.set(_BATCH, "200000")
    parts = max(2 * session.sparkContext.defaultParallelism, counted.rows // ROWS_A_PARTITION + 1)
    told, none = _told(numbered.repartition(parts, "person"), session, names, plan)
    counts = _written(told, session, plan, out, none) if plan.findings else told
    tally = Tally()
    spark_job.add_counts(tally, [tuple(row) for row in counts.select("interaction", "severity", "drugs").collect()])
    if crowded := tally.sum("crowded"):
        counted.bad[CROWDED] = crowded
        _refuse(counted.bad, plan)
    answer = Answer(tally, counted.rows, counted.bad, counted.strata, f"Spark, {parts} partitions")
    return plan, answer, [{"file": plan.table, "rows": counted.rows, "xxhash64_of_rows": f"{counted.mark:016x}"}]


def _told(rows: DataFrame, session: SparkSession, names: Names, plan: "Plan") -> tuple[DataFrame, "pa.Table"]:
    """Return findings and counts, to be worked out by the kernel, and the table of findings without rows."""
    kind = dict(rows.dtypes)["person"]
    person, dates = pa.int64() if kind == "bigint" else pa.string(), bool(plan.columns.start)
    shared = session.sparkContext.broadcast(Tables(names.codebook, names.seen))
    asked = spark_job.Asked(person, plan.overlap, plan.findings, dates, plan.form == "csv")
    days = ", first_day date, days bigint" if dates else ""
    schema = f"person {kind}, interaction string, severity string, drugs string{days}, part string"
    return rows.mapInArrow(spark_job.job(shared, asked), schema), empty_findings(person, dates=dates)


@dataclass
class Counted:
    """What the first reading of the table tells."""

    rows: int
    bad: dict[str, int]
    strata: list[tuple[str, ...]]
    mark: int
    """The hashes of all rows, joined by exclusive or: the same for any order of the rows."""


def _count_names(checked: Checked, names: Names, plan: "Plan") -> Counted:
    """Count the rows of each name and each fault, and resolve the names; InputError at a fault unless skipped."""
    strata = [f"stratum_{n}" for n in range(len(plan.columns.strata))]
    grouped = checked.rows.groupBy("drug", "fault", *strata).agg(F.count("*"), F.bit_xor("mark"))
    bad: Counter[str] = Counter()
    seen: dict[tuple[str, ...], int] = {}
    rows = mark = 0
    for drug, fault, *levels, count, marks in grouped.collect():
        rows, mark = rows + count, mark ^ (marks & (1 << 64) - 1)
        if fault:
            bad[fault] += count
        else:
            names.rows[drug] += count
            seen.setdefault(tuple(levels), len(seen))
    _refuse(bad, plan)
    if not rows:
        raise UsageError(f"{plan.table}: there are no rows in it")
    names.look_up(sorted(names.rows))
    return Counted(rows, dict(bad), list(seen), mark)


def _refuse(bad: Mapping[str, int], plan: "Plan") -> None:
    """Raise InputError if there are bad rows that were not to be skipped."""
    if bad and not plan.skip_bad_rows:
        told = ", ".join(f"{fault} ({count:,})" for fault, count in bad.items())
        raise InputError(f"{plan.table}: {told}; --on-bad-row skip leaves such rows out and counts them")


def _joined(session: SparkSession, rows: DataFrame, names: Names, counted: Counted, plan: "Plan") -> DataFrame:
    """Return person, code and, where wanted, days and stratum."""
    coded = [(name.typed, list(name.codes)) for name in names.known.values()]
    table = session.createDataFrame(coded, "drug string, codes array<int>")
    rows = rows.join(F.broadcast(table), "drug")
    several = any(len(codes) > 1 for _, codes in coded)
    code = F.explode("codes") if several else F.col("codes")[0]
    days = ["start", "end"] if plan.columns.start else []
    levels = [f"stratum_{n}" for n in range(len(plan.columns.strata))]
    if not levels:
        return rows.select("person", code.alias("code"), *days)
    fields = ", ".join(f"{name} string" for name in levels)
    strata = session.createDataFrame([(*row, n) for n, row in enumerate(counted.strata)], f"{fields}, stratum int")
    return rows.join(F.broadcast(strata), levels).select("person", code.alias("code"), *days, "stratum")


def _written(told: DataFrame, session: SparkSession, plan: "Plan", out: SparkOutput, none: "pa.Table") -> DataFrame:
    """Write findings and counts in one go, and return the counts."""
    raw = f"{out.scratch}/raw"
    told.write.partitionBy("part").format(plan.form).option("header", "true").save(raw)
    found, name = f"{raw}/part={spark_job.FINDING}", f"findings.{plan.form}"
    if out.exists(found):
        out.move(found, name)
    else:
        out.write(f"{name}/part-0.{plan.form}", table_bytes(none, plan.form))
    schema = told.drop("part").schema
    return session.read.schema(schema).format(plan.form).option("header", "true").load(f"{raw}/part={spark_job.COUNT}")
