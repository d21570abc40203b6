"""info and side-effects: what people ask first of a medicine."""

import json

import pytest

from medcheck.__main__ import main
from medcheck.cards import open_cards


@pytest.fixture
def ask(capsys):
    """Run a command; return its status and its answer on one line."""

    def run(*arguments):
        status = main(list(arguments))
        return status, " ".join(capsys.readouterr().out.split())

    return run


def test_side_effects_of_one_drug_by_part_of_the_body(ask):
    status, answer = ask("side-effects", "naltrexone")
    assert status == 0
    for wanted in ("Common", "Serious", "stomach and gut", "nausea", "liver injury", "suicidal thoughts"):
        assert wanted in answer


def test_shared_side_effects_come_first(ask):
    _, answer = ask("side-effects", "naltrexone", "gabapentin")
    assert answer.index("Shared") < answer.index("naltrexone Common")
    assert "dizziness: both" in answer


def test_a_product_has_the_side_effects_of_its_parts(ask):
    _, answer = ask("side-effects", "Contrave", "--format", "json")
    terms = {effect["term"] for effect in json.loads(answer)["side_effects"]["bupropion and naltrexone"]}
    assert {"seizures", "liver injury"} <= terms


@pytest.mark.parametrize("typed", ["dizziness", "dizzy", "feeling dizzy", "I feel dizzy", "Dizzyness"])
def test_find_reads_symptoms_as_people_say_them(typed, ask):
    status, answer = ask("side-effects", "naltrexone", "gabapentin", "metformin", "--find", typed)
    assert status == 0
    assert answer.startswith("dizziness")
    assert "naltrexone: can cause it" in answer
    assert "metformin: not among" in answer
    assert "gabapentin together (minor)" in answer or "naltrexone + gabapentin together" in answer


def test_a_corrected_symptom_is_announced(ask):
    _, answer = ask("side-effects", "naltrexone", "--find", "dizzines")
    assert "“dizzines” was read as “dizziness”" in answer
    _, answer = ask("side-effects", "naltrexone", "--find", "dizzines", "--format", "json")
    assert json.loads(answer)["read_as"]


def test_find_without_drugs_lists_who_can_cause_it(ask):
    status, answer = ask("side-effects", "--find", "somnolence")
    assert status == 0
    assert answer.startswith("drowsiness")
    assert "gabapentin" in answer
    _, answer = ask("side-effects", "--find", "somnolence", "--format", "json")
    assert {"drug", "term", "kind", "frequency", "system"} == json.loads(answer)["can_cause"][0].keys()


def test_what_is_not_known_is_said(ask, capsys):
    assert main(["side-effects", "naltrexone", "--find", "qqqqqqqq"]) == 2
    assert "no side effect of the vocabulary" in capsys.readouterr().err
    assert main(["side-effects"]) == 2
    assert "no names" in capsys.readouterr().err
    status, answer = ask("side-effects", "zzqxw", "naltrexone")
    assert status == 3
    assert "is no name" in answer
    _, answer = ask("side-effects", "abarelix", "naltrexone", "--find", "nausea")
    assert "has no card of it yet" in answer


@pytest.mark.parametrize(("section", "wanted", "unwanted"), [
    ("uses", "alcohol dependence", "nausea"), ("side-effects", "nausea", "Storage"), ("questions", "alcohol", "nausea"),
    ("daily", "Missed dose", "nausea"), ("names", "Vivitrol", "nausea"), ("warnings", "habit-forming", "nausea"),
])  # fmt: skip
def test_a_section_alone(section, wanted, unwanted, ask):
    _, answer = ask("info", "naltrexone", "--section", section)
    assert wanted in answer
    assert unwanted not in answer
    _, answer = ask("info", "naltrexone", "--section", section, "--format", "json")
    assert json.loads(answer)["drugs"][0]["card"].keys() - {"sources", "reviewed"} is not None


def test_a_card_as_markdown(ask):
    _, answer = ask("info", "naltrexone", "--format", "markdown")
    assert "## naltrexone" in answer
    assert "- **For** alcohol dependence" in answer
    assert "### Can I drink alcohol" in answer
    _, answer = ask("side-effects", "naltrexone", "--format", "markdown")
    assert "- **stomach and gut**" in answer


MUST_SAY = {
    "naltrexone": ["does not block drunkenness", "tolerance is lost", "without tapering", "never double", "Not habit-forming",
                   "liver tests", "suicidal thoughts", "severe allergic reaction", "How sure", "naloxone challenge"],
    "gabapentin": ["shingles", "seizures", "kidney", "suicidal thoughts", "breath"],
    "gabapentin enacarbil": ["restless legs"],
    "oxycodone": ["breath"],
    "warfarin": ["INR"],
}  # fmt: skip


@pytest.mark.parametrize("drug", MUST_SAY)
def test_a_card_says_what_it_must(drug, ask):
    _, answer = ask("info", drug)
    for wanted in MUST_SAY[drug]:
        assert wanted.casefold() in answer.casefold(), wanted


def test_synonyms_lead_to_one_term():
    cards = open_cards()
    for text in ("somnolence", "sleepiness", "drowsy"):
        assert cards.term(text)[0] == "drowsiness"
    assert "somnolence" in cards.names("drowsiness")
    assert cards.term("") == ("", "")


def test_the_most_used_drugs_have_cards(store):
    cards = open_cards()
    used = [drug.id for drug in store.drugs() if 0 < store.rank(drug.id) <= 400]
    without = [name for name in used if not cards.card(name).get("uses")]
    assert len(without) <= 0.03 * len(used), without
