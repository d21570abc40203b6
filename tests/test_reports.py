"""What reports look like in every format, over an invented world that stays the same. Renew: pytest --snapshot-update."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from medcheck import __version__
from medcheck.clean import cell, clean, escape_markdown
from medcheck.formats import begin, writer
from medcheck.formats.csv import COLUMNS
from medcheck.formats.matrix import MARKS, matrix_of, state_of
from medcheck.options import DETAILS, FORMATS, Options
from medcheck.report import DISCLAIMER, examine

LISTS = {
    "all states": ["Aprolux 5 mg tab", "bezol", "cetam", "dorvin", "emptine", "zzqxw"],
    "a product": ["Bezocet", "dorvin"],
    "a class": ["opener", "aprone"],
    "one name": ["aprone"],
    "nothing known": ["zzqxw"],
}
HOSTILE = [
    "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "[x](javascript:alert(1))", "\x1b[31mred", "a\u202eb",
    "+1+1", "-2+3", "@SUM(1)", "\uff1dcmd", "x;=1+1", "</style><script>alert(1)</script>", "| a | b |", "https://evil.example",
    "'\"=1", "{{ 7*7 }}", "# heading", "a\r\nb",
]  # fmt: skip


@pytest.fixture
def written(toy):
    def write(names, form, line=None, book=toy, **options):
        stream = io.StringIO()
        report = examine(names, book, min_severity=options.get("min_severity", "minor"))
        writer(form)(report, stream, Options(names, **options), line)
        return stream.getvalue().replace(__version__, "VERSION")

    return write


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("form", FORMATS)
def test_snapshot(names, form, written, snapshot):
    assert written(names, form) == snapshot


@pytest.mark.parametrize("detail", ["brief", "full"])
def test_detail_snapshot(detail, written, snapshot):
    assert written(LISTS["all states"], "text", detail=detail) == snapshot


@pytest.mark.parametrize("form", FORMATS)
def test_local_rules_snapshot(form, written, toy_house, snapshot):
    assert written(["Haustropfen", "bezol", "dorvin", "Nachttrunk"], form, book=toy_house) == snapshot


@pytest.mark.parametrize("form", FORMATS)
def test_local_rules_are_labelled_and_muted_ones_counted(form, written, toy_house):
    answer = written(["Haustropfen", "bezol", "dorvin", "Nachttrunk"], form, book=toy_house)
    assert answer.lower().count("local") >= 4
    assert "A. Pharmacist" in answer
    assert "It is told on every leaflet here." in answer
    assert "sedating-twice" in answer


def test_more_detail_says_more(written):
    sizes = [len(written(LISTS["all states"], "text", detail=detail)) for detail in DETAILS]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3
    assert "PMID 1234567" in written(LISTS["all states"], "text", detail="full")
    assert "not yet checked against the source" in written(LISTS["all states"], "text", detail="brief")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert_everywhere(form, name, written):
    answer = written([name, "aprone"], form)
    assert "\x1b" not in answer
    assert "\u202e" not in answer
    assert "<img" not in answer or form in ("text", "csv", "tsv", "json", "jsonl")
    assert "<script" not in answer or form in ("text", "csv", "tsv", "json", "jsonl")


# --- the matrix


def test_fifteen_medicines_fit_eighty_columns(check):
    names = ["warfarin", "aspirin", "naltrexone", "oxycodone", "gabapentin", "lisinopril", "furosemide", "ibuprofen",
             "simvastatin", "clarithromycin", "sertraline", "tramadol", "digoxin", "amiodarone",
             "dextroamphetamine saccharate, amphetamine aspartate, dextroamphetamine sulfate and amphetamine sulfate"]  # fmt: skip
    stream = io.StringIO()
    writer("text")(check(*names[:14], "hydrochlorothiazide"), stream, Options(names), None)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    start = next(number for number, line in enumerate(lines) if line.startswith("Who with whom"))
    assert re.sub(r"[^\d ]", "", lines[start].removeprefix("Who with whom")).split() == [str(n) for n in range(1, 15)]
    assert len(lines[start + 15].split()[2:]) == 14


@pytest.mark.parametrize("count", [2, 16])
def test_no_matrix_for_two_or_for_too_many(count, toy):
    assert matrix_of(examine(["aprone"] * count, toy)) is None


def test_every_state_has_its_own_mark(toy):
    report = examine(LISTS["all states"], toy)
    matrix = matrix_of(report)
    assert {matrix.states[pair] for pair in matrix.states} >= {"contraindicated", "major", "minor", "reviewed none",
                                                               "no entry", "not checked"}  # fmt: skip
    assert len(set(MARKS.values())) == len(MARKS)
    assert all(state_of(report, 4, n) == "not checked" for n in (5,))


def test_the_matrix_counts_what_the_report_counts(toy):
    """Every pair of the matrix is in the state that the report counts it in."""
    report = examine(LISTS["all states"], toy)
    states = list(matrix_of(report).states.values())
    found = {"finding": 0, "reviewed_none": 0, "no_entry": 0, "not_checked": 0}
    for state in states:
        found[state.replace(" ", "_") if state.replace(" ", "_") in found else "finding"] += 1
    assert {**found, "total": len(states)} == report.pairs


def test_a_hidden_finding_is_not_shown_as_no_entry(written):
    answer = written(LISTS["all states"], "text", min_severity="contraindicated")
    assert "▲" in answer
    assert "hidden by --min-severity" in answer


def test_the_page_lists_the_sources_of_what_it_shows(written):
    """A document of a hidden finding would stand there without anything that links to it."""
    for names in (LISTS["all states"], LISTS["a product"]):
        for least in ("minor", "major", "contraindicated"):
            page = written(names, "html", min_severity=least)
            linked = set(re.findall(r'href="#(source-[^"]+)"', page))
            assert set(re.findall(r'id="(source-[^"]+)"', page)) == linked


def test_a_list_too_long_for_a_matrix_says_so(written):
    """Names that were not resolved count as well."""
    answer = written([*["aprone", "bezol"] * 7, "zzqxw", "zzqxv"], "text")
    assert "No matrix is drawn" in answer


def test_a_narrow_terminal_gets_no_broken_matrix(toy):
    class Narrow(io.StringIO):
        columns = 50

    stream = Narrow()
    writer("text")(examine(LISTS["all states"], toy), stream, Options([]), None)
    assert "Who with whom" not in stream.getvalue()
    assert max(map(len, stream.getvalue().splitlines())) <= 50


# --- tables


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_csv_has_its_columns_and_both_tables_say_the_same(names, written):
    rows = list(csv.DictReader(io.StringIO(written(names, "csv"))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[-1]["row"] == "notice"
    assert rows[-1]["effect"] == DISCLAIMER
    assert [list(row.values()) for row in rows] == [line.split("\t") for line in written(names, "tsv").splitlines()[1:]]
    assert {row["row"] for row in rows} <= {"finding", "reviewed none", "no entry", "not checked", "notice"}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula(name, written):
    for row in csv.reader(io.StringIO(written([name, "aprone"], "csv"))):
        for value in row:
            for part in value.split(";"):
                assert not re.match(r"[\"'\s]*[=+\-@＝＋－＠]", part) or re.match(r"[\"\s']*'", part), value


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1", "'=1"), ("a;=1", "a;'=1"), (" +1", " '+1"), ("＠x", "'＠x"), ("5-HT", "5-HT"), ("a\tb\n=1", "a b =1")],
)
def test_cells_are_neutralised(text, safe):
    assert cell(text) == safe


def test_many_lists_share_one_head(written):
    stream = io.StringIO()
    begin("csv", stream)
    begin("text", stream)
    begin("jsonl", stream)
    assert stream.getvalue() == ",".join(COLUMNS) + "\n"
    assert written(["aprone"], "csv", line=4).startswith("4,notice")
    assert written(["aprone"], "tsv", line=4).startswith("4\tnotice")


# --- Markdown and HTML


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_keeps_names_as_text(name):
    shown = escape_markdown(clean(name))
    assert not re.search(r"(?<!\\)[\[\]|*_`]|[<>]", shown)
    assert "://" not in shown


class Page(HTMLParser):
    """Collects what the tests ask of the page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets, self.scopes, self.labels = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.tags.append(tag)
        self.ids += [held["id"]] if "id" in held else []
        self.targets += [held["href"][1:]] if held.get("href", "").startswith("#") else []
        self.scopes += [held.get("scope")] if tag == "th" else []
        self.labels += [held["aria-labelledby"]] if "aria-labelledby" in held else []
        assert not any(name.startswith("on") or name in ("src", "style") for name in held), held


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_the_page_is_sound(names, written, toy_house):
    for book in ({}, {"book": toy_house}):
        text = written(names, "html", **book)
        page = Page(text)
        assert not {"script", "img", "link", "iframe", "object", "form"} & set(page.tags)
        assert {"header", "nav", "main", "footer", "h1"} <= set(page.tags)
        assert len(page.ids) == len(set(page.ids))
        assert set(page.targets) | set(page.labels) <= set(page.ids)
        assert all(scope in ("col", "row") for scope in page.scopes)
        assert "default-src 'none'" in text
        assert DISCLAIMER in text


def test_the_page_links_to_what_the_registry_has(written):
    page = written(["bezol", "dorvin"], "html")
    for address in (
        "https://pubmed.ncbi.nlm.nih.gov/1234567/",
        "https://doi.org/10.1000/toy",
        "https://example.org/guideline",
    ):
        assert f'href="{address}"' in page
    assert "Prescribing information &lt;of the toy&gt;" in page


def test_the_page_can_speak_to_patients(written):
    assert "One of these switches the other off." in written(["aprone", "bezol"], "html", patient=True)
    assert "One of these switches the other off." not in written(["aprone", "bezol"], "html")
