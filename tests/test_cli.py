"""The command as a user meets it: statuses, streams, formats, both doors."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcheck import __version__
from medcheck.__main__ import main
from medcheck.cli import run_app
from medcheck.options import COMMANDS, FLAGS, plain_check
from medcheck.run import guarded

STATUSES = [
    (["naltrexone", "gabapentin"], 0, "complete, nothing at or above major"),
    (["naltrexone", "oxycodone"], 1, "contraindicated"),
    (["naltrexone", "oxycodone", "zzqxw"], 1, "a finding wins over an unresolved name"),
    (["naltrexone", "zzqxw"], 3, "a name is unresolved"),
    (["naltrexone", "oxycodone", "--fail-on", "never"], 0, "never fails"),
    (["naltrexone", "gabapentin", "--fail-on", "minor"], 1, "minor counts when asked"),
    (["naltrexone", "oxycodone", "--min-severity=contraindicated", "--fail-on=major"], 1, "hiding changes no status"),
    (["--quiet", "naltrexone", "oxycodone"], 1, "quiet keeps the status"),
    (["check", "naltrexone", "gabapentin"], 0, "the word check may be said"),
    (["naltrexone"], 0, "one name is a summary"),
    (["naltraxone", "--strict"], 3, "strict accepts no correction"),
    ([], 2, "nothing to do: help"),
    (["", "aspirin"], 2, "an empty name"),
    (["   "], 2, "a blank name"),
    (["--format", "xml", "aspirin"], 2, "no such format"),
    (["--no-such-option", "aspirin"], 2, "no such option"),
    (["@/nonexistent/file"], 4, "no such file"),
    (["--lists", "/nonexistent/file"], 4, "no such file of lists"),
    (["--lists", "-", "aspirin"], 2, "names and lists"),
    (["--market", "USA", "azor"], 2, "no country code"),
    (["aspirin\nmetformin"], 0, "a pasted list as one argument"),
    (["@/"], 4, "a folder"),
    (["--", "-x"], 3, "a name that looks like an option"),
    (["info", "naltrexone"], 0, "a card"),
    (["info", "zzqxw"], 3, "no such drug"),
    (["side-effects", "naltrexone", "gabapentin"], 0, "side effects"),
    (["resolve", "Revia"], 0, "a brand"),
    (["resolve", "zzqxw"], 3, "no such name"),
    (["explain", "naltrexone", "oxycodone"], 0, "a pair"),
    (["explain", "opioid-blocker-opioid"], 0, "an entry"),
    (["explain", "no-such-entry-anywhere"], 2, "no such entry"),
    (["list", "drugs", "--trait", "opioid antagonist"], 0, "members of a class"),
    (["list", "drugs", "--trait", "no such trait"], 2, "no such trait"),
    (["list", "traits"], 0, "all traits"),
    (["list", "interactions"], 0, "all entries"),
    (["list", "sources"], 0, "all documents"),
    (["data", "path"], 0, "where the data are"),
    (["data", "verify"], 0, "the data are sound"),
    (["data", "lint", "/nonexistent"], 4, "no such folder"),
    (["data", "build", "/nonexistent"], 4, "no such folder"),
    (["--version"], 0, "versions"),
    (["--help"], 0, "help"),
    (["info", "--help"], 0, "help of a command"),
]


@pytest.mark.parametrize(("arguments", "status", "why"), STATUSES, ids=[why for _, _, why in STATUSES])
def test_exit_status(arguments, status, why, capsys):  # noqa: ARG001 (it is the test's id)
    assert main(arguments) == status
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--format", "xml", "a"], ["--bogus", "a"], ["list"], ["info"], ["data", "x"], ["--lists"]]
)
def test_wrong_usage_is_one_line(arguments, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert shown.err.count("\n") == 1
    assert "--help)" in shown.err


def test_findings_go_to_stdout_and_everything_else_to_stderr(capsys):
    main(["naltrexone", "oxycodone"])
    shown = capsys.readouterr()
    assert "CONTRAINDICATED" in shown.out
    assert not shown.err
    main(["@/nonexistent"])
    shown = capsys.readouterr()
    assert not shown.out
    assert shown.err.count("\n") == 1


def test_version_names_tool_and_data(capsys, store):
    main(["--version"])
    assert capsys.readouterr().out == f"medcheck {__version__}, data {store.fact('version')} ({store.fact('sha256')})\n"


def test_hidden_findings_are_counted(capsys):
    main(["naltrexone", "gabapentin", "--min-severity", "major", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []
    assert report["hidden"] == 1
    assert report["worst"] == "minor"


def test_the_front_door_knows_every_command():
    from medcheck.cli import app

    named = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert named | {group.name for group in app.registered_groups} == set(COMMANDS)


WORDS = ["naltrexone", "gabapentin", "zzqxw", "check", "info", "-", "--", "--lists", "--bogus", "--strict=1", "-h"]
ARGUMENTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from([flag.name for flag in FLAGS]),
        st.sampled_from([f"{flag.name}={choice}" for flag in FLAGS for choice in (*flag.choices, "bogus")]),
        st.sampled_from(["json", "text", "jsonl", "major", "never", "US"]),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=150)
@given(ARGUMENTS)
def test_both_doors_answer_alike(arguments):
    """Whatever the quick door answers itself, the typer app answers with the same bytes and status."""
    if plain_check(arguments) is None:
        return
    assert answered(lambda: main(arguments)) == answered(lambda: guarded(lambda: run_app(arguments)))


def answered(call):
    """Return status, stdout and stderr of a call, with an empty stdin."""
    import io
    from contextlib import redirect_stderr, redirect_stdout

    out, err, real = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = call()
    finally:
        sys.stdin = real
    return status, out.getvalue(), err.getvalue()


# --- as a process


def test_a_pipe_that_closes_is_quiet():
    shell = f"{sys.executable} -m medcheck --lists - --format text | head -1 ; echo ${{PIPESTATUS[0]}}"
    many = b"naltrexone;oxycodone;warfarin;aspirin\n" * 2000
    answer = subprocess.run(["bash", "-c", shell], input=many, capture_output=True, timeout=120, check=False)
    assert answer.stdout.decode().split()[-1] == "141"
    assert not answer.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said():
    shell = f"{sys.executable} -m medcheck naltrexone gabapentin > /dev/full"
    answer = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert answer.returncode == 74
    assert answer.stderr.decode().count("\n") == 1
    assert "could not be written" in answer.stderr.decode()


def test_a_closed_stdout_is_said():
    shell = f"{sys.executable} -m medcheck naltrexone gabapentin >&-"
    answer = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert answer.returncode == 74
    assert "Traceback" not in answer.stderr.decode()


def test_ctrl_c_ends_with_130():
    process = subprocess.Popen(
        [sys.executable, "-m", "medcheck", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert not out
    assert b"Traceback" not in err


def test_names_from_stdin_and_file(run, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("# my medicines\n\n1. Revia 50 mg tab daily\n- gabapentin 300 mg cap TID\n")
    from_file = run("@" + str(listed), "--format", "json")
    from_stdin = run("-", "--format", "json", stdin=listed.read_bytes())
    assert from_file.stdout == from_stdin.stdout
    report = json.loads(from_file.stdout)
    assert [m["drug"] for m in report["medicines"]] == ["naltrexone", "gabapentin"]
    assert report["medicines"][1]["strength"] == "300 mg"


def test_many_lists_one_object_a_line(run):
    text = b"naltrexone; gabapentin\n# comment\n\nnaltrexone;oxycodone\nwarfarin\nzzqxw;aspirin\n"
    answer = run("--lists", "-", "--format", "jsonl", stdin=text)
    reports = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [r["line"] for r in reports] == [1, 4, 5, 6]
    assert [r["worst"] for r in reports] == ["minor", "contraindicated", None, None]
    assert reports[2]["pairs"]["total"] == 0
    assert answer.returncode == 1
    assert answer.stderr == b"4 lists checked\n"
    assert run("--lists", "-", stdin=b"naltrexone;gabapentin\n").returncode == 0
    assert run("--lists", "-", stdin=b"warfarin;zzqxw\n").returncode == 3
    assert run("--lists", "-", stdin=b"\n# nothing\n").returncode == 2


def test_an_internal_error_is_one_line(capsys):
    def broken():
        raise RuntimeError("a [red]secret[/]\nline")

    assert guarded(broken) == 70
    assert capsys.readouterr().err.count("\n") == 2


def test_a_terminal_gets_the_same_text_in_colour(run):
    plain = run("naltrexone", "oxycodone").stdout.decode()
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="80")
        os.execv(sys.executable, [sys.executable, "-m", "medcheck", "naltrexone", "oxycodone"])
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:
        pass
    os.waitpid(pid, 0)
    import re

    assert b"\x1b[" in shown
    bare = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")
    assert " ".join(bare.split()) == " ".join(plain.split())


def test_no_color_wins(run):
    assert b"\x1b" not in run("naltrexone", "oxycodone").stdout
    assert b"\x1b[" in run("naltrexone", "oxycodone", "--color", "always").stdout


def test_patient_words(capsys):
    main(["naltrexone", "oxycodone", "--patient"])
    assert "In short" in capsys.readouterr().out
