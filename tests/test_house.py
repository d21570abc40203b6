"""Local rules: labelled, checked like the data, never from outside their folder, never hiding what is worse."""

import json
import os
import shutil

import platformdirs
import pytest
from conftest import ROOT

from medcheck.__main__ import main
from medcheck.house import default_folder, open_book
from medcheck.intake import InputError
from medcheck.overlay import Overlay
from medcheck.report import examine

HOUSE = ROOT / "tests" / "house"
ENTRY = {
    "between": "[bezol, dorvin]", "severity": "major", "action": "avoid", "evidence": "suspected", "effect": "X.",
    "mechanism": "X.", "management": "X.", "onset": "rapid", "sources": "[{id: toy-study}]", "reviewed": "2026-01-01",
    "author": "A",
}  # fmt: skip


def record(name, **changes):
    fields = {**ENTRY, **changes}
    return f"{name}:\n" + "".join(f"  {field}: {value}\n" for field, value in fields.items() if value)


@pytest.fixture
def rules(tmp_path, toy_store):
    """Write files of rules and open them over the invented world."""

    def write(**files):
        folder = tmp_path / "rules"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text)
        return Overlay(str(folder), toy_store)

    return write


def told(book, *names):
    return {finding.interaction.id: finding.interaction.severity for finding in examine(names, book).findings}


def test_rules_add_raise_and_mute(toy_house):
    report = examine(["Haustropfen", "bezol", "dorvin", "Nachttrunk"], toy_house)
    assert [medicine.name for medicine in report.medicines] == ["aprone", "bezol", "dorvin", "house mixture"]
    severities = {finding.interaction.id: finding.interaction.severity for finding in report.findings}
    assert severities == {
        "blocker-opener": "contraindicated",
        "breaker-strong": "contraindicated",
        "house-dorvin": "major",
    }
    assert [finding.interaction.id for finding in report.muted] == ["sedating-twice"]
    assert report.pairs["no_entry"] == 0, "a muted finding is no absence of an entry"
    assert len(report.data["local"]) == 64


def test_a_muted_finding_neither_fails_nor_counts_as_worst(toy_house):
    report = examine(["aprone", "cetam"], toy_house)
    assert report.worst is None
    assert report.pairs["finding"] == 1


def test_lowering_says_what_it_was(rules):
    book = rules(changes="blocker-opener:\n  severity: moderate\n  reason: R\n  author: A\n  date: 2026-01-01\n")
    entry = book.interaction("blocker-opener")
    assert (entry.severity, entry.local["change"], entry.local["was"]) == ("moderate", "lowered", "contraindicated")
    assert book.interaction("breaker").local == {}


def test_a_local_entry_may_stand_for_broader_ones(rules):
    book = rules(interactions=record("ours", replaces="[breaker-strong]", severity="contraindicated"))
    assert told(book, "bezol", "dorvin") == {"ours": "contraindicated"}
    assert set(book.interaction("ours").replaces) == {"breaker-strong", "breaker"}


def test_a_local_drug_is_a_drug(toy_house, rules):
    assert {"house mixture"} <= {drug.id for drug in toy_house.drugs()}
    assert told(toy_house, "Nachttrunk", "Nachttrunk")["duplicate:house mixture"] == "moderate"
    assert [m.name for m in examine(["Nachttrnk"], toy_house).medicines] == ["house mixture"], (
        "spelling is corrected too"
    )
    assert "[local]" in examine(["Nachttrnk"], toy_house).medicines[0].note
    assert [meaning.shown for meaning in toy_house.names_of("house mixture")] == ["house mixture", "Nachttrunk"]
    assert [meaning.drug for meaning in toy_house.beginning("nacht", 1)] == ["house mixture"]
    assert "house-dorvin" in {entry.id for entry in toy_house.written()}
    assert "house-dorvin" in {entry.id for entry in toy_house.touching(["dorvin"])}
    assert toy_house.all_sources()["ward-protocol"]["local"]
    soup = rules(drugs="soup:\n  kind: food\n  codes: {rxcui: '42'}\n  is: [sedating]\n")
    assert "duplicate:soup" not in told(soup, "soup", "soup"), "twice a food is no double dose"
    assert soup.by_code("rxcui", "42") == ["soup"]
    product = rules(drugs="our product:\n  contains: [cetam, dorvin]\n")
    assert product.product(["dorvin", "cetam"]) == "our product"
    assert [i.id for i in product.drug("our product").ingredients] == ["cetam", "dorvin"]


