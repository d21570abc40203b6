"""Text (arguments, lines, files) -> names."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

LARGEST = 16_000_000
"""Bytes of one input; a list of medicines is never that long."""
MOST = 100
"""Names of one list; the longest real lists hold about 60."""
LONGEST_LINE = 100_000
"""Bytes of one line of --lists."""


class InputError(Exception):
    """An input cannot be read as what it should be."""


class UsageError(Exception):
    """The command was called with nothing or too much to check."""


def gather(arguments: "Iterable[str]") -> "list[str]":
    """Return the names: arguments as they are, `-` for the lines of stdin, `@file` for the lines of a file."""
    names: list[str] = []
    for argument in arguments:
        if argument == "-":
            names.extend(lines(read("-")))
        elif argument.startswith("@") and len(argument) > 1:
            names.extend(lines(read(argument[1:])))
        elif not argument.strip():
            raise UsageError("an empty name was given; leave it out or write the medicine's name")
        elif "\n" in argument:
            names.extend(lines(argument))
        else:
            names.append(argument)
    if not names:
        raise UsageError("no names were given; write medicines, for example: medcheck naltrexone gabapentin")
    if len(names) > MOST:
        raise UsageError(f"{len(names)} names were given; one list holds at most {MOST} (--lists checks many lists)")
    return names


def read(path: str) -> str:
    """Return the text of a file, or of stdin for `-`; InputError says what is wrong with it."""
    shown = "standard input" if path == "-" else path
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with open(path, "rb") as file:  # noqa: PTH123 (pathlib costs half a start)
                content = file.read(LARGEST + 1)
    except AttributeError:
        raise InputError(f"{shown}: it is closed") from None
    except OSError as error:
        raise InputError(f"{shown}: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise InputError(f"{shown}: larger than {LARGEST // 1_000_000} MB; expected a list of medicines, one a line")
    if b"\0" in content:
        raise InputError(f"{shown}: not a text file (it holds NUL bytes); expected UTF-8 text, one medicine a line")
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def lines(text: str) -> "Iterator[str]":
    """Yield the lines that hold something; a line that begins with # is a comment."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def stdin_lines() -> "Iterator[str]":
    """Yield the lines of stdin one by one, however many there are; InputError where it is no text."""
    if sys.stdin is None:
        raise InputError("standard input: it is closed")
    for line in sys.stdin.buffer:
        if b"\0" in line:
            raise InputError("standard input: not a text (it holds NUL bytes); expected UTF-8 text, one name a line")
        yield from lines(line.decode("utf-8", "surrogateescape"))


def lists(path: str) -> "Iterator[tuple[int, list[str], str]]":
    """Yield each list as it is read: line number, names, and what is wrong with the line (or nothing).

    One list a line, names separated by `;`. Only one line is held at a time. InputError where the file itself cannot
    be read, or its first line shows that it is no text.
    """
    shown = "standard input" if path == "-" else path
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as file:
            for number, line in enumerate(_bounded_lines(file), 1):
                if number == 1 and b"\0" in line:
                    raise InputError(f"{shown}: not a text file (it holds NUL bytes); expected UTF-8, one list a line")
                yield from _list(number, line)
    except OSError as error:
        raise InputError(f"{shown}: {error.strerror or error}") from error


def _bounded_lines(file: "BinaryIO") -> "Iterator[bytes]":
    """Yield lines; of one that is too long only its beginning, and the rest of it is read over."""
    while line := file.readline(LONGEST_LINE + 1):
        part = line
        while len(part) > LONGEST_LINE and not part.endswith(b"\n"):
            part = file.readline(LONGEST_LINE + 1)
        yield line


def _list(number: int, line: bytes) -> "Iterator[tuple[int, list[str], str]]":
    text = line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").decode("utf-8", "surrogateescape").strip()
    if not text or text.startswith("#"):
        return
    names = [name for name in text.split(";") if name.strip()]
    if len(line) > LONGEST_LINE:
        yield number, [text[:40]], f"longer than {LONGEST_LINE // 1000} kB"
    elif "\0" in text:
        yield number, [text[:40]], "it holds NUL bytes"
    elif len(names) > MOST:
        yield number, [text[:40]], f"{len(names)} names; one list holds at most {MOST}"
    elif not names:
        yield number, [text[:40]], "there is no name in it"
    else:
        yield number, names, ""
