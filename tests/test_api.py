"""medcheck from Python: stable names, imported when used; the examples of docs/python.md run."""

import doctest
import json
import subprocess
import sys
from threading import Thread

import pytest
from conftest import ROOT

import medcheck
from medcheck.formats.json import as_object


def test_the_answer_is_the_commands_answer(run):
    report = medcheck.check(["Revia", "Neurontin"])
    assert isinstance(report, medcheck.Report)
    assert medcheck.to_dict(report) == json.loads(run("Revia", "Neurontin", "--format", "json").stdout)


def test_the_import_is_lazy_and_check_stays_callable():
    code = (
        "import sys, medcheck; assert not [m for m in sys.modules if m.startswith('medcheck.')];"
        "import medcheck.report, medcheck.engine; assert callable(medcheck.check), medcheck.check;"
        "print(medcheck.check(['aspirin']).complete)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "True\n"


@pytest.mark.parametrize("name", medcheck.__all__)
def test_every_stable_name_is_there(name):
    assert getattr(medcheck, name) is not None
    assert name in dir(medcheck)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="nonsense"):
        medcheck.nonsense  # noqa: B018


def test_mistakes_are_said():
    with pytest.raises(TypeError, match="list of names"):
        medcheck.check("Revia")
    with pytest.raises(ValueError, match="huge"):
        medcheck.check(["Revia"], min_severity="huge")
    with pytest.raises(medcheck.InputError):
        medcheck.check(["Revia"], data="/nonexistent")
    with pytest.raises(KeyError):
        medcheck.explain("no-such-entry")


def test_the_other_questions():
    change = medcheck.compare(["naltrexone"], ["naltrexone", "oxycodone"])
    assert next(finding.interaction.id for finding in change.added) == "opioid-blocker-opioid"
    assert medcheck.explain("opioid-blocker-opioid").severity == "contraindicated"
    assert medcheck.why_not(["fluconazole", "ritonavir"])[0].missing


def test_threads_do_not_share_a_connection():
    found = []
    threads = [Thread(target=lambda: found.append(medcheck.check(["naltrexone", "oxycodone"]).worst)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["contraindicated"] * 4


def test_the_page_about_python_runs():
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False,
                                     optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)  # fmt: skip
    assert not failed
    assert tried >= 12


def test_mypy_sees_the_types(tmp_path):
    """The lazy names are typed: a wrong use is an error, a right one is none."""
    script = tmp_path / "use.py"
    script.write_text(
        "import medcheck\nworst: str | None = medcheck.check(['x']).worst\nwrong: int = medcheck.check(['x'])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(script)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.stdout.count("error:") == 1
    assert "use.py:3" in answer.stdout


def test_to_dict_is_the_json_object(check):
    report = check("warfarin", "aspirin")
    assert medcheck.to_dict(report) == as_object(report)
