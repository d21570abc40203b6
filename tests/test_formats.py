"""What the formats write: snapshots, and what every answer must carry. Renew with `pytest --snapshot-update`, then read the diff."""

import io
import json
import re

import pytest

from medcheck.cards import open_cards
from medcheck.formats import writer
from medcheck.formats.card import card_rows
from medcheck.formats.layout import Row, lay_out, write_rows
from medcheck.options import FORMATS, Options
from medcheck.report import DISCLAIMER, STATES

LISTS = {
    "flagship": ["Revia", "Neurontin"],
    "contraindicated and asked": ["naltrexone", "oxycodone", "clonodine"],
    "roles": ["clarithromycin", "simvastatin"],
    "one name": ["naltrexone"],
    "a class": ["SSRI", "tramadol"],
    "hours apart": ["levothyroxine", "calcium carbonate"],
    "a product": ["Percocet", "Tylenol"],
    "nothing known": ["zzqxw"],
}


@pytest.fixture
def written(check):
    def write(names, form, line=None, **options):
        stream = io.StringIO()
        report = check(*names, min_severity=options.get("min_severity", "minor"))
        writer(form)(report, stream, Options(names, **options), line)
        return re.sub(
            r'data [\d.]+ \([0-9a-f]{12}\)|"version": "[^"]+"|"sha256": "[0-9a-f]{64}"', "DATA", stream.getvalue()
        )

    return write


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS.keys())
@pytest.mark.parametrize("form", ["text", "json"])
def test_snapshot(names, form, written, snapshot):
    assert written(names, form) == snapshot


def test_patient_words_snapshot(written, snapshot):
    assert written(["naltrexone", "oxycodone"], "text", patient=True) == snapshot


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS.keys())
def test_every_answer_carries_disclaimer_and_versions(form, names, written):
    answer = " ".join(written(names, form).split())
    assert "This is not medical advice." in answer
    assert "DATA" in answer
    assert "0.1.0" in answer


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS.keys())
def test_no_answer_says_safe(names, written):
    for form in FORMATS:
        answer = written(names, form).replace("does not mean safe", "")
        assert not re.search(r"\b(is safe|are safe|OK\b|no interactions?\b)", answer, re.IGNORECASE)


def test_the_flagship_fits_a_screen_and_says_what_it_must(written):
    answer = " ".join(written(["naltrexone", "gabapentin"], "text").split())
    for wanted in ("opioid", "alcohol dependence", "Drowsiness, dizziness and fatigue", "MINOR", "(monitor)", "theoretical",
                   "No pharmacokinetic interaction is expected", "heavy drinking", "suicidal thoughts"):  # fmt: skip
        assert wanted in answer, wanted
    assert "CONTRAINDICATED" not in answer