CHANGE = "breaker:\n  severity: major\n  reason: R\n  author: A\n  date: 2026-01-01\n"
REFUSED = [
    ({"changes": CHANGE.replace("  reason: R\n", "")}, "reason: expected to be there"),
    ({"changes": CHANGE.replace("  author: A\n", "")}, "author: expected to be there"),
    ({"changes": CHANGE.replace("  reason: R\n", "  reason: ''\n")}, "reason: expected a text"),
    ({"changes": CHANGE.replace("major", "none")}, "severity: expected one of"),
    ({"changes": CHANGE.replace("major", "moderate")}, "it is moderate already"),
    ({"changes": CHANGE.replace("breaker", "no-such")}, "no such entry"),
    ({"changes": CHANGE + "  mute: true\n"}, "either severity or mute"),
    ({"changes": CHANGE + "  note: x\n"}, "no such field"),
    ({"changes": CHANGE + CHANGE}, "stands twice"),
    ({"changes": "- a\n"}, "expected a mapping"),
    ({"changes": "breaker: &x\n  mute: true\n"}, "anchors"),
    ({"interactions": record("ours", author="")}, "author: expected to be there"),
    ({"interactions": record("ours", severity="Majr")}, "severity: expected one of"),
    ({"interactions": record("ours", between="[bezol, nothing]")}, "no trait or drug 'nothing'"),
    ({"interactions": record("ours", sources="[{id: nowhere}]")}, "not in sources.yaml"),
    ({"interactions": record("ours", replaces="[nowhere]")}, "no entry 'nowhere'"),
    ({"interactions": record("breaker")}, "is an entry already"),
    ({"interactions": record("a", replaces="[b]") + record("b", replaces="[a]")}, "leads back to itself"),
    ({"interactions": record("ours", between="[bezol, dorvin, cetam]", severity="minor", replaces="[breaker]")},
     "fewer slots and is more severe"),
    ({"interactions": record("ours", between="[bezol, dorvin, cetam]", severity="moderate", replaces="[breaker]"),
      "changes": CHANGE}, "would be more severe; change both"),
    ({"interactions": record("ours", between="[bezol, dorvin, cetam]", severity="major", replaces="[breaker-strong]"),
      "changes": CHANGE.replace("major", "contraindicated")}, "stands for breaker, which would be more severe"),
    ({"drugs": "ours:\n  brands: [Samey]\nothers:\n  brands: [Samey]\n"}, "'Samey' already means ours"),
    ({"drugs": "ours:\n  brands: [S\u0430mey]\n"}, "is not Latin"),
    ({"drugs": "aprone:\n  is: [sedating]\n"}, "is known already"),
    ({"drugs": "aprone:\n  brands: [Bezonorm]\n"}, "already means bezol"),
    ({"drugs": "aprolux:\n  is: [sedating]\n"}, "already means aprone"),
    ({"drugs": "ours:\n  is: [nothing]\n"}, "no trait 'nothing'"),
    ({"drugs": "ours:\n  brands: [{name: X, markets: [US]}]\n"}, "expected plain names"),
    ({"sources": "toy-label:\n  kind: label\n  title: X\n"}, "in the registry already"),
    ({"interaction": "x: 1\n"}, "no such file of rules"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_faulty_rules_are_refused(files, said, rules):
    with pytest.raises(InputError, match=said):
        rules(**files)


def test_all_faults_are_told_at_once(rules):
    with pytest.raises(InputError) as caught:
        rules(changes=CHANGE.replace("  reason: R\n", ""), interactions=record("ours", author=""))
    assert str(caught.value).count("expected to be there") == 2


def test_links_and_special_files_are_refused(tmp_path, toy_store):
    outside = tmp_path / "outside.yaml"
    outside.write_text(CHANGE)
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "changes.yaml").symlink_to(outside)
    with pytest.raises(InputError, match="is a link"):
        Overlay(str(folder), toy_store)
    (folder / "changes.yaml").unlink()
    (folder / "changes.yaml").mkdir()
    with pytest.raises(InputError, match=r"changes\.yaml"):
        Overlay(str(folder), toy_store)
    (tmp_path / "linked").symlink_to(HOUSE)
    for wrong in ("linked", "outside.yaml", "nowhere"):
        with pytest.raises(InputError):
            Overlay(str(tmp_path / wrong), toy_store)


def test_a_pipe_is_not_waited_for(tmp_path, toy_store):
    os.mkfifo(tmp_path / "changes.yaml")
    with pytest.raises(InputError, match="plain file"):
        Overlay(str(tmp_path), toy_store)


def test_nothing_is_written(tmp_path, toy_store):
    folder = tmp_path / "rules"
    shutil.copytree(HOUSE, folder)
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    examine(["Haustropfen", "bezol"], Overlay(str(folder), toy_store))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_where_rules_are_looked_for(monkeypatch, tmp_path):
    for home in ("", str(tmp_path / "config")):
        monkeypatch.setenv("XDG_CONFIG_HOME", home)
        assert default_folder() == platformdirs.user_config_dir("medcheck", appauthor=False)
    monkeypatch.delenv("MEDCHECK_DATA", raising=False)
    assert open_book().fact("local") is None
    rules = tmp_path / "config" / "medcheck"
    rules.mkdir(parents=True)
    (rules / "drugs.yaml").write_text("naltrexone:\n  brands: [Haustropfen]\n")
    assert [m.name for m in examine(["Haustropfen"], open_book()).medicines] == ["naltrexone"]
    monkeypatch.setenv("MEDCHECK_DATA", "")
    assert open_book().fact("local") is None, "an empty variable means none"
    monkeypatch.setenv("MEDCHECK_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputError):
        open_book()


def test_the_command_takes_them(tmp_path, capsys, monkeypatch):
    (tmp_path / "changes.yaml").write_text(CHANGE.replace("breaker", "opioid-blocker-opioid").replace("major", "minor"))
    assert main(["naltrexone", "oxycodone", "--data", str(tmp_path), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    [changed] = [finding for finding in report["findings"] if finding["id"] == "opioid-blocker-opioid"]
    assert changed["local"]["was"] == "contraindicated"
    monkeypatch.setenv("MEDCHECK_DATA", str(tmp_path))
    main(["explain", "naltrexone", "oxycodone"])
    assert "[local]" in capsys.readouterr().out
    assert main(["naltrexone", "--data", str(tmp_path / "nowhere")]) == 4
    assert main(["--version"]) == 0
