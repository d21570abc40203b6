"""`medcheck screen --engine spark`: the answers of the local engine, from real workers, whatever happens to them."""

import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyspark", reason="pyspark is not installed")
if not shutil.which("java"):
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)

import pyarrow.compute as pc  # noqa: E402
from pyarrow import csv, parquet  # noqa: E402

ROOT = Path(__file__).parent.parent
LOCAL, CLUSTER = "local[2]", "local-cluster[2,1,1024]"
SAID = ("medcheck:", "Traceback", "ERROR")
TABLES = ("findings", "summary", "names", "unresolved")

WATCH = """
import os, signal, sys
busy = []
def watch(event, arguments):
    if busy or event not in ("open", "import"):
        return
    busy.append(event)
    log, kill = {log!r}, {kill!r}
    if event == "open" and isinstance(arguments[0], str):
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, (arguments[0] + "\\n").encode())
        os.close(descriptor)
    if event == "import" and arguments[0] == "medcheck.screen.kernel" and kill:
        first = not os.path.exists(log + ".killed")
        if first:
            os.mkdir(log + ".killed")
        if first or kill == "always":
            os.kill(os.getpid(), signal.SIGKILL)
    busy.clear()
sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """A cohort with dates and strata in random order; one name is unknown, one row is a repeat."""
    folder = tmp_path_factory.mktemp("cohort")
    path = folder / "rx.parquet"
    command = [
        sys.executable,
        str(ROOT / "scripts/cohort.py"),
        str(path),
        "--persons",
        "3000",
        "--dates",
        "--order",
        "shuffled",
    ]
    subprocess.run(command, check=True, capture_output=True)
    whole = parquet.read_table(path)
    extra = whole.slice(0, 2).set_column(1, "drug", pa.array(["qqqqqqqq", "warfarin, ibuprofen"]).dictionary_encode())
    parquet.write_table(pa.concat_tables([whole, extra.cast(whole.schema), whole.slice(5, 1)]), path)
    return path


@pytest.fixture(scope="module")
def large(cohort):
    """The cohort two hundred times, so that a run takes some seconds."""
    whole = parquet.read_table(cohort)
    numbered = [whole.set_column(0, "person", pc.add(whole["person"], n * 10_000)) for n in range(200)]
    path = cohort.parent / "large.parquet"
    parquet.write_table(pa.concat_tables(numbered), path)
    return path


def screen(table, out, *more, master="", watch=None, kill="", most_bytes=resource.RLIM_INFINITY):  # noqa: PLR0913
    """Run the command, its workers watched by an audit hook that notes every file they open."""
    environment = dict(os.environ)
    if watch:
        (watch / "sitecustomize.py").write_text(WATCH.format(log=str(watch / "opened"), kill=kill))
        python = watch / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{watch}:$PYTHONPATH" exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        environment |= {"PYSPARK_PYTHON": str(python), "PYSPARK_DRIVER_PYTHON": sys.executable}
    engine = ["--engine", "spark", "--master", master] if master else []
    command = [sys.executable, "-m", "medcheck", "screen", str(table), "-o", str(out), *engine, *more]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    return subprocess.run(
        command, capture_output=True, check=False, timeout=300, env=environment, text=True, preexec_fn=limit
    )


def rows(path, form="parquet"):
    """Return a table as sorted rows of texts, whatever it was split into and how its columns are coded."""
    if form == "csv":
        files = sorted(path.glob("part-*.csv")) if path.is_dir() else [path]
        found = [row for file in files for row in csv.read_csv(file).to_pylist()]
    else:
        found = parquet.read_table(path, partitioning=None).to_pylist()
    return sorted(tuple(sorted((key, str(value)) for key, value in row.items())) for row in found)


def assert_equal_tables(one, other, form="parquet"):
    for name in TABLES:
        assert rows(one / f"{name}.{form}", form) == rows(other / f"{name}.{form}", form), name


def said(answer):
    """What the command itself says: Spark's own start-up lines are not ours."""
    return [line for line in answer.stderr.splitlines() if line.startswith(SAID)]


OPTIONS = ("--stratum", "sex", "--stratum", "age", "--overlap", "3")


def test_spark_equals_the_local_engine(cohort, tmp_path):
    assert screen(cohort, tmp_path / "one", *OPTIONS).returncode == 3
    answer = screen(cohort, tmp_path / "two", *OPTIONS, master=LOCAL)
    assert answer.returncode == 3, answer.stderr
    assert_equal_tables(tmp_path / "one", tmp_path / "two")
    assert len(rows(tmp_path / "two/findings.parquet")) > 1000
    one, two = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two"))
    assert one["counts"] == two["counts"]
    assert not list((tmp_path / "two").glob(".screen-*"))


def test_workers_of_a_cluster_read_nothing_of_the_driver(cohort, tmp_path):
    """Other processes than the driver's do the work; of medcheck they open only what was shipped to them."""
    watch = tmp_path / "watch"
    watch.mkdir()
    assert screen(cohort, tmp_path / "one").returncode == 3
    answer = screen(cohort, tmp_path / "two", master=CLUSTER, watch=watch)
    assert answer.returncode == 3, answer.stderr
    assert_equal_tables(tmp_path / "one", tmp_path / "two")
    opened = (watch / "opened").read_text().splitlines()
    assert any(name.endswith("medcheck.zip") for name in opened), "the watch saw nothing"
    assert not [name for name in opened if name.startswith((str(ROOT / "medcheck"), str(ROOT / "data")))]


