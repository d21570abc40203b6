"""The documents tell the truth: recipes print what is shown, the manual is current, the site builds, rules shown are rules."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

DOCS = ROOT / "docs"
RECIPES = (DOCS / "recipes.md").read_text()
needs = {
    tool: pytest.mark.skipif(not shutil.which(tool), reason=f"{tool} is not installed")
    for tool in ("jq", "groff", "git")
}


def script(name, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=ROOT)


def block(kind, heading):
    """Return the first block of a kind below a heading of the recipes."""
    return re.search(rf"^## {heading}$.*?^```{kind}\n(.*?)^```$", RECIPES, re.MULTILINE | re.DOTALL)[1]


def sh(command, folder, **more):
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "MEDCHECK_DATA": "",
                   "LANG": "C.UTF-8"}  # fmt: skip
    return subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        env=environment,
        check=False,
        **more,
    )


@needs["jq"]
def test_every_shown_run_prints_what_is_shown():
    answer = script("docs_runs.py", "--check")
    assert answer.stdout == "current\n", "python scripts/docs_runs.py renews them; then read the diff"


def test_the_manual_is_current():
    assert script("man_page.py", "--check").stdout == "current\n"


@needs["groff"]
def test_the_manual_is_sound():
    page = ROOT / "man" / "medcheck.1"
    answer = subprocess.run(["groff", "-man", "-ww", "-Tutf8", str(page)], capture_output=True, text=True, check=True)
    assert not answer.stderr
    from medcheck.options import COMMANDS, FLAGS

    for word in (*COMMANDS, *(flag.name for flag in FLAGS), "141", "This is not medical advice."):
        assert word.replace("-", "\\-") in page.read_text(), word


def test_the_site_builds_without_a_warning(tmp_path):
    pytest.importorskip("mkdocs", reason="the docs extra is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    answer = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "WARNING" not in answer.stderr
    pages = {page.stem for page in DOCS.glob("*.md")} - {"index"}
    assert pages <= {path.name for path in (tmp_path / "site").iterdir()}


def test_the_cron_line_prints_only_what_was_found(tmp_path):
    line = next(line for line in block("cron", "cron").splitlines() if line.startswith("0 6"))
    command = line.split(" ", 5)[5]
    assert "%" not in command, "cron reads % as a line end"
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "quiet.txt").write_text("naltrexone\ngabapentin\n")
    assert sh(command, tmp_path).stdout == ""
    (tmp_path / "lists" / "loud.txt").write_text("naltrexone\noxycodone\n")
    printed = sh(command, tmp_path).stdout
    assert printed.startswith("lists/loud.txt:\n")
    assert "CONTRAINDICATED" in printed


@needs["git"]
def test_the_git_hook_refuses_what_a_commit_adds(tmp_path):
    def commit(text):
        (tmp_path / "list.txt").write_text(text)
        return sh("git add list.txt && git -c user.name=A -c user.email=a@example.org commit -qm x", tmp_path)

    sh("git init -q .", tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.write_text(block("sh", "git hook"))
    hook.chmod(0o755)
    assert commit("naltrexone\n").returncode == 0
    assert commit("naltrexone\ngabapentin\n").returncode == 0
    refused = commit("naltrexone\ngabapentin\noxycodone\n")
    assert refused.returncode != 0
    assert "CONTRAINDICATED" in refused.stderr
    sh("git checkout -q HEAD -- list.txt", tmp_path)
    assert commit("gabapentin\noxycodone\n").returncode == 0, "major is below --fail-on contraindicated"
    (tmp_path / "new.txt").write_text("naltrexone\noxycodone\n")
    assert sh("git add new.txt && git -c user.name=A -c user.email=a@b commit -qm x", tmp_path).returncode != 0


@pytest.mark.parametrize(
    ("lists", "status"), [("naltrexone;oxycodone\n", 1), ("warfarin;zzqxw\n", 3), ("lisinopril\n", 0)]
)
def test_the_ci_step_fails_when_it_must(lists, status, tmp_path):
    import yaml

    [step] = yaml.safe_load(block("yaml", "In CI"))
    (tmp_path / "patients.txt").write_text(lists)
    assert sh(step["run"], tmp_path).returncode == status
    assert (tmp_path / "answers.jsonl").read_text().count("\n") == 1


def test_the_local_rules_shown_are_rules(tmp_path):
    from medcheck.overlay import Overlay
    from medcheck.report import examine

    for name, text in re.findall(
        r"^```yaml\n# (\S+)\n(.*?)^```$", (DOCS / "local-rules.md").read_text(), re.MULTILINE | re.DOTALL
    ):
        (tmp_path / name).write_text(text)
    report = examine(["Haustropfen", "night mixture", "gabapentin", "oxycodone"], Overlay(str(tmp_path)))
    assert {"night-mixture-gabapentin"} <= {finding.interaction.id for finding in report.findings}
    assert [finding.interaction.id for finding in report.muted] == ["opioid-blocker-opioid"]
    assert len(list(tmp_path.iterdir())) == 4


def test_every_format_and_column_is_described():
    from medcheck.formats.csv import COLUMNS
    from medcheck.options import FORMATS

    text = (DOCS / "formats.md").read_text()
    for word in (*FORMATS, *COLUMNS):
        assert f"`{word}`" in text, word


def test_one_page_for_readers_and_nothing_named_twice():
    """The README stays short enough to be read: a screen of prose beside the run that it shows."""
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 120
