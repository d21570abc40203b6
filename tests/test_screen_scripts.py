"""The scripts around `screen`: the invented cohort, the tutorial, the benchmark; and the workers' job without Spark."""

import subprocess
import sys
from types import SimpleNamespace
from xml.dom import minidom

import pytest
from conftest import ROOT

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
from pyarrow import csv, parquet  # noqa: E402

from medcheck.screen import spark_job  # noqa: E402
from medcheck.screen.codebook import compile_store  # noqa: E402
from medcheck.screen.kernel import Tables, find  # noqa: E402
from medcheck.screen.lists import make_lists  # noqa: E402
from medcheck.screen.names import Names, as_code  # noqa: E402
from medcheck.screen.output import findings  # noqa: E402
from medcheck.screen.tally import KINDS, Tally, count  # noqa: E402


def script(name, *arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / name), *arguments], capture_output=True, text=True, check=True, timeout=240
    )


def test_the_cohort_is_the_same_each_time_and_in_each_form(tmp_path):
    """Sorted and shuffled, Parquet and packed CSV hold the same rows."""
    kinds = {"a.parquet": "sorted", "b.parquet": "shuffled", "c.csv.gz": "sorted"}
    for name, order in kinds.items():
        script("scripts/cohort.py", str(tmp_path / name), "--persons", "500", "--order", order)
    tables = [csv.read_csv(tmp_path / n) if "csv" in n else parquet.read_table(tmp_path / n) for n in kinds]
    rows = [sorted((row["person"], row["drug"]) for row in table.to_pylist()) for table in tables]
    assert rows[0] == rows[1] == rows[2]
    assert len({person for person, _ in rows[0]}) == 500
    assert tables[0]["person"].to_pylist() == sorted(tables[0]["person"].to_pylist())
    assert tables[1]["person"].to_pylist() != sorted(tables[1]["person"].to_pylist())


def test_the_tutorial_makes_its_figure_and_table(tmp_path):
    script("scripts/screening_tutorial.py", str(tmp_path), "--persons", "2000")
    drawn = minidom.parse(str(tmp_path / "prevalence.svg"))  # noqa: S318 (made by us)
    labels = [
        node.firstChild.data for node in drawn.getElementsByTagName("text") if node.getAttribute("text-anchor") == "end"
    ]
    table = (tmp_path / "table.md").read_text()
    [whole, *_] = [
        row
        for row in parquet.read_table(tmp_path / "screening/summary.parquet").to_pylist()
        if row["about"] == "interaction"
    ]
    assert whole["sex"] == "all"
    assert f"{whole['prevalence']:.1%} ({whole['low'] * 100:.1f}–{whole['high'] * 100:.1f})" in table
    assert table.count("\n") == 2 + 1 + 15
    assert sum(f"| {label} |" in table for label in labels) == 15


def test_the_tutorial_page_has_the_table_of_its_script(monkeypatch, store):
    """The page can be renewed: its table and the hash of the data are found and replaced, and nothing else is."""
    page = (ROOT / "docs/tutorial-screening.md").read_text()
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import screening_tutorial as tutorial

    made = "| interaction | severity | all |\n|---|---|---:|\n| x | minor | 1% |\n"
    renewed = tutorial.renew(page, made, store)
    assert renewed.count("| interaction | severity |") == 1
    assert "any finding" not in renewed
    assert made in renewed
    assert renewed.partition(made)[2].lstrip("\n").startswith("Where a narrower entry")
    assert f"SHA-256 {store.fact('sha256')[:12]}…" in renewed


def test_the_benchmark_compares_equal_answers(tmp_path):
    pytest.importorskip("duckdb")
    said = script("benchmarks/screen.py", "--persons", "2000", "--runs", "1", "--folder", str(tmp_path)).stdout
    assert "all ways found the same" in said
    assert "time, sorted Parquet" in said


def test_the_job_of_a_worker_gives_findings_and_counts(store):
    """Its counts, sent as texts, add up to those of the local engine; its findings are the same rows."""
    names = Names(store, compile_store(store))
    names.look_up(["warfarin", "ibuprofen", "aspirin"])
    columns = {
        "person": [1, 1, 2, 2, 2],
        "code": [1, 2, 1, 2, 3],
        "start": [0] * 5,
        "end": [9] * 5,
        "stratum": [0, 0, 1, 1, 1],
    }
    types = (pa.int64(), pa.int32(), pa.int32(), pa.int32(), pa.int32())
    rows = pa.table({name: pa.array(values, kind) for (name, values), kind in zip(columns.items(), types, strict=True)})
    tables = Tables(names.codebook, names.seen)
    asked = spark_job.Asked(pa.int64(), 1, findings=True, dates=True, csv=False)
    run = spark_job.job(SimpleNamespace(value=tables), asked)
    sent = [row for batch in run(iter(rows.to_batches())) for row in batch.to_pylist()]
    lists = make_lists(rows)
    found = find(lists, tables)
    told = [row for row in sent if row.pop("part") == spark_job.FINDING]
    assert told == findings(lists, found, tables).to_pylist()
    assert len(told) > 2
    tally, expected = Tally(), Tally()
    expected.add(count(lists, found, tables))
    counts = [(r["interaction"], r["severity"], r["drugs"]) for r in sent if r["person"] is None]
    spark_job.add_counts(tally, counts)
    for kind in KINDS:
        assert [column.tolist() for column in tally.total(kind)] == [column.tolist() for column in expected.total(kind)]
    assert list(run(iter([]))) == []


@pytest.mark.parametrize(
    ("typed", "read"), [("7243", "rxcui:7243"), (" N02BE01 ", "atc:N02BE01"), ("B12", "B12"), ("warfarin", "warfarin")]
)
def test_bare_codes_get_their_prefix(typed, read):
    assert as_code(typed) == read


def test_many_counts_are_added_up(monkeypatch):
    monkeypatch.setattr("medcheck.screen.tally._PENDING", 3)
    tally = Tally()
    for keys in ([1, 2], [2, 3], [1]):
        tally.add({"pair": (np.array(keys), np.ones(len(keys), np.int64))})
    assert [column.tolist() for column in tally.total("pair")] == [[1, 2, 3], [2, 2, 1]]
