"""Completion of drug names, the question in a terminal, and progress."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from medcheck import progress, run
from medcheck.__main__ import main
from medcheck.completion import words
from medcheck.model import NotChecked


def test_names_commands_and_options_are_offered():
    assert "naltrexone" in words(2, "naltr")
    assert "insulin glargine" in words(1, "insulin gl")
    assert "info" in words(1, "in")
    assert "info" not in words(2, "inf")
    assert "--format" in words(3, "--f")
    assert words(2, "") == []
    assert words(2, "wа") == []
    assert words(1, "metfor")[0] == "metformin"


def test_the_front_door_answers_completion(capsys):
    assert main(["__complete", "1", "gabap"]) == 0
    assert "gabapentin" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("odd", [[], ["1"], ["x", "y"]])
def test_a_shell_that_asks_oddly_gets_nothing(odd, capsys):
    assert main(["__complete", *odd]) == 0
    assert not capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_printed(shell, capsys):
    assert main(["completion", shell]) == 0
    assert "medcheck __complete" in capsys.readouterr().out


def test_bash_completes_a_name(tmp_path):
    """The script works in a real bash: a function fills COMPREPLY from the program."""
    (tmp_path / "medcheck").write_text(f'#!/bin/sh\nexec {sys.executable} -m medcheck "$@"\n')
    (tmp_path / "medcheck").chmod(0o755)
    code = 'source <(medcheck completion bash); COMP_WORDS=(medcheck naltr); COMP_CWORD=1; _medcheck; echo "${COMPREPLY[@]}"'
    path = f"{tmp_path}:{os.environ['PATH']}"
    answer = subprocess.run(["bash", "-c", code], capture_output=True, text=True, env={"PATH": path}, check=True)
    assert "naltrexone" in answer.stdout.split()


def test_a_person_is_asked_in_a_terminal_only(tmp_path):
    """With a terminal on stdin and stderr an ambiguous name is asked; the answer goes to stdout."""
    out = tmp_path / "out.json"
    pid, terminal = pty.fork()
    if pid == 0:
        sys.stdout.flush()
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        os.execv(sys.executable, [sys.executable, "-m", "medcheck", "azor", "aspirin", "--format", "json"])
    os.write(terminal, b"2\n")
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:
        pass
    os.waitpid(pid, 0)
    assert b"Which is meant?" in shown
    assert json.loads(out.read_text())["medicines"][0]["drug"] == "amlodipine and olmesartan"


@pytest.mark.parametrize(("typed", "chosen"), [("1\n", "a"), ("2\n", "b"), ("\n", None), ("3\n", None), ("x\n", None)])
def test_an_answer_that_is_no_number_of_the_list_chooses_nothing(typed, chosen, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert run.choose(NotChecked("x", "ambiguous", ["a", "b"])) == chosen


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_said_in_a_terminal_after_a_while(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(sys, "stderr", Terminal())
    steps = progress.Progress("names")
    steps.step()
    steps.end()
    assert "1 names" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().endswith("\x1b[K")


def test_progress_is_silent_in_a_pipe(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    steps = progress.Progress("names")
    steps.step()
    steps.end()
    assert not sys.stderr.getvalue()


def test_stdin_that_is_no_text_or_closed_is_said(run, monkeypatch, capsys):
    assert run("resolve", "-", stdin=b"aspirin\nwarf\0arin\n").returncode == 4
    assert run("resolve", "-", stdin=b"").returncode == 2
    for command in (["resolve", "-"], ["-"]):
        monkeypatch.setattr(sys, "stdin", None)
        assert main(command) == 4
    capsys.readouterr()
