"""Answers meet the world: many lists as a stream, a pager and progress only where a person sits."""

import csv
import io
import json
import os
import pty
import resource
import subprocess
import sys
import time

import pytest

from medcheck.__main__ import main
from medcheck.intake import LONGEST_LINE, MOST, InputError, lists
from medcheck.progress import Progress, Working

MEDCHECK = [sys.executable, "-m", "medcheck"]
LISTS = (
    b"\xef\xbb\xbf# head\nnaltrexone;oxycodone\n\n;;\nwarfarin;"
    + b";".join([b"aspirin"] * MOST)
    + b"\naspirin\0;x\nmetformin\n"
)


def in_terminal(command, wait=60, keys=b"", **environment):
    """Run a command with a terminal of 80 x 24 as all its streams; return status and what it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", MEDCHECK_DATA="", **environment)
        os.execv(command[0], command)
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    shown, end = b"", time.monotonic() + wait
    try:
        while time.monotonic() < end and (chunk := os.read(terminal, 65536)):
            shown += chunk
            if keys and b"PAGED" in shown:
                os.write(terminal, keys)
                keys = b""
    except OSError:
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


# --- many lists


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_one_line_an_answer_in_order_and_errors_as_objects(form, run):
    answer = run("--lists", "-", "--format", form, stdin=LISTS)
    reports = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [report["line"] for report in reports] == [2, 4, 5, 6, 7]
    assert {report["schema"] for report in reports} == {"medcheck/report/1"}
    reasons = [[(name["reason"], name["detail"]) for name in report["not_checked"]] for report in reports]
    assert reasons[1:4] == [
        [("unreadable", "there is no name in it")],
        [("unreadable", f"{MOST + 1} names; one list holds at most {MOST}")],
        [("unreadable", "it holds NUL bytes")],
    ]
    assert [report["complete"] for report in reports] == [True, False, False, False, True]
    assert answer.returncode == 1
    assert answer.stderr == b"5 lists checked\n"
    assert run("--lists", "-", "--format", form, stdin=b"aspirin\n;;\n").returncode == 3


@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("tsv", "\t")])
def test_tables_have_one_head(form, separator, run):
    rows = list(
        csv.reader(io.StringIO(run("--lists", "-", "--format", form, stdin=LISTS).stdout.decode()), delimiter=separator)
    )
    assert [row[0] for row in rows].count("line") == 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert sorted({row[0] for row in rows[1:]}) == ["2", "4", "5", "6", "7"]


def test_each_list_is_read_for_itself(tmp_path):
    path = tmp_path / "lists.txt"
    path.write_bytes(LISTS + b"x" * (3 * LONGEST_LINE) + b"\naspirin")
    read = list(lists(str(path)))
    assert [(number, fault) for number, _, fault in read] == [
        (2, ""), (4, "there is no name in it"), (5, f"{MOST + 1} names; one list holds at most {MOST}"),
        (6, "it holds NUL bytes"), (7, ""), (8, "longer than 100 kB"), (9, ""),
    ]  # fmt: skip
    assert read[0][1] == ["naltrexone", "oxycodone"]
    assert all(len(names[0]) <= 40 for _, names, fault in read if fault), "a faulty line is shown cut"
    path.write_bytes(b"a\0\n")
    with pytest.raises(InputError, match="NUL"):
        list(lists(str(path)))
    with pytest.raises(InputError, match="nowhere"):
        list(lists(str(tmp_path / "nowhere")))


def test_lists_in_one_process(tmp_path, capsys):
    (tmp_path / "lists.txt").write_text("naltrexone;gabapentin\n;;\n")
    path = str(tmp_path / "lists.txt")
    assert main(["--lists", path, "--format", "csv"]) == 3
    shown = capsys.readouterr()
    assert shown.out.startswith("line,row")
    assert shown.err == "2 lists checked\n"
    assert main(["--lists", path, "--quiet"]) == 3
    assert main(["--lists", path, "--format", "html"]) == 2
    assert main(["--lists", path, "aspirin"]) == 2


def test_a_page_holds_one_report(run):
    answer = run("--lists", "-", "--format", "html", stdin=b"aspirin\n")
    assert answer.returncode == 2
    assert b"one report" in answer.stderr


def test_what_is_no_text_is_refused(run, tmp_path):
    assert run("--lists", "-", stdin="aspirin;x\n".encode("utf-16")).returncode == 4
    assert run("--lists", str(tmp_path)).returncode == 4
    long = run("--lists", "-", "--format", "jsonl", stdin=b"x" * (LONGEST_LINE + 5) + b"\naspirin\n")
    assert long.returncode == 3
    assert b"longer than 100 kB" in long.stdout


def test_an_answer_comes_before_the_next_list():
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [*MEDCHECK, "--lists", "-", "--format", "jsonl"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    try:
        for number, names in enumerate((b"naltrexone;oxycodone\n", b"warfarin;aspirin\n"), 1):
            process.stdin.write(names)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == number
    finally:
        process.communicate(timeout=30)


def test_memory_stays_constant():
    """Forty times as many lists take no more memory."""

    def peak(count):
        code = "import resource,sys; from medcheck.__main__ import main; main(['--lists','-','--format','jsonl','--quiet']); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        lists = b"naltrexone;oxycodone;warfarin;aspirin\n" * count
        answer = subprocess.run([sys.executable, "-c", code], input=lists, capture_output=True, check=True)
        return int(answer.stdout)

    assert resource.RUSAGE_SELF == 0
    assert peak(2000) < peak(50) * 1.15


# --- progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("err", "out", "shown"),
    [(Terminal, io.StringIO, True), (io.StringIO, io.StringIO, False), (Terminal, Terminal, False)],
)
def test_progress_is_for_a_terminal_that_waits(err, out, shown, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", err())
    monkeypatch.setattr(sys, "stdout", out())
    progress = Progress("lists")
    progress.step()
    assert not sys.stderr.getvalue(), "nothing in the first second"
    now[0] = 2.0
    progress.step()
    progress.end()
    assert ("2 lists" in sys.stderr.getvalue()) == shown


@pytest.mark.parametrize("terminal", [True, False])
def test_what_has_no_steps_says_how_long_it_takes(terminal, monkeypatch):
    monkeypatch.setattr("medcheck.progress.PATIENCE", 0.05)
    monkeypatch.setattr("medcheck.progress.EVERY", 0.05)
    monkeypatch.setattr(sys, "stderr", Terminal() if terminal else io.StringIO())
    with Working("compiling the data"):
        time.sleep(0.3)
    assert ("compiling the data, 0 s" in sys.stderr.getvalue()) == terminal
    monkeypatch.setattr("medcheck.progress.PATIENCE", 60)
    with Working("something quick"):
        pass
    assert "quick" not in sys.stderr.getvalue()


def test_no_progress_in_a_pipe(run):
    answer = run("--lists", "-", "--format", "jsonl", stdin=b"naltrexone;oxycodone;warfarin;aspirin\n" * 1500)
    assert answer.stderr == b"1500 lists checked\n"


# --- the pager

LONG = [*MEDCHECK, "naltrexone", "oxycodone", "gabapentin"]
PAGER = "sh -c 'echo PAGED; cat'"


@pytest.mark.parametrize(
    ("command", "environment", "paged"),
    [
        (LONG, {"PAGER": PAGER}, True),
        (LONG, {"PAGER": "no-such-pager-anywhere", "MEDCHECK_PAGER": PAGER}, True),
        ([*LONG, "--no-pager"], {"PAGER": PAGER}, False),
        (LONG, {"PAGER": "cat"}, False),
        (LONG, {"PAGER": ""}, False),
        (LONG, {"PAGER": "no-such-pager-anywhere"}, False),
        ([*MEDCHECK, "aspirin", "--detail", "brief"], {"PAGER": PAGER}, False),
    ],
)
def test_a_long_answer_in_a_terminal_is_paged(command, environment, paged):
    status, shown = in_terminal(command, **environment)
    assert ("PAGED" in shown) == paged
    assert "This is not medical advice." in " ".join(shown.split())
    assert status == (0 if "aspirin" in command else 1)


def test_the_pager_shows_the_same_text():
    import re

    bare = [re.sub(r"\x1b\[[0-9;]*m|PAGED", "", in_terminal(LONG, PAGER=pager)[1]).split() for pager in (PAGER, "cat")]
    assert bare[0] == bare[1]
    assert "\x1b[" not in in_terminal(LONG, PAGER=PAGER, NO_COLOR="1")[1]


def test_leaving_the_pager_early_keeps_the_status():
    status, shown = in_terminal(LONG, PAGER="sh -c 'echo PAGED; exit 0'")
    assert status == 1
    assert "Traceback" not in shown


def test_a_pipe_is_never_paged():
    answer = subprocess.run(LONG, capture_output=True, env={**os.environ, "PAGER": PAGER}, check=False)
    assert b"PAGED" not in answer.stdout
