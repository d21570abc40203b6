"""explain: what matched and why, what was replaced, what nearly matched."""

import json

import pytest

from medcheck.__main__ import main
from medcheck.reasons import because, matches, nearly, replaced_by
from medcheck.report import examine

WHY = [
    ("bezol", "bezol", "opener", "listed as “opener”"),
    ("bezol", "bezol", "sedating", "listed as “opener”, which implies “sedating”"),
    ("bezol", "bezol", "bezol", "named in the entry itself"),
    ("Bezocet", "cetam", "sedating", "it contains cetam, which is listed as “sedating”"),
    ("opener", "opener", "opener", "the class that was typed"),
    ("opener", "opener", "sedating", "every opener is one"),
]


@pytest.mark.parametrize(("name", "ingredient", "slot", "said"), WHY, ids=[f"{row[0]} {row[2]}" for row in WHY])
def test_why_a_slot_is_filled(name, ingredient, slot, said, toy):
    [medicine] = examine([name], toy).medicines
    assert said in because(medicine, ingredient, slot, toy)


def test_what_matched_and_what_was_replaced(toy):
    report = examine(["bezol", "dorvin"], toy)
    broad, narrow = toy.interaction("breaker"), toy.interaction("breaker-strong")
    assert replaced_by(broad, [narrow, broad], report.medicines) == ["breaker-strong"]
    assert replaced_by(narrow, [narrow, broad], report.medicines) == []
    [stopper, broken] = matches(broad, report.medicines, toy)
    assert stopper.why == "is listed as “strong breaker stopper”, which implies “breaker stopper”"
    assert (broken.medicine.name, broken.slot) == ("bezol", "broken by breaker")


def test_what_nearly_matched_is_ordered_by_likeness(toy):
    near = nearly(examine(["dorvin", "cetam"], toy), toy)
    assert [(item.entry.id, item.missing) for item in near] == [
        ("breaker-strong", "broken by breaker"),
        ("breaker", "broken by breaker"),
    ]
    assert all(item.has.name == "dorvin" for item in near)
    assert nearly(examine(["emptine", "zzqxw"], toy), toy) == []


def test_likeness_comes_before_severity(toy):
    near = nearly(examine(["aprone", "farin", "dorvin"], toy), toy)
    assert [item.entry.id for item in near] == ["breaker-strong", "breaker", "blocker-opener"]
    assert [item.nearest for item in near] == ["breaker stopper", "breaker stopper", ""]


def test_only_who_holds_all_its_medicines_replaces(toy):
    report = examine(["farin", "bezol", "dorvin"], toy)
    broad, narrow = toy.interaction("breaker"), toy.interaction("breaker-strong")
    assert replaced_by(broad, [narrow, broad], report.medicines) == ["breaker-strong"]
    assert replaced_by(broad, [narrow, broad], examine(["farin", "bezol"], toy).medicines) == []


def test_what_is_there_is_not_missing(toy):
    """An entry that is told, or whose slots are all filled, did not nearly match."""
    assert "breaker-strong" not in {item.entry.id for item in nearly(examine(["bezol", "dorvin"], toy), toy)}


COMMANDS = [
    (
        ["clarithromycin", "simvastatin"],
        0,
        ["matched", "fills “strong CYP3A inhibitor”", "replaced", "written for this case"],
    ),
    (["naltrexone", "oxycodone", "zzqxw"], 3, ["which implies", "is no name"]),
    (["--why-not", "fluconazole", "ritonavir"], 0, ["nearly speak", "missing", "which does not mean safe"]),
    (["--why-not", "naltrexone", "zzqxw"], 3, ["is no name", "None."]),
    (["opioid-blocker-opioid"], 0, ["between", "source"]),
    (["lisinopril", "atorvastatin"], 0, ["--why-not"]),
]


@pytest.mark.parametrize(("arguments", "status", "said"), COMMANDS, ids=[" ".join(row[0]) for row in COMMANDS])
def test_the_command(arguments, status, said, capsys):
    assert main(["explain", *arguments]) == status
    out = " ".join(capsys.readouterr().out.split())
    for text in (*said, "This is not medical advice."):
        assert text in out


def test_other_lists_are_named_with_their_grade(capsys):
    """An entry says for which pairs of other lists it speaks, and the grade that they have there."""
    main(["explain", "acebutolol", "verapamil"])
    out = " ".join(capsys.readouterr().out.split())
    assert "graded critical: acebutolol + verapamil" in out
    main(["explain", "opioid-blocker-opioid", "--format", "json"])
    [entry] = json.loads(capsys.readouterr().out)["entries"]
    assert {pair["list"] for pair in entry["listed"]} <= {"ansm", "ndfrt_critical"}


def test_a_store_without_a_ledger_names_none(toy_store):
    from medcheck.ledger import listed

    assert listed(["breaker"], toy_store) == {"breaker": []}


def test_json_says_the_same(capsys):
    main(["explain", "clarithromycin", "simvastatin", "--format", "json"])
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert any(entry["replaced_by"] for entry in entries)
    assert all(entry["matched"] for entry in entries)
    main(["explain", "--why-not", "fluconazole", "ritonavir", "--format", "json"])
    near = json.loads(capsys.readouterr().out)["entries"]
    assert {"id", "severity", "between", "has", "missing", "nearest"} == near[0].keys()
