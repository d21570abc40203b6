"""The README tells the truth: its commands run, its exit statuses are the program's, its names are right."""

import re
import shlex
import subprocess
import sys

import pytest
from conftest import ROOT

from medcheck import run

README = (ROOT / "README.md").read_text()
EXAMPLES = [line.removeprefix("$ ").split("   #")[0].strip() for line in README.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("command", EXAMPLES)
def test_an_example_runs(command):
    shell = re.sub(r"\bmedcheck\b", f"{shlex.quote(sys.executable)} -m medcheck", command, count=1)
    answer = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert answer.returncode in (0, 1), answer.stderr
    assert answer.stdout


def test_every_command_is_shown():
    from medcheck.options import COMMANDS

    for command in set(COMMANDS[1:]) - {"screen"}:
        assert any(f"medcheck {command} " in example for example in EXAMPLES), command
    assert "`medcheck screen TABLE -o FOLDER`" in README  # it needs a table; docs/screen.md shows it
    assert (ROOT / "docs/screen.md").exists()


def test_it_never_tells_anyone_to_install_the_other_medcheck():
    assert not re.search(r"pip3? install[^\n&|;]*\bmedcheck\b(?!-)", README)
    assert "medcheck-cli" in README


def test_its_exit_statuses_are_the_programs():
    said = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE) for number in row.split(",")}
    constants = {value for name, value in vars(run).items() if name.isupper() and isinstance(value, int)}
    assert said == {0, 1} | constants


def test_the_test_command_is_the_one_of_ci():
    tests = ".venv/bin/python -m pytest"
    assert tests in README
    assert tests in (ROOT / ".ci" / "run").read_text()
