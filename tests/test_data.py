"""The data are sound, and every check on them bites: each has a bad example."""

import copy
from datetime import date

import pytest
import yaml
from conftest import ROOT

from medcheck import lint
from medcheck.book import Book
from medcheck.build import compile_store
from medcheck.compendium import open_store
from medcheck.source import DataError, read_yaml

ENTRY = {
    "between": ["blocker", "opener"], "severity": "major", "action": "avoid", "evidence": "established", "effect": "Bad.",
    "mechanism": "Not known.", "management": "Stop.", "onset": "rapid", "patient": "Do not.",
    "sources": [{"id": "label"}], "reviewed": "2026-11-01",
}  # fmt: skip
GOOD = {
    "drugs": {
        "alpha": {"brands": ["Alphex"], "is": ["blocker"], "codes": {"rxcui": "1", "atc": ["A01AA01"]}, "reviewed": "2026-11-01"},
        "beta": {"synonyms": ["betum"], "is": ["opener"]},
        "gamma": {"is": ["strong opener"]},
        "alpha and beta": {"contains": ["alpha", "beta"], "brands": ["Both"]},
    },
    "traits": {
        "blocker": {"means": "Blocks.", "sources": ["label"]},
        "opener": {"means": "Opens.", "sources": ["label"]},
        "strong opener": {"is": ["opener"], "means": "Opens wide.", "sources": ["label"]},
    },
    "interactions": {
        "blocker-opener": ENTRY,
        "alpha-gamma": {**ENTRY, "between": ["alpha", "gamma"], "replaces": ["blocker-opener"]},
    },
    "cards": {"alpha": {"uses": ["pain"], "common": ["nausea"], "sources": [{"id": "label"}], "reviewed": "2026-11-01"}},
    "side_effects": {"nausea": {"system": "stomach and gut"}},
    "sources": {"label": {"kind": "label", "title": "Label of alpha"}},
    "words": {**{name: {} for name in ("forms", "routes", "frequencies", "local", "same")},
              **{name: [] for name in ("dropped", "stops", "not_taken", "makers", "salts")}},
    "lookalikes": [["alpha", "gamma"]],
}  # fmt: skip


class Plain(yaml.SafeDumper):
    """Writes shared values out, because anchors are refused."""

    def ignore_aliases(self, _data):
        return True


@pytest.fixture
def write(tmp_path):
    """Write a world as YAML files, changed by `change`."""

    def written(change=lambda _world: None):
        world = copy.deepcopy(GOOD)
        change(world)
        for name, content in world.items():
            (tmp_path / f"{name}.yaml").write_text(yaml.dump(content, Dumper=Plain, default_flow_style=None))
        return tmp_path

    return written


def test_the_good_world_is_good(write, tmp_path):
    folder = write()
    assert list(lint.problems(Book(folder))) == []
    compile_store(folder, tmp_path / "store")
    book = open_store(str(tmp_path / "store"))
    assert book.drug("gamma").traits == ["gamma", "opener", "strong opener"]
    found = {entry.id for entry in book.interactions(["alpha", "gamma", "blocker", "opener"])}
    assert found == {"alpha-gamma", "blocker-opener", "duplicate:alpha", "duplicate:gamma"}


def put(file, entry, field, value):
    """Return a change that sets one field."""
    return lambda world: world[file][entry].__setitem__(field, value)


def drop(file, entry, field):
    return lambda world: world[file][entry].pop(field)