def test_a_killed_worker_is_replaced(cohort, tmp_path):
    watch = tmp_path / "watch"
    watch.mkdir()
    assert screen(cohort, tmp_path / "one").returncode == 3
    answer = screen(cohort, tmp_path / "two", master="local[2,4]", watch=watch, kill="once")
    assert (watch / "opened.killed").exists(), "nothing was killed"
    assert answer.returncode == 3, answer.stderr
    assert_equal_tables(tmp_path / "one", tmp_path / "two")


def test_workers_that_are_killed_again_and_again_end_the_run(cohort, tmp_path):
    watch = tmp_path / "watch"
    watch.mkdir()
    answer = screen(cohort, tmp_path / "two", master=LOCAL, watch=watch, kill="always")
    assert answer.returncode == 70
    assert len(said(answer)) == 1
    assert "Spark gave up" in said(answer)[0]
    assert list((tmp_path / "two").iterdir()) == []


@pytest.mark.parametrize("megabytes", [1, 20])
def test_a_full_disk(large, tmp_path, megabytes):
    """The limit of a file's size stands for the end of the disk: first the compendium does not fit, then the findings."""
    answer = screen(large, tmp_path / "two", "--format", "csv", master=LOCAL, most_bytes=megabytes << 20)
    assert answer.returncode == 74, answer.stderr
    (line,) = (line for line in said(answer) if line.startswith("medcheck:"))
    assert "could not be written" in line
    assert list((tmp_path / "two").glob("*")) == []


@pytest.mark.parametrize("stopped", ["by Ctrl-C", "by the death of the JVM"])
def test_a_stopped_run_leaves_no_table(large, tmp_path, stopped):
    """Ctrl-C goes to the whole group of processes, as a terminal sends it."""
    command = [sys.executable, "-m", "medcheck", "screen", str(large), "-o", str(tmp_path / "two"),
               "--engine", "spark", "--master", LOCAL, "--format", "csv"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        until = time.monotonic() + 120
        while not list(tmp_path.glob("two/.screen-*/raw/_temporary/**/*.csv")):
            assert process.poll() is None, "it ended before it could be stopped"
            assert time.monotonic() < until
            time.sleep(0.05)
        if stopped == "by Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)
        else:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            (java,) = (n for n in children if Path(f"/proc/{n}/exe").resolve().name == "java")
            os.kill(int(java), signal.SIGKILL)
        shown = process.communicate(timeout=60)[1].splitlines()
    if stopped == "by Ctrl-C":
        assert process.returncode == 130
        assert not [line for line in shown if line.startswith(SAID)]
        assert list((tmp_path / "two").iterdir()) == []
    else:
        assert process.returncode == 70
        # A thread of Spark's writes a traceback at the same time, maybe into the same line.
        assert sum("Spark gave up" in line for line in shown) == 1, shown
        assert all(path.name.startswith(".screen-") for path in (tmp_path / "two").iterdir())


BAD = """person,drug,start,end
1,warfarin,2025-01-01,2025-02-01
1,aspirin,2025-01-05,2025-01-06
9,warfarin
9,warfarin,2025-02-30,
,aspirin,,
9,,,
9,warfarin,2025-03-01,2025-02-01
"""


def test_bad_rows_and_missing_columns(tmp_path):
    """The same faults are counted as by the local engine, from a packed CSV."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(BAD.encode()))
    answer = screen(tmp_path / "a.csv.gz", tmp_path / "two", master=LOCAL)
    assert answer.returncode == 4
    assert len(said(answer)) == 1
    assert "--on-bad-row skip" in said(answer)[0]
    skip = ("--on-bad-row", "skip", "--format", "csv")
    assert screen(tmp_path / "a.csv.gz", tmp_path / "one", *skip).returncode == 0
    assert screen(tmp_path / "a.csv.gz", tmp_path / "two", *skip, master=LOCAL).returncode == 0
    assert_equal_tables(tmp_path / "one", tmp_path / "two", "csv")
    one, two = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two"))
    assert one["counts"] == two["counts"]
    assert len(one["counts"]["bad_rows"]) == 5


@pytest.mark.parametrize(
    ("content", "message"), [(b"patient,drug\n1,warfarin\n", "there is no column 'person'"), (None, "PATH_NOT_FOUND")]
)
def test_tables_that_cannot_be_read(tmp_path, content, message):
    if content:
        (tmp_path / "a.csv").write_bytes(content)
    answer = screen(tmp_path / "a.csv", tmp_path / "two", master=LOCAL)
    assert answer.returncode == 4
    assert message in said(answer)[0]


def test_a_damaged_parquet_file(cohort, tmp_path):
    path = tmp_path / "cut.parquet"
    path.write_bytes(cohort.read_bytes()[:-100])
    answer = screen(path, tmp_path / "two", master=LOCAL)
    assert answer.returncode == 4
    assert len(said(answer)) == 1


def test_no_findings_and_only_counts(tmp_path):
    """The header tells what separates the columns, as for the local engine."""
    (tmp_path / "a.csv").write_text("person;drug\n1;warfarin\n2;aspirin\n")
    assert screen(tmp_path / "a.csv", tmp_path / "two", master=LOCAL).returncode == 0
    assert rows(tmp_path / "two/findings.parquet") == []
    assert screen(tmp_path / "a.csv", tmp_path / "three", "--no-findings", master=LOCAL).returncode == 0
    assert not (tmp_path / "three/findings.parquet").exists()
    assert rows(tmp_path / "three/summary.parquet") == rows(tmp_path / "two/summary.parquet")
