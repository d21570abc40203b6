"""compare: what a changed list adds, takes away and leaves."""

import json

import pytest

from medcheck.__main__ import main
from medcheck.change import Change, compare, what_if, who
from medcheck.formats.changes import change_object, change_rows, summary
from medcheck.formats.layout import lay_out
from medcheck.report import examine

ROWS = [
    (["aprone"], ["aprone", "bezol"], "added", {"blocker-opener", "sedating-twice"}, 1, "a contraindicated pair"),
    (["aprone", "bezol"], ["aprone"], "removed", {"blocker-opener", "sedating-twice"}, 0, "stopping one takes it away"),
    (["aprone", "cetam"], ["aprone", "cetam", "Bezonorm"], "spread", {"sedating-twice"}, 1, "a shared effect reaches further"),
    (["aprone", "cetam", "bezol"], ["cetam", "bezol"], "eased", {"sedating-twice"}, 0, "a shared effect reaches less far"),
    (["cetam", "aprone"], ["aprone", "cetam"], "kept", {"sedating-twice"}, 0, "order does not matter"),
    (["aprone"], ["aprone", "emptine"], "added", set(), 3, "a drug known by name only is not checked"),
    (["aprone", "zzqxw"], ["aprone"], "added", set(), 3, "what was not checked before may have been taken away"),
    (["bezol"], ["bezol", "bezol"], "added", {"duplicate:bezol", "sedating-twice"}, 0, "taken twice"),
    (["bezol", "bezol"], ["bezol"], "removed", {"duplicate:bezol"}, 0, "no longer twice"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[-1] for row in ROWS])
def test_a_change(row, toy):
    before, after, field, wanted, status, _why = row
    change = compare(before, after, toy)
    found = {finding.interaction.id for finding in getattr(change, field)}
    assert found >= wanted - {"sedating-twice"} if "duplicate:bezol" in wanted else found == wanted
    assert change.status("major") == status


def test_reaching_further_fails_as_adding_does(toy):
    change = compare(["aprone", "cetam"], ["aprone", "cetam", "farin"], toy)
    assert not change.added
    assert [finding.interaction.id for finding in change.spread] == ["sedating-twice"]
    assert (change.status("minor"), change.status("moderate"), change.status("never")) == (1, 0, 0)


def test_every_finding_is_in_one_group(toy):
    lists = (["aprone", "cetam"], ["bezol", "cetam", "dorvin"], ["aprone", "bezol", "dorvin", "Bezocet"], ["cetam"])
    for before in lists:
        for after in lists:
            change = Change(examine(before, toy), examine(after, toy))
            told = [
                f.interaction.id for group in (change.added, change.spread, change.eased, change.kept) for f in group
            ]
            assert sorted(told) == sorted(f.interaction.id for f in change.after.findings)
            assert {f.interaction.id for f in change.removed}.isdisjoint(told)


def test_what_is_muted_or_without_entry_is_counted(toy_house):
    change = compare(["aprone"], ["aprone", "cetam", "dorvin"], toy_house)
    assert not change.added
    assert "1 finding muted by local rules" in summary(change)
    assert "1 pair afterwards with no entry, which does not mean safe" in summary(change)


def test_what_if_is_the_same_as_two_lists(toy):
    asked = what_if(["aprone", "cetam"], ["bezol"], ["Aprolux"], toy)
    written = compare(["aprone", "cetam"], ["cetam", "bezol"], toy)
    assert change_object(asked) == change_object(written)
    assert asked.medicines() == (["bezol"], ["aprone"])


def test_a_name_to_stop_that_is_not_in_the_list(toy):
    with pytest.raises(KeyError, match="dorvin"):
        what_if(["aprone"], [], ["dorvin"], toy)
    assert not what_if(["aprone"], [], ["zzqxw"], toy).complete


def test_who_is_told_by_names_and_not_by_positions(toy):
    one, two = (examine(names, toy).findings[0] for names in (["aprone", "bezol"], ["cetam", "bezol", "aprone"]))
    assert who(one) == who(two)


def test_snapshot(toy, snapshot):
    change = compare(["aprone", "cetam"], ["aprone", "Bezocet", "dorvin", "zzqxw"], toy)
    text = "".join(f"{a}{b}{d}".rstrip() + "\n" for a, b, _, d in lay_out(change_rows(change), 80))
    assert text == snapshot
    assert change_object(change) == snapshot


@pytest.fixture
def lists(tmp_path):
    (tmp_path / "before.txt").write_text("# at home\nnaltrexone\ngabapentin\n")
    (tmp_path / "after.txt").write_text("naltrexone\ngabapentin\noxycodone 5 mg\n")
    return str(tmp_path / "before.txt"), str(tmp_path / "after.txt")


COMMANDS = [
    (["{0}", "{1}"], 1, "CONTRAINDICATED"),
    (["{1}", "{0}"], 0, "Taken away"),
    (["{0}", "{0}"], 0, "same medicines"),
    (["{0}", "--add", "oxycodone"], 1, "naltrexone + oxycodone"),
    (["{0}", "--add", "oxycodone", "--stop", "naltrexone", "--fail-on", "contraindicated"], 0, "Stops"),
    (["{0}", "--add", "zzqxw"], 3, "NOT CHECKED"),
    (["{0}", "{1}", "--fail-on", "never"], 0, "Added"),
    (["{0}", "{1}", "--format", "markdown"], 1, "## Added"),
    (["{0}", "{1}", "--patient"], 1, "In short"),
    (["{0}", "--add", "oxycodone", "--format", "jsonl"], 1, "medcheck/compare/1"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), COMMANDS, ids=[" ".join(row[0]) for row in COMMANDS])
def test_the_command(arguments, status, said, lists, capsys):
    assert main(["compare", *(argument.format(*lists) for argument in arguments)]) == status
    out = capsys.readouterr().out
    assert said in out
    assert "This is not medical advice." in " ".join(out.split())


@pytest.mark.parametrize(
    "arguments", [["{0}"], ["{0}", "{1}", "--add", "aspirin"], ["{0}", "--stop", "warfarin"], ["{0}", "{1}", "{0}"]]
)
def test_wrong_usage(arguments, lists, capsys):
    assert main(["compare", *(argument.format(*lists) for argument in arguments)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_list_may_come_from_stdin(run, lists):
    answer = run("compare", "-", lists[1], "--format", "json", stdin=b"naltrexone\n")
    assert answer.returncode == 1
    assert json.loads(answer.stdout)["starts"] == ["gabapentin", "oxycodone"]
    assert run("compare", "/nonexistent", lists[1]).returncode == 4