REFUSED = [
    (put("interactions", "alpha-gamma", "severity", "Majr"), "interactions.yaml: alpha-gamma: severity: expected one of none, minor"),
    (put("interactions", "alpha-gamma", "action", "maybe"), "action: expected one of avoid"),
    (put("interactions", "alpha-gamma", "between", ["alpha"]), "between: expected at least two"),
    (put("interactions", "alpha-gamma", "between", ["alpha", "delta"]), "no trait or drug 'delta'"),
    (put("interactions", "alpha-gamma", "object", "beta"), "object: expected one of between"),
    (put("interactions", "alpha-gamma", "reviewed", "2999-01-01"), "a date that is not in the future"),
    (put("interactions", "alpha-gamma", "reviewed", "soon"), "a date like 2026-11-22"),
    (put("interactions", "alpha-gamma", "replaces", ["nothing"]), "no entry 'nothing'"),
    (put("interactions", "alpha-gamma", "colour", "red"), "colour: expected no such field"),
    (put("interactions", "alpha-gamma", "effect", ""), "effect: expected a text that is not empty"),
    (put("interactions", "alpha-gamma", "sources", [{"id": "PMID"}]), "'PMID' is not in sources.yaml"),
    (put("interactions", "alpha-gamma", "sources", []), "sources: expected a list that is not empty"),
    (put("interactions", "alpha-gamma", "gap", {"stop": "a"}), "gap: expected"),
    (put("interactions", "alpha-gamma", "varies", [{"when": "x", "severity": "odd"}]), "varies: expected"),
    (drop("interactions", "alpha-gamma", "onset"), "onset: expected to be there"),
    (put("interactions", "blocker-opener", "replaces", ["alpha-gamma"]), "leads back to itself"),
    (lambda w: w["interactions"].update(three={**ENTRY, "between": ["alpha", "beta", "gamma"], "severity": "minor",
                                               "replaces": ["blocker-opener"]}), "has fewer slots and is more severe"),
    (lambda w: w["interactions"].update(
        mild={**ENTRY, "between": ["alpha", "opener"], "severity": "minor", "replaces": ["blocker-opener"]},
        three={**ENTRY, "between": ["alpha", "beta", "gamma"], "severity": "minor", "replaces": ["mild"]}),
     "three: replaces: 'blocker-opener' has fewer slots and is more severe"),
    (lambda w: w["interactions"].update(no={**ENTRY, "between": ["alpha", "beta"], "severity": "none", "replaces": ["blocker-opener"]}),
     "severity none replaces nothing"),
    (lambda w: w["interactions"].update({"duplicate:alpha": {**ENTRY, "between": ["alpha", "beta"]}}), "the ingredient of its id, twice"),
    (put("drugs", "alpha", "is", ["bloker"]), "drugs.yaml: alpha: is: no trait 'bloker'"),
    (put("drugs", "alpha and beta", "contains", ["alpha", "delta"]), "'delta' is no single ingredient"),
    (put("drugs", "alpha", "codes", {"atc": ["A1"]}), "an ATC code like"),
    (put("drugs", "alpha", "brands", [{"name": "X", "markets": ["usa"]}]), "a country code like US"),
    (put("drugs", "alpha", "rank", "first"), "rank: expected a whole number"),
    (lambda w: w["drugs"].update(blocker={}), "traits.yaml: blocker: is also the id of a drug"),
    (put("traits", "strong opener", "is", ["oppener"]), "no trait 'oppener'"),
    (put("traits", "opener", "is", ["strong opener"]), "traits.yaml: opener: leads back to itself"),
    (drop("traits", "opener", "sources"), "sources: expected to be there"),
    (lambda w: w["cards"].update(delta=w["cards"]["alpha"]), "cards.yaml: delta: no such drug or trait"),
    (put("cards", "alpha", "common", ["tummy"]), "'tummy' is not in side_effects.yaml"),
    (put("sources", "label", "pmid", "PMC1"), "pmid: expected a PubMed id"),
    (put("sources", "label", "kind", "blog"), "kind: expected one of label"),
    (lambda w: w.update(words={}), "words.yaml: forms: expected a mapping of words"),
    (lambda w: w.update(lookalikes={}), "lookalikes.yaml: expected a list of pairs"),
    (lambda w: w.update(lookalikes=[["one"]]), "expected two names"),
    (lambda w: w.update(drugs=[]), "drugs.yaml: expected a mapping from ids to entries"),
    (lambda w: w["drugs"].update(alpha="x"), "drugs.yaml: alpha: entry: expected a mapping of fields"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_the_build_refuses(change, said, write):
    with pytest.raises(DataError) as refused:
        Book(write(change))
    assert said in str(refused.value)


def test_all_faults_are_said_at_once(write):
    def change(world):
        put("interactions", "alpha-gamma", "severity", "x")(world)
        put("drugs", "alpha", "rank", "y")(world)

    with pytest.raises(DataError) as refused:
        Book(write(change))
    assert len(refused.value.problems) == 2


TEXTS = [
    ("a: 1\na: 2\n", "the key 'a' stands twice"),
    ("a: &x 1\nb: *x\n", "anchors"),
    ("a: [1\n", "line 2"),
    ("a: 1\n<<: {b: 2}\n", ""),
]


@pytest.mark.parametrize(("text", "said"), TEXTS, ids=range(len(TEXTS)))
def test_yaml_is_strict(text, said, tmp_path):
    (tmp_path / "x.yaml").write_text(text)
    if said:
        with pytest.raises(DataError, match=said):
            read_yaml(tmp_path / "x.yaml")
    else:
        assert "<<" in read_yaml(tmp_path / "x.yaml")


def test_yaml_values_are_text(tmp_path):
    (tmp_path / "x.yaml").write_text("no: 2026-01-01\n1: 7243\n")
    assert read_yaml(tmp_path / "x.yaml") == {"no": "2026-01-01", "1": "7243"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"drugs\.yaml: cannot be read"):
        Book(tmp_path)


def add(**changes):
    return lambda world: world["interactions"].update(new={**ENTRY, **changes})


BAD_BOOKS = {
    lint.nothing_sets_it_off: add(between=["blocker", "blocker"]),
    lint.trait_without_drugs: lambda w: w["traits"].update(unused={"means": "X.", "sources": ["label"]}),
    lint.told_twice: add(between=["opener", "blocker"]),
    lint.replaces_what_it_cannot_cover: add(between=["gamma", "gamma"], replaces=["blocker-opener"]),
    lint.name_for_two_drugs: put("drugs", "beta", "brands", ["alphex"]),
    lint.exact_name_that_is_a_trait: put("drugs", "beta", "brands", ["Blockers"]),
    lint.old_review: put("interactions", "alpha-gamma", "reviewed", "2020-01-01"),
    lint.source_nobody_cites: lambda w: w["sources"].update(new={"kind": "label", "title": "X"}),
    lint.placeholder_source: put("sources", "label", "pmid", "12345678"),
    lint.contraindication_not_verified: put("interactions", "alpha-gamma", "severity", "contraindicated"),
    lint.patient_words_missing: drop("interactions", "alpha-gamma", "patient"),
    lint.style: put("interactions", "alpha-gamma", "effect", "bad " * 60),
    lint.none_for_a_trait: add(between=["alpha", "beta"], severity="none"),
    lint.agonist_and_antagonist: lambda w: (
        w["traits"].update({"opioid antagonist": {"means": "X.", "sources": ["label"]},
                            "opioid receptor activator": {"means": "X.", "sources": ["label"]}}),
        w["drugs"].update(delta={"is": ["opioid antagonist", "opioid receptor activator"]}),
    ),
    lint.trait_said_twice: put("drugs", "gamma", "is", ["strong opener", "opener"]),
}  # fmt: skip


@pytest.mark.parametrize("check", lint.CHECKS, ids=lambda check: check.__name__)
def test_the_check_bites(check, write):
    assert list(check(Book(write()))) == []
    assert list(check(Book(write(BAD_BOOKS[check])))), check.__doc__


@pytest.mark.parametrize("check", lint.CHECKS, ids=lambda check: check.__name__)
def test_the_book_is_clean(check, book):
    assert list(check(book)) == []


def test_lint_and_build_commands(write, tmp_path, capsys):
    from medcheck.__main__ import main

    folder = str(write())
    assert main(["data", "lint", folder]) == 0
    assert main(["data", "build", folder, "--to", str(tmp_path / "out")]) == 0
    assert "4 drugs, 3 traits, 2 interactions" in capsys.readouterr().err
    write(put("sources", "label", "pmid", "12345678"))
    assert main(["data", "lint", folder]) == 1
    write(put("sources", "label", "kind", "blog"))
    assert main(["data", "build", folder, "--to", str(tmp_path / "other")]) == 4
    assert not (tmp_path / "other").exists()


# --- what must hold of the real data


def test_the_version_is_the_newest_review(book):
    assert book.version == max(e["reviewed"] for e in book.interactions.values())[:7].replace("-", ".")


def test_keys_are_sorted_and_dates_have_come():
    for name in ("drugs", "traits", "interactions", "cards", "sources", "side_effects"):
        keys = list(read_yaml(ROOT / "data" / f"{name}.yaml"))
        assert keys == sorted(keys), name
    assert date.today().year >= 2026  # noqa: DTZ011


def test_every_row_of_the_fda_table_is_there_with_its_strength(book):
    """tests/fda_roles.tsv: the FDA table's rows, one a line: drug id, trait."""
    rows = [line.split("\t") for line in (ROOT / "tests" / "fda_roles.tsv").read_text().splitlines()]
    assert len(rows) >= 418
    missing = [row for row in rows if row[1] not in book.traits_of(row[0])]
    assert not missing


MUST_NOT = {
    "naltrexone": ["opioid receptor activator"], "naloxone": ["opioid receptor activator", "maintenance opioid blocker", "CNS depressant"],
    "azithromycin": ["CYP3A inhibitor"], "pravastatin": ["CYP3A substrate"], "rosuvastatin": ["CYP3A substrate"],
    "loperamide": ["opioid receptor activator"], "methylnaltrexone": ["maintenance opioid blocker"],
    "naloxegol": ["maintenance opioid blocker"], "ketoconazole (topical)": ["CYP3A inhibitor"],
    "diclofenac (topical)": ["NSAID"], "timolol (ophthalmic)": ["antihypertensive"], "flumazenil": ["GABA-A agonist"],
}  # fmt: skip


@pytest.mark.parametrize("drug", MUST_NOT)
def test_exceptions_are_not_members(drug, book):
    assert not set(MUST_NOT[drug]) & set(book.traits_of(drug))
