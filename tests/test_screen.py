"""`medcheck screen` on one machine: every way in gives the answers of `check`, counts are right, faults are told."""

import gzip
import hashlib
import json
import random
import resource
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
from pyarrow import csv, parquet  # noqa: E402

from medcheck.__main__ import main  # noqa: E402
from medcheck.report import examine  # noqa: E402
from medcheck.screen import shuffle, source, text  # noqa: E402
from medcheck.screen.progress import Progress, progress_line  # noqa: E402
from medcheck.screen.tally import wilson  # noqa: E402

NAMES = ("warfarin", "ibuprofen", "aspirin", "Percocet", "Tylenol", "lisinopril", "Revia", "oxycodone", "SSRI",
         "furosemide", "spironolactone", "gabapentin", "lorazepam", "simvastatin", "clarithromycin", "7243",
         "N02BE01")  # fmt: skip
CODES = {"7243": "rxcui:7243", "N02BE01": "atc:N02BE01"}


@pytest.fixture(scope="module")
def rows():
    """Rows of 300 invented persons, sorted, some of them twice."""
    rng = random.Random(8)  # noqa: S311
    found = []
    for person in range(1, 301):
        taken = rng.choices(NAMES, k=rng.randint(1, 9))
        found += [(person * 7, name) for name in taken]
    return found


@pytest.fixture(scope="module")
def expected(rows, store):
    """What `check` says of each person: (person, interaction, drugs of a filling)."""
    by_person: dict[int, list[str]] = {}
    for person, name in rows:
        by_person.setdefault(person, []).append(CODES.get(name, name))
    found = set()
    for person, names in by_person.items():
        drugs = sorted({medicine.name for medicine in examine(names, store).medicines})
        report = examine(drugs, store)
        for finding in report.findings:
            for filling in finding.fillings:
                together = "; ".join(sorted(report.medicines[n].name for n in filling))
                found.add((person, finding.interaction.id, together))
    return found


def table(rows, **more):
    columns = {"person": [person for person, *_ in rows], "drug": [name for _, name, *_ in rows]}
    return pa.table({**columns, **more})


def screen(tmp_path, *arguments):
    """Run the command; return its status."""
    return main(["screen", *map(str, arguments), "-o", str(tmp_path / "out"), "--quiet"])


def told(tmp_path, name="findings"):
    return parquet.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()


def found(tmp_path):
    findings = [(row["person"], row["interaction"], row["drugs"]) for row in told(tmp_path)]
    assert len(findings) == len(set(findings)), "told twice"
    return set(findings)


def manifest(tmp_path):
    return json.loads((tmp_path / "out/manifest.json").read_text())


