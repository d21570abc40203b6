"""Names as people type them: found, said to be corrected, or asked. Never silently wrong."""

import json
from pathlib import Path

import pytest

from medcheck.__main__ import main
from medcheck.line import parse
from medcheck.model import Medicine
from medcheck.names import MixedScriptError, fold
from medcheck.resolve import Resolver
from medcheck.spelling import Speller

TYPED = [line.split("\t") for line in (Path(__file__).parent / "names_typed.tsv").read_text().splitlines()[1:]]


@pytest.fixture(scope="module")
def resolver(store):
    return Resolver(store)


def told(found):
    """Return what was found as one text: ids, or `ask`."""
    return "; ".join(item.name if isinstance(item, Medicine) else "ask" for item in found)


def test_names_as_people_type_them(resolver):
    """names_typed.tsv: a text and the drug it means, or `ask`. None may be read as another drug; few may be asked."""
    wrong, asked = [], []
    for text, expected in TYPED:
        found = resolver.resolve(text)
        if told(found) != expected:
            (asked if told(found) == "ask" else wrong).append((text, expected, told(found)))
    assert not wrong
    assert len(asked) <= 0.01 * len(TYPED), asked


RESOLVED = [
    ("naltraxone", "naltrexone", "spelling"), ("gabapentn", "gabapentin", "spelling"), ("simvistatin", "simvastatin", "spelling"),
    ("NALTREXONE", "naltrexone", "name"), ("paracetamol", "acetaminophen", "synonym"), ("naltrexone hydrochloride", "naltrexone", "salt"),
    ("Revia", "naltrexone", "brand"), ("rxcui:7243", "naltrexone", "code"), ("unii: 5S6W795CQM", "naltrexone", "code"),
    ("atc:N07BB04", "naltrexone", "code"), ("SSRIs", "SSRI", "trait"), ("water pill", "diuretic", "trait"), ("insulin", "insulin", "trait"),
    ("Suboxone", "buprenorphine and naloxone", "brand"), ("hctz + lisinopril", "hydrochlorothiazide and lisinopril", "name"),
    ("hydrocodone-acetaminophen 5-325 mg tab", "acetaminophen and hydrocodone", "synonym"),
    ("1. Aspirin 81mg PO daily", "aspirin", "name"), ("apo-amlodipine", "amlodipine", "name"),
    ("Warfarin Sodium 5 MG Oral Tablet", "warfarin", "salt"), ("diltiazem 24hr CD", "diltiazem", "name"),
    ("ketoconazole 2% shampoo", "ketoconazole (topical)", "name"), ("Nizoral A-D", "ketoconazole (topical)", "brand"),
    ("timolol eye drops", "timolol (ophthalmic)", "name"), ("Flonase", "fluticasone (nasal)", "brand"),
    ("Tylenol 3", "acetaminophen and codeine", "brand"), ("Bactrim DS", "sulfamethoxazole and trimethoprim", "brand"),
    ("amlodipine_5_mg", "amlodipine", "name"), ("amlodipine besilate (Norvasc) 5mg", "amlodipine", "salt"),
    ("omeprazole Sandoz 20 mg", "omeprazole", "name"), ("Humulin 70/30 15 units BID", "insulin isophane (nph) and insulin regular (human)", "brand"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "drug", "match"), RESOLVED, ids=[row[0] for row in RESOLVED])
def test_how_a_name_was_matched(text, drug, match, resolver):
    [found] = resolver.resolve(text)
    assert (found.name, found.match) == (drug, match)


ASKED = [
    ("clonodine", "clonidine"), ("hydralizine", "hydralazine"), ("pred", "prednisone"), ("met", "metformin"),
    ("azor", "amlodipine and olmesartan"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "candidate"), ASKED, ids=[row[0] for row in ASKED])
def test_what_is_not_certain_is_asked(text, candidate, resolver):
    [found] = resolver.resolve(text)
    assert told([found]) == "ask"
    assert candidate in found.candidates


NO_NAMES = [
    ("allergic to penicillin", "not a medicine"), ("stopped aspirin", "not a medicine"), ("no known medications", "not a medicine"),
    ("none", "not a medicine"), ("twice daily", "not a medicine"), ("12345", "unknown"), ("-", "unknown"), ("???", "unknown"),
    ("rxcui:99999999", "unknown"), ("atc:Z99", "unknown"), ("zzqxw", "unknown"), ("x" * 400, "unknown"), ("(7)", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), NO_NAMES, ids=[row[0][:20] for row in NO_NAMES])
def test_what_is_no_name_is_said(text, reason, resolver):
    [found] = resolver.resolve(text)
    assert not isinstance(found, Medicine)
    assert found.reason == reason