def test_json_has_the_shape_of_the_contract(written):
    report = json.loads(
        written(["Revia 50 mg tab", "zzqxw", "gabapentin"], "json")
        .replace("DATA", '"x": 1', 1)
        .replace("DATA", '"y": 2', 1)
    )
    keys = ["schema", "medcheck", "data", "complete", "worst", "medicines", "not_checked", "findings", "reviewed_none", "pairs",
            "hidden", "disclaimer"]  # fmt: skip
    assert list(report) == keys
    assert report["schema"] == "medcheck/report/1"
    assert {"index", "typed", "drug", "trait", "match", "contains", "codes", "coverage", "strength", "form", "route",
            "frequency"} <= report["medicines"][0].keys()  # fmt: skip
    assert report["medicines"][0]["strength"] == "50 mg"
    assert report["not_checked"] == [{"typed": "zzqxw", "reason": "unknown", "candidates": [], "detail": None}]
    finding = report["findings"][0]
    assert finding["medicines"][0]["as"] == ["can cause drowsiness"]
    assert finding["verified"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", finding["verified"])
    assert report["pairs"] == {"total": 3, "finding": 1, "reviewed_none": 0, "no_entry": 0, "not_checked": 2}
    assert report["disclaimer"] == DISCLAIMER


def test_jsonl_is_json_on_one_line(written):
    assert json.loads(written(["aspirin"], "jsonl", line=3).replace("DATA, DATA", '"x": 1'))["line"] == 3


def test_counts_say_every_state(written):
    answer = " ".join(
        written(
            ["naltrexone", "oxycodone", "gabapentin", "zzqxw", "lisinopril", "atorvastatin"],
            "text",
            min_severity="contraindicated",
        ).split()
    )
    assert "hidden by --min-severity" in answer
    assert "no entry, which does not mean safe" in answer
    assert "NOT CHECKED" in answer
    assert len(STATES) == 4


def test_a_list_is_headed_by_its_line(written):
    assert written(["aspirin"], "text", line=7).startswith("List 7")


def test_long_texts_are_wrapped_under_their_label():
    row = Row("word " * 40, label="label", indent=2, hang=10)
    lines = ["".join(parts) for parts in lay_out([row], 50)]
    assert len(lines) > 1
    assert all(len(line) <= 50 for line in lines)
    assert all(line.startswith(" " * 12) for line in lines[1:])


def test_a_narrow_stream_is_still_written():
    stream = io.StringIO()
    write_rows([Row("x" * 200), Row()], stream, "never")
    assert stream.getvalue().endswith("\n\n")


def test_every_card_is_written(store):
    """Each card can be shown, and says how sure it is."""
    cards = open_cards()
    seen = 0
    for drug in store.drugs():
        if card := cards.card(drug.id):
            text = " ".join(row.text for row in card_rows(drug, card, store))
            assert "traits" in text
            seen += 1
    assert seen >= 2


COMMANDS = [
    (["info", "naltrexone"], ["liver", "opioid"]),
    (["info", "Percocet"], ["Contains", "oxycodone", "acetaminophen"]),
    (["info", "SSRI"], ["A class of drugs"]),
    (["info", "naltraxone", "zzqxw"], ["pelling corrected", "is no name"]),
    (["info", "ketoconazole"], ["Local forms"]),
    (["side-effects", "naltrexone", "gabapentin"], ["Shared", "dizziness", "both"]),
    (["side-effects", "Contrave"], ["nausea"]),
    (["side-effects", "naltrexone", "gabapentin", "--find", "dizzi"], ["dizziness"]),
    (["explain", "clarithromycin", "simvastatin"], ["stands for", "source", "strong CYP3A inhibitor"]),
    (["explain", "lisinopril", "atorvastatin"], ["does not mean safe"]),
    (["explain", "naltrexone", "zzqxw"], ["is no name"]),
    (["explain", "duplicate:abarelix"], ["same active ingredient"]),
    (["list", "traits", "--trait", "NSAID"], ["COX-2 inhibitor"]),
    (["list", "interactions", "--trait", "maintenance opioid blocker"], ["opioid-blocker-opioid"]),
    (["list", "sources"], ["fda-label"]),
    (["data", "path"], ["store"]),
]


@pytest.mark.parametrize(("arguments", "wanted"), COMMANDS, ids=[" ".join(arguments) for arguments, _ in COMMANDS])
def test_commands_answer(arguments, wanted, capsys):
    from medcheck.__main__ import main

    main(arguments)
    shown = " ".join(capsys.readouterr().out.split())
    for text in wanted:
        assert text in shown


@pytest.mark.parametrize(
    "command",
    [["info", "naltrexone"], ["side-effects", "naltrexone", "gabapentin"], ["explain", "warfarin", "aspirin"]],
)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_commands_answer_in_json(command, form, capsys):
    from medcheck.__main__ import main

    main([*command, "--format", form])
    answer = json.loads(capsys.readouterr().out)
    assert answer["disclaimer"] == DISCLAIMER
    assert answer["data"]["sha256"]