def left(tmp_path):
    """Everything in the output folder, hidden files too."""
    return sorted(path.name for path in (tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else []


# --- every way in


def as_text(rows, separator=","):
    quoted = ((person, f'"{name}"' if separator in name else name) for person, name in rows)
    return "".join([f"person{separator}drug\n", *(f"{person}{separator}{name}\n" for person, name in quoted)])


def ways(rows, folder):
    """Yield the same table in every form that is read."""
    parquet.write_table(table(rows), folder / "a.parquet", row_group_size=100)
    yield "a.parquet"
    parquet.write_table(table(rows), folder / "small groups.parquet", row_group_size=20)
    yield "small groups.parquet"
    (folder / "many").mkdir()
    for n in range(3):
        part = table(rows[n * 500 : (n + 1) * 500] if n < 2 else rows[1000:])
        parquet.write_table(part, folder / f"many/part-{n}.parquet")
    (folder / "many/_SUCCESS").touch()
    yield "many"
    (folder / "a.csv").write_text(as_text(rows))
    yield "a.csv"
    (folder / "a.tsv").write_text("\ufeff" + as_text(rows, "\t"))
    yield "a.tsv"
    (folder / "a.csv.gz").write_bytes(gzip.compress(as_text(rows, ";").encode()))
    yield "a.csv.gz"
    encoded = table(rows).set_column(1, "drug", pa.array([name for _, name in rows]).dictionary_encode())
    parquet.write_table(encoded.set_column(0, "person", encoded["person"].cast(pa.int32())), folder / "coded.parquet")
    yield "coded.parquet"


def test_every_form_of_the_table_gives_the_answers_of_check(rows, expected, tmp_path, monkeypatch):
    """Small pieces and batches, so that persons are cut by them."""
    monkeypatch.setattr(text, "PIECE", 300)
    monkeypatch.setattr(source, "BATCH_ROWS", 50)
    monkeypatch.setattr(shuffle, "AT_LEAST", 70)
    for way in ways(rows, tmp_path):
        assert screen(tmp_path, tmp_path / way) == 0, way
        assert found(tmp_path) == expected, way
        assert manifest(tmp_path)["persons_brought_together"] == "in order"
    assert len(expected) > 300


def test_stdin_is_read(rows, expected, tmp_path, run):
    answer = run("screen", "-", "-o", str(tmp_path / "out"), stdin=as_text(rows).encode())
    assert answer.returncode == 0, answer.stderr
    assert found(tmp_path) == expected
    assert b"300 persons" in answer.stderr


@pytest.mark.parametrize("memory", ["1000", "1"])
@pytest.mark.parametrize("ids", ["numbers", "texts", "wide numbers"])
def test_rows_in_any_order(rows, expected, tmp_path, memory, ids, monkeypatch):  # noqa: PLR0913, PLR0917
    """In memory and spilled; ids that are numbers, that are not ("007" is not "7"), and too wide to be packed."""
    if memory == "1":
        monkeypatch.setattr("medcheck.screen.local.Shuffle", lambda folder, _: shuffle.Shuffle(folder, 3000))
    name = {"numbers": lambda n: n, "texts": lambda n: f"00{n}", "wide numbers": lambda n: (n - 1000) * 2**52}[ids]
    mixed = random.Random(1).sample(rows, len(rows))  # noqa: S311
    monkeypatch.setattr(source, "BATCH_ROWS", 100)
    parquet.write_table(table([(name(person), drug) for person, drug in mixed]), tmp_path / "a.parquet")
    assert screen(tmp_path, tmp_path / "a.parquet") == 0
    assert found(tmp_path) == {(name(person), *rest) for person, *rest in expected}
    assert manifest(tmp_path)["persons_brought_together"] == ("spilled" if memory == "1" else "in memory")
    assert left(tmp_path) == [
        "findings.parquet",
        "manifest.json",
        "names.parquet",
        "summary.parquet",
        "unresolved.parquet",
    ]


@pytest.mark.parametrize("odd", ["x1", "07", "-3", "12345678901234567890"])
def test_one_id_that_is_no_plain_number_makes_all_ids_texts(tmp_path, odd):
    (tmp_path / "a.csv").write_text(f"person,drug\n7,warfarin\n7,ibuprofen\n{odd},warfarin\n{odd},aspirin\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 0
    assert {row["person"] for row in told(tmp_path)} == {"7", odd}


def test_other_column_names_and_no_findings_table(rows, tmp_path):
    parquet.write_table(table(rows).rename_columns(["id", "atc"]), tmp_path / "a.parquet")
    assert screen(tmp_path, tmp_path / "a.parquet", "--person", "id", "--drug", "atc", "--no-findings") == 0
    assert "findings.parquet" not in left(tmp_path)
    assert told(tmp_path, "summary")[0]["persons"] > 0


def test_one_cell_may_name_several_drugs(tmp_path):
    (tmp_path / "a.csv").write_text('person,drug\n1,"warfarin, ibuprofen"\n2,warfarin\n')
    assert screen(tmp_path, tmp_path / "a.csv") == 0
    assert {(row["person"], row["drugs"]) for row in told(tmp_path)} == {(1, "ibuprofen; warfarin")}
    assert manifest(tmp_path)["counts"]["persons"] == 2


# --- names that are not checked


def test_unresolved_names_end_with_3_and_are_counted(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("person,drug\n1,warfarin\n1,qqqqqqqq\n1,ibuprofen\n2,qqqqqqqq\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 3
    assert "1 names were not checked: 2 rows, 50.00% of all" in capsys.readouterr().err
    assert told(tmp_path, "unresolved") == [{"typed": "qqqqqqqq", "rows": 2, "reason": "unknown", "candidates": ""}]
    counts = manifest(tmp_path)["counts"]
    assert (counts["persons"], counts["persons_with_a_name_not_checked"], counts["rows_not_checked"]) == (2, 2, 2)
    assert len(told(tmp_path)) == 1
    assert screen(tmp_path, tmp_path / "a.csv", "--allow-unresolved") == 0


def test_a_drug_known_by_name_only_is_not_checked(tmp_path, store):
    name = next(drug.id for drug in store.drugs() if drug.coverage == "name only")
    parquet.write_table(table([(1, name), (1, "warfarin")]), tmp_path / "a.parquet")
    assert screen(tmp_path, tmp_path / "a.parquet") == 3
    assert told(tmp_path, "unresolved")[0]["reason"] == "name only"


def test_corrected_names_are_told_and_strict_refuses_them(tmp_path):
    (tmp_path / "a.csv").write_text("person,drug\n1,naltraxone\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 0
    [name] = told(tmp_path, "names")
    assert (name["drugs"], name["match"], name["note"]) == (
        "naltrexone",
        "spelling",
        "spelling corrected to naltrexone",
    )
    assert screen(tmp_path, tmp_path / "a.csv", "--strict") == 3


# --- dates


def dated(tmp_path, lines, *more):
    (tmp_path / "a.csv").write_text("\n".join(["person,drug,start,end", *lines, ""]))
    return screen(tmp_path, tmp_path / "a.csv", *more)


COURSES = ("1,warfarin,2025-01-01,2025-01-31", "1,ibuprofen,2025-01-30,2025-02-10", "2,warfarin,2025-01-01,2025-01-31",
           "2,ibuprofen,2025-02-01,2025-02-02", "3,warfarin,,", "3,ibuprofen,2025-03-01,2025-03-05",
           "4,warfarin,,", "4,aspirin,,", "5,warfarin,2025-01-01,2025-01-03", "5,warfarin,2025-01-03,2025-01-04",
           "5,aspirin,2025-01-02,2025-01-02", "5,aspirin,2025-01-04,2025-01-09")  # fmt: skip


def test_days_together(tmp_path):
    """Two days at an edge; none; an open course; two open ones; courses that overlap and have gaps."""
    assert dated(tmp_path, COURSES) == 0
    days = {row["person"]: (str(row["first_day"]), row["days"]) for row in told(tmp_path)}
    assert days == {1: ("2025-01-30", 2), 3: ("2025-03-01", 5), 4: ("None", None), 5: ("2025-01-02", 2)}
    assert dated(tmp_path, COURSES, "--overlap", "3") == 0
    assert {row["person"] for row in told(tmp_path)} == {3, 4}


def test_dates_of_parquet_are_days(tmp_path):
    days = pa.array([20_000, 20_010], pa.int32()).cast(pa.date32())
    columns = {"start": days.cast(pa.timestamp("us")), "end": pa.array([20_012, 20_011], pa.int32()).cast(pa.date32())}
    parquet.write_table(table([(1, "warfarin"), (1, "aspirin")], **columns), tmp_path / "a.parquet")
    assert screen(tmp_path, tmp_path / "a.parquet") == 0
    assert [(str(row["first_day"]), row["days"]) for row in told(tmp_path)] == [("2024-10-14", 2)]


BAD = (("2025-02-30", "a date that is not like 2026-11-24"), ("30.01.2025", "a date that is not like 2026-11-24"),
       ("2025-1-2", "a date that is not like 2026-11-24"), ("2024-12-31", "an end before its start"))  # fmt: skip


@pytest.mark.parametrize(("day", "fault"), BAD)
def test_bad_dates(tmp_path, capsys, day, fault):
    lines = (*COURSES[:2], f"9,warfarin,2025-01-01,{day}")
    assert dated(tmp_path, lines) == 4
    err = capsys.readouterr().err
    assert f"{fault}: “9, warfarin, 2025-01-01, {day}”" in err
    assert len(err.splitlines()) == 1
    assert left(tmp_path) == []
    assert dated(tmp_path, lines, "--on-bad-row", "skip") == 0
    assert manifest(tmp_path)["counts"]["bad_rows"] == {fault: 1}
    assert f"left out, 1 times: {fault}" in capsys.readouterr().err
    assert len(told(tmp_path)) == 1


# --- counts


def test_the_summary_counts_persons(tmp_path):
    (tmp_path / "a.csv").write_text(
        "person,drug,sex,site\n1,warfarin,F,x\n1,ibuprofen,F,x\n1,aspirin,F,x\n2,warfarin,M,x\n2,aspirin,M,x\n3,aspirin,M,\n4,qqqqqqqq,M,\n"
    )
    assert screen(tmp_path, tmp_path / "a.csv", "--stratum", "sex", "--stratum", "site") == 3
    rows = told(tmp_path, "summary")
    cells = {
        (r["sex"], r["site"], r["about"], r["interaction"] or r["severity"] or r["drugs"]): (r["persons"], r["out_of"])
        for r in rows
    }
    assert cells["all", "all", "any finding", ""] == (2, 4)
    assert cells["all", "all", "interaction", "anticoagulant-antiplatelet"] == (2, 4)
    assert cells["F", "x", "interaction", "anticoagulant-antiplatelet"] == (1, 1)
    assert cells["M", "x", "drug pair", "aspirin; warfarin"] == (1, 1)
    assert cells["M", "", "any finding", ""] == (0, 2)
    assert cells["all", "all", "drug pair", "aspirin; warfarin"] == (2, 4)
    assert cells["all", "all", "severity", "major"] == (2, 4)
    first = rows[0]
    assert (first["prevalence"], round(first["low"], 4), round(first["high"], 4)) == (0.5, 0.15, 0.85)


def test_a_person_counts_once_for_an_interaction(tmp_path):
    """Three depressants are one finding with three fillings, and three pairs."""
    parquet.write_table(
        table([(1, n) for n in ("lorazepam", "oxycodone", "zolpidem", "gabapentin")]), tmp_path / "a.parquet"
    )
    assert screen(tmp_path, tmp_path / "a.parquet") == 0
    trio = [row for row in told(tmp_path) if row["interaction"] == "cns-depressants-three"]
    assert len(trio) > 1
    assert [r["persons"] for r in told(tmp_path, "summary") if r["interaction"] == "cns-depressants-three"] == [1]


def test_a_person_in_two_strata_is_told(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("person,drug,year\n1,warfarin,2024\n1,aspirin,2025\n")
    assert screen(tmp_path, tmp_path / "a.csv", "--stratum", "year") == 0
    assert "1 persons have rows in more than one stratum" in capsys.readouterr().err
    assert manifest(tmp_path)["counts"]["persons_in_more_than_one_stratum"] == 1


@pytest.mark.parametrize(
    ("persons", "out_of", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (0, 0, 0, 1)],
)
def test_wilson(persons, out_of, low, high):
    """Values of Wilson (1927) as tables print them."""
    assert wilson(persons, out_of) == pytest.approx((low, high), abs=5e-5)


class SlowHash:
    """SHA-256 that needs a while for its first byte."""

    def __init__(self):
        self.whole = hashlib.sha256()
        time.sleep(2)

    def update(self, piece):
        self.whole.update(piece)

    def hexdigest(self):
        return self.whole.hexdigest()


def test_a_study_can_cite_the_manifest(rows, tmp_path, store, monkeypatch):
    """The hash is that of the whole file, also where hashing takes longer than screening."""
    monkeypatch.setattr("medcheck.screen.manifest._PIECE", 1)
    monkeypatch.setattr("medcheck.screen.manifest.hashlib", SimpleNamespace(sha256=SlowHash))
    (tmp_path / "a.csv").write_text(as_text(rows))
    assert screen(tmp_path, tmp_path / "a.csv", "--overlap", "2") == 0
    about = manifest(tmp_path)
    assert about["schema"] == "medcheck/screen/1"
    assert about["data"] == {"version": store.fact("version"), "sha256": store.fact("sha256")}
    content = (tmp_path / "a.csv").read_bytes()
    assert about["input"] == [{"file": "a.csv", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
    assert about["options"]["overlap"] == 2
    assert about["counts"]["rows"] == len(rows)
    assert "This is not medical advice." in about["disclaimer"]


def test_csv_cells_are_safe_in_a_spreadsheet(tmp_path):
    (tmp_path / "a.csv").write_text('person,drug\n=1+1,warfarin\n=1+1,aspirin\nb,"=cmd()"\n')
    assert screen(tmp_path, tmp_path / "a.csv", "--format", "csv") == 3
    assert (tmp_path / "out/findings.csv").read_text().splitlines()[1].startswith('"\'=1+1",')
    assert '"\'=cmd()"' in (tmp_path / "out/unresolved.csv").read_text()


# --- faults


def test_missing_columns(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("patient,drug\n1,warfarin\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 4
    assert "there is no column 'person'; it has patient, drug" in capsys.readouterr().err


def test_a_file_of_a_folder_without_the_column(tmp_path, capsys):
    parquet.write_table(table([(1, "warfarin")]), tmp_path / "t-1.parquet")
    (tmp_path / "in").mkdir()
    (tmp_path / "t-1.parquet").rename(tmp_path / "in/1.parquet")
    parquet.write_table(pa.table({"person": [1]}), tmp_path / "in/2.parquet")
    (tmp_path / "in/3.csv").write_text("drug\n")
    assert screen(tmp_path, tmp_path / "in") == 4
    assert "2.parquet: there is no column 'drug'" in capsys.readouterr().err
    (tmp_path / "in/2.parquet").unlink()
    assert screen(tmp_path, tmp_path / "in") == 4
    assert "3.csv: there is no column 'person'" in capsys.readouterr().err


def faulty(tmp_path, kind, rows):
    """Make an input of a kind of fault; return its path and a piece of the message."""
    path = tmp_path / f"{kind}.parquet"
    parquet.write_table(table(rows * 50), path, compression="none", use_dictionary=False)
    whole = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
        return path, "not a whole Parquet file"
    if kind == "damaged":
        path.write_bytes(whole[:4] + b"\xff" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
        return path, "cannot be read"
    if kind == "gzip":
        packed = tmp_path / "cut.csv.gz"
        packed.write_bytes(gzip.compress(as_text(rows * 50).encode())[:2000])
        return packed, "cannot be read"
    if kind == "floats":
        parquet.write_table(pa.table({"person": [1.5], "drug": ["warfarin"]}), path)
        return path, "expected whole numbers or text, not double"
    if kind == "empty folder":
        (tmp_path / "empty").mkdir()
        return tmp_path / "empty", "the folder holds no files"
    return tmp_path / "absent.csv", "no such file or folder"


@pytest.mark.parametrize("kind", ["truncated", "damaged", "gzip", "floats", "empty folder", "absent"])
def test_inputs_that_cannot_be_read(rows, tmp_path, capsys, kind):
    """One line, exit 4, nothing left behind."""
    path, message = faulty(tmp_path, kind, rows)
    assert screen(tmp_path, path) == 4
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize("row", ["9,warfarin,more", "9", ",warfarin", "9,"])
def test_broken_rows(tmp_path, capsys, row):
    (tmp_path / "a.csv").write_text(f"person,drug\n1,warfarin\n1,aspirin\n{row}\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 4
    assert "--on-bad-row skip" in capsys.readouterr().err
    assert left(tmp_path) == []
    assert screen(tmp_path, tmp_path / "a.csv", "--on-bad-row", "skip") == 0
    assert sum(manifest(tmp_path)["counts"]["bad_rows"].values()) == 1
    assert len(told(tmp_path)) == 1


@pytest.mark.parametrize("more", [(), ("start", "end", "sex")])
def test_a_person_with_hundreds_of_drugs_is_a_bad_row(tmp_path, capsys, store, more):
    """An id like "unknown" that stands for many patients; the others' findings stay as they are."""
    names = [drug.id for drug in store.drugs() if drug.coverage != "name only"][:300]
    rows = [(1, "warfarin"), (1, "aspirin"), *((2, name) for name in names), (3, "aspirin"), (3, "warfarin")]
    days = {name: pa.array([20_000 + n for n in range(len(rows))], pa.int32()).cast(pa.date32()) for name in more[:1]}
    days |= {name: pa.array([20_900] * len(rows), pa.int32()).cast(pa.date32()) for name in more[1:2]}
    strata = {name: [str(person) for person, _ in rows] for name in more[2:]}
    parquet.write_table(table(rows, **days, **strata), tmp_path / "a.parquet")
    options = ("--stratum", "sex") if more else ()
    assert screen(tmp_path, tmp_path / "a.parquet", *options) == 4
    assert "a person with more than 200 different drugs" in capsys.readouterr().err
    assert screen(tmp_path, tmp_path / "a.parquet", "--on-bad-row", "skip", *options) == 0
    assert {row["person"] for row in told(tmp_path)} == {1, 3}
    assert manifest(tmp_path)["counts"]["persons"] == 2
    if more:
        assert {row["person"]: row["days"] for row in told(tmp_path)} == {1: 900, 3: 899 - 301}


def test_bad_rows_are_counted_once_when_the_table_is_read_again(tmp_path):
    """Unsorted rows and text ids each make it start anew."""
    (tmp_path / "a.csv").write_text("person,drug\nx,warfarin\n,aspirin\na,aspirin\nx,aspirin\n")
    assert screen(tmp_path, tmp_path / "a.csv", "--on-bad-row", "skip") == 0
    about = manifest(tmp_path)["counts"]
    assert (about["bad_rows"], about["rows"]) == ({"no person in the row": 1}, 4)
    assert {row["typed"]: row["rows"] for row in told(tmp_path, "names")} == {"aspirin": 2, "warfarin": 1}


USAGE = (("--start", "start"), ("--overlap", "0"), ("--memory", "0"), ("--threads", "-1"), ("--format", "xml"))


@pytest.mark.parametrize("options", USAGE)
def test_wrong_usage(tmp_path, options):
    (tmp_path / "a.csv").write_text("person,drug,start\n1,warfarin,2025-01-01\n")
    assert screen(tmp_path, tmp_path / "a.csv", *options) == 2
    assert left(tmp_path) == []


def test_no_rows_is_no_answer(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("person,drug\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 2
    assert "there are no rows in it" in capsys.readouterr().err


def test_the_output_must_be_a_folder(tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    (tmp_path / "a.csv").write_text("person,drug\n1,warfarin\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 2
    assert "expected a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_a_table_without_findings_is_written(tmp_path):
    (tmp_path / "a.csv").write_text("person,drug\n1,warfarin\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 0
    assert told(tmp_path) == []
    assert parquet.read_schema(tmp_path / "out/findings.parquet").names == [
        "person",
        "interaction",
        "severity",
        "drugs",
    ]


@pytest.mark.parametrize(
    ("package", "extra"), [("pyarrow", "screen"), ("numpy", "screen"), ("pyspark", "spark"), ("py4j", "spark")]
)
def test_the_extra_is_named_where_it_is_missing(tmp_path, package, extra):
    engine = "spark" if extra == "spark" else "local"
    code = f"import sys; sys.modules[{package!r}] = None; from medcheck.__main__ import main; "
    code += f"sys.exit(main(['screen', 'a.csv', '-o', 'out', '--engine', {engine!r}]))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path, timeout=60)
    assert answer.returncode == 2
    assert f"pip install 'medcheck-cli[{extra}]'".encode() in answer.stderr


def command(tmp_path, *arguments):
    return [sys.executable, "-m", "medcheck", "screen", *arguments, "-o", str(tmp_path / "out")]


def test_a_full_disk(rows, tmp_path):
    """The limit of a file's size stands for the end of the disk."""
    many = [(person + n * 10_000, name) for n in range(60) for person, name in rows]
    parquet.write_table(table(many), tmp_path / "a.parquet")
    answer = subprocess.run(
        command(tmp_path, str(tmp_path / "a.parquet"), "--format", "csv"),
        capture_output=True,
        check=False,
        timeout=120,
        env={},  # no measurement of coverage, whose own file would meet the limit
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert answer.returncode == 74, answer.stderr
    assert b"the answer could not be written" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_stopped_run_leaves_no_table(tmp_path, number, status):
    """It waits for more of stdin when it is stopped; an earlier answer in the folder stays whole."""
    (tmp_path / "a.csv").write_text("person,drug\n1,warfarin\n1,aspirin\n")
    assert screen(tmp_path, tmp_path / "a.csv") == 0
    before = {name: (tmp_path / "out" / name).read_bytes() for name in left(tmp_path)}
    with subprocess.Popen(command(tmp_path, "-"), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b"person,drug\n1,warfarin\n")
        process.stdin.flush()
        until = time.monotonic() + 60
        while not any(name.startswith(".screen-") for name in left(tmp_path)):
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(60) == status
        assert process.stderr.read() == b""
    after = {name: (tmp_path / "out" / name).read_bytes() for name in left(tmp_path) if not name.startswith(".screen-")}
    assert after == before
    if number == signal.SIGINT:
        assert not [name for name in left(tmp_path) if name.startswith(".")]


def test_ctrl_c_in_the_midst_of_the_work(rows, tmp_path):
    """All threads are at work and a table is half written; nothing of it is left, and nothing is said."""
    many = [(person + n * 10_000, name) for n in range(1500) for person, name in rows]
    parquet.write_table(table(many), tmp_path / "a.parquet")
    with subprocess.Popen(
        command(tmp_path, str(tmp_path / "a.parquet"), "--format", "csv"), stderr=subprocess.PIPE
    ) as process:
        until = time.monotonic() + 60
        while not any(path.stat().st_size for path in tmp_path.glob("out/.screen-*/findings.csv")):
            assert process.poll() is None, "it ended before it could be stopped"
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""
    assert left(tmp_path) == []


# --- progress


def test_progress_tells_rate_and_time_left():
    assert progress_line(3_000_000, 0.25, 2.0) == "3,000,000 rows, 1,500,000 a second, 25%, 6 s left"
    assert progress_line(0, 0.0, 0.0) == "0 rows, 0 a second, 0%, 0 s left"


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_told_now_and_then(capsys, monkeypatch, terminal):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    progress = Progress(1000, quiet=False)
    progress.tell(10, 100)
    assert capsys.readouterr().err == ""
    now[0] += 31
    progress.tell(20, 500)
    progress.end()
    shown = capsys.readouterr().err
    assert "20 rows, 1 a second, 50%, 31 s left" in shown
    assert ("\r" in shown) is terminal


def test_csv_output_can_be_read_back(rows, expected, tmp_path):
    parquet.write_table(table(rows), tmp_path / "a.parquet")
    assert screen(tmp_path, tmp_path / "a.parquet", "--format", "csv") == 0
    read = csv.read_csv(tmp_path / "out/findings.csv").to_pylist()
    assert {(row["person"], row["interaction"], row["drugs"]) for row in read} == expected
    assert left(tmp_path).count("findings.csv") == 1