SEVERAL = [
    ("warfarin and aspirin", "warfarin; aspirin"), ("aspirin, warfarin 5 mg, twice daily", "aspirin; warfarin"),
    ("metformin 1,000 mg; lisinopril", "metformin; lisinopril"), ("aspirin + zzqxw", "ask"), ("aspirin, zzqxw", "aspirin; ask"),
    ("warfarin/aspirin", "warfarin; aspirin"), ("AMLODIPINE BENAZEPRIL 5-20 MG", "amlodipine and benazepril"),
    ("iron folic acid", "folic acid and iron"), ("abacavir lamivudine dolutegravir", "abacavir, dolutegravir and lamivudine"),
    ("calcium vit d 600 mg twice daily", "calcium; cholecalciferol"), ("Lipitor calcium", "atorvastatin"),
    ("vitamin d calcium", "cholecalciferol; calcium"), ("dextrose potassium", "glucose; potassium"),
    ("elexacaftor tezacaftor and ivacaftor", "elexacaftor, ivacaftor and tezacaftor"), ("warfarin w/ aspirin", "warfarin; aspirin"), ("metformin (with pioglitazone)", "metformin and pioglitazone"),
    ("amlodipin und ramipril", "amlodipine and ramipril"), ("aspirin 100 mg then warfarin", "aspirin; warfarin"),
    ("prednisone 40 mg daily then 20 mg", "prednisone"), ("vitamin e", "vitamin e"),
    ("amoxicillin clavulanate potassium", "amoxicillin and clavulanate"), ("ginger tea", "ginger"), ("warfarin zzqxw", "ask"),
    ("2 tablets of ibuprofen and omeprazole 20 mg", "ibuprofen; omeprazole"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_joined_names(text, expected, resolver):
    assert told(resolver.resolve(text)) == expected


def test_separate_words_of_one_name_are_joined(resolver):
    assert told(resolver.resolve_all(["st", "johns", "wort", "sertraline"])) == "st. john's wort; sertraline"
    assert told(resolver.resolve_all(["amlodipine", "benazepril"])) == "amlodipine; benazepril"
    assert told(resolver.resolve_all(["wаrfarin", "x"])) == "ask; ask"


def test_an_atc_class_code_is_a_class_of_its_drugs(resolver, check, capsys):
    [found] = resolver.resolve("atc:C10AA")
    assert (found.match, found.drug) == ("code", None)
    assert {"simvastatin", "pravastatin"} <= set(found.members)
    assert "a class of" in found.note
    assert any("statin" in ingredient.traits for ingredient in found.ingredients)
    assert check("atc:C10AA", "gemfibrozil").findings
    main(["info", "atc:C10AA"])
    assert "simvastatin" in capsys.readouterr().out
    [found] = resolver.resolve("atc:N")
    assert found.reason == "ambiguous"


def test_the_distance_of_a_correction_is_told(resolver):
    assert [resolver.resolve(name)[0].distance for name in ("naltraxone", "naltrexone")] == [1, 0]


def test_strict_accepts_no_correction(store):
    [found] = Resolver(store, strict=True).resolve("naltraxone")
    assert (found.reason, found.candidates[0]) == ("spelling", "naltrexone")


def test_a_market_decides_an_ambiguous_brand(store, monkeypatch, capsys):
    assert told(Resolver(store, market="us").resolve("azor")) == "amlodipine and olmesartan"
    assert told(Resolver(store, market="DE").resolve("azor")) == "ask"
    monkeypatch.setenv("MEDCHECK_MARKET", "US")
    main(["azor", "aspirin", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["medicines"][0]["drug"] == "amlodipine and olmesartan"


def test_an_exact_name_is_final(resolver):
    for name, drug in (("celexa", "citalopram"), ("celebrex", "celecoxib"), ("cerebyx", "fosphenytoin")):
        [found] = resolver.resolve(name)
        assert (found.name, found.match) == (drug, "brand")


def test_a_correction_is_announced_in_every_format(capsys):
    main(["naltraxone", "gabapentin"])
    assert "pelling corrected to naltrexone" in capsys.readouterr().out
    main(["naltraxone", "gabapentin", "--format", "json"])
    medicine = json.loads(capsys.readouterr().out)["medicines"][0]
    assert (medicine["match"], medicine["note"]) == ("spelling", "spelling corrected to naltrexone")


def test_a_local_form_is_pointed_at(resolver):
    [found] = resolver.resolve("ketoconazole")
    assert "ketoconazole (topical)" in found.note


def test_what_is_read_off_is_kept(store):
    line = parse("- Gabapentin 300 mg (Neurontin) oral cap TID for pain", store.fact("words"))
    assert line.names[0] == "Gabapentin"
    assert line.details == {"strength": "300 mg", "form": "capsule", "route": "oral", "frequency": "three times a day"}
    assert parse("fentanyl 25 mcg/hr q72h", store.fact("words")).details["frequency"] == "q72h"
    assert parse("(warfarin)", store.fact("words")).names == ("warfarin",)


def test_fold():
    assert fold("St. John's Wort") == fold("ST JOHNS-WORT") == "stjohnswort"
    assert fold("Lévothyrox") == "levothyrox"
    assert fold("β-carotene") == "betacarotene"
    with pytest.raises(MixedScriptError, match="Cyrillic"):
        fold("wаrfarin")


def test_a_guess_says_why_not(store):
    assert Speller(store).guess("hydralizine").reason == "look-alike"
    assert Speller(store).guess("qqqqqqqqqqqq").reason == "unknown"
    assert Speller(store, "US").guess("naltraxone").found.drug == "naltrexone"


FORMATS = ["text", "json", "jsonl", "tsv"]


@pytest.mark.parametrize("form", FORMATS)
def test_resolve_command(form, capsys):
    status = main(["resolve", "Revia 50 mg", "Percocet", "zzqxw", "--format", form])
    shown = capsys.readouterr().out
    assert status == 3
    assert "naltrexone" in shown
    if form == "tsv":
        header, *rows = [line.split("\t") for line in shown.splitlines()]
        assert {len(row) for row in rows} == {len(header)}
    if form == "jsonl":
        assert [json.loads(line)["resolved"] for line in shown.splitlines()] == [True, True, False]


def test_resolve_streams_a_column(run):
    answer = run("resolve", "-", "--format", "jsonl", stdin=b"Revia\nzzqxw\nwarfarin and aspirin\n")
    assert [json.loads(line).get("drug") for line in answer.stdout.splitlines()] == [
        "naltrexone",
        None,
        "warfarin",
        "aspirin",
    ]
