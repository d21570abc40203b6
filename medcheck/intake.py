"""Text (arguments, lines, files) -> names."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 16_000_000
"""Bytes of one input; a list of medicines is never that long."""
MOST = 100
"""Names of one list; the longest real lists hold about 60."""


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


def lists(text: str) -> "Iterator[tuple[int, list[str]]]":
    """Yield line number and names of each list: one list a line, names separated by `;`."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, [name for name in line.split(";") if name.strip()]
