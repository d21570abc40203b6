"""Text that came from outside does no harm, and odd input gets one clear answer."""

import json

import pytest

from medcheck.clean import clean

HOSTILE = ["warfarin[/]", "[red]aspirin[/red]", "\x1b[31mx", "\x1b]0;title\x07", "a‮b", "war\u200bfarin", "ｗａｒｆａｒｉｎ",
           "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", ":smile:", "\r\nFAKE: safe", "a\tb", "ｘ" * 50]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_names_neither_crash_nor_colour(name, form, run):
    answer = run(name, "aspirin", "--format", form)
    assert answer.returncode in (0, 1, 3)
    assert b"\x1b" not in answer.stdout
    assert "‮".encode() not in answer.stdout
    assert not answer.stderr
    if form == "json":
        assert json.loads(answer.stdout)["disclaimer"]


def test_markup_is_shown_as_it_is(run):
    answer = run("warfarin[/]", "\x1b[31mx", "aspirin", "--color", "always")
    assert "warfarin" in answer.stdout.decode()
    assert b"\x1b[31mx" not in answer.stdout


def test_zero_width_and_full_width_letters_are_read(check):
    report = check("war\u200bfarin", "ａｓｐｉｒｉｎ")
    assert [m.name for m in report.medicines] == ["warfarin", "aspirin"]


def test_a_name_of_two_scripts_is_refused_with_the_letter_named(check):
    report = check("wаrfarin", "aspirin")
    assert not report.complete
    assert "Cyrillic" in report.not_checked[0].detail


def test_invalid_utf8_is_an_unresolved_name(run):
    answer = run(b"warf\xffarin", "aspirin", "--format", "json")
    assert answer.returncode == 3
    assert json.loads(answer.stdout)["not_checked"][0]["reason"]
    answer = run("-", stdin=b"warf\xffarin\naspirin\n")
    assert answer.returncode == 3
    assert answer.stdout


ODD = [
    (b"", 2, "no names"),
    (b"\n\n   \n", 2, "no names"),
    (b"aspirin\0warfarin\n", 4, "NUL"),
    ("aspirin\n".encode("utf-16"), 4, "NUL"),
    (b"aspirin\n" * 10_000, 2, "10000 names"),
    (b"x" * 1_000_000, 3, ""),
    (b"\xef\xbb\xbfaspirin\n", 0, ""),
    (b"aspirin\r\nmetformin\r\n", 0, ""),
    (b"x" * 17_000_000, 4, "larger than"),
]


@pytest.mark.parametrize(("stdin", "status", "said"), ODD, ids=range(len(ODD)))
def test_odd_stdin_gets_one_clear_answer(stdin, status, said, run):
    answer = run("-", stdin=stdin)
    assert answer.returncode == status
    assert said in answer.stderr.decode()
    assert len(answer.stderr) < 300
    assert len(answer.stdout) < 5_000


def test_clean_names_what_it_hides():
    assert clean("a\x1b[31mb") == "a<U+001B>[31mb"
    assert clean("a‮b\nc") == "a<U+202E>b c"
    assert clean("x" * 300) == "x" * 199 + "…"
