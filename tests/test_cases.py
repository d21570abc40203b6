"""Clinical cases: what a list must find, must not find, and why (cases.yaml); pairs and lists that stay quiet (quiet.yaml)."""

from pathlib import Path

import pytest
import yaml

from medcheck.model import rank

FOLDER = Path(__file__).parent
CASES = yaml.safe_load((FOLDER / "cases.yaml").read_text())
QUIET = yaml.safe_load((FOLDER / "quiet.yaml").read_text())


def name_of(case):
    return f"{' + '.join(case['take'])}: {case['why']}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case, check):
    report = check(*case["take"])
    severities = {f.interaction.id: f.interaction.severity for f in report.findings}
    for wanted, severity in case.get("find", {}).items():
        assert severities.get(wanted) == severity, severities
    if "worst" in case:
        assert (report.worst or "none") == case["worst"], severities
    if "at_least" in case:
        assert report.worst is not None, "nothing was found"
        assert rank(report.worst) >= rank(case["at_least"]), severities
    if "at_most" in case:
        assert rank(report.worst or "none") <= rank(case["at_most"]), severities
    assert not set(case.get("not", ())) & severities.keys(), severities
    if "none" in case:
        assert case["none"] in {f.interaction.id for f in report.reviewed_none}
    if not case.get("incomplete"):
        assert report.complete, [n.typed for n in report.not_checked] + [
            m.name for m in report.medicines if m.coverage == "name only"
        ]


def test_every_case_says_why():
    assert all(case["why"] and case["take"] for case in CASES)
    assert len({name_of(case) for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("pair", QUIET["pairs"], ids=" + ".join)
def test_a_harmless_pair_gives_nothing_above_minor(pair, check):
    report = check(*pair)
    assert report.complete
    assert rank(report.worst or "none") <= rank("minor"), [f.interaction.id for f in report.findings]


@pytest.mark.parametrize("case", QUIET["lists"], ids=name_of)
def test_a_list_gives_exactly_what_a_pharmacist_wants(case, check):
    report = check(*case["take"])
    found = {
        f.interaction.id: f.interaction.severity
        for f in report.findings
        if rank(f.interaction.severity) > rank("minor")
    }
    assert found == case.get("find", {})
    assert report.complete


def test_there_is_enough_quiet():
    assert len(QUIET["pairs"]) >= 250
    assert len(QUIET["lists"]) >= 40
    assert all(case["why"] for case in QUIET["lists"])
