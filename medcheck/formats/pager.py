"""A long answer in a terminal -> the user's pager."""

import os
import signal
import subprocess
from io import StringIO
from shlex import split
from shutil import which

from medcheck.formats.layout import write_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from medcheck.formats.layout import Row

DEFAULT = "less -RFX"


def page(rows: "list[Row]", stream: "TextIO", color: str) -> bool:
    """Show rows in a pager if they are longer than the terminal; return whether they were shown.

    MEDCHECK_PAGER, then PAGER, name the pager; an empty one, `cat` or one that is not there means none.
    """
    size = os.get_terminal_size(stream.fileno())
    command = split(os.environ.get("MEDCHECK_PAGER", os.environ.get("PAGER", DEFAULT)))
    if not size.lines or not command or command == ["cat"] or not which(command[0]):
        return False
    text = _as_text(rows, size.columns, color)
    if text.count("\n") < size.lines:
        return False
    _pipe(command, text)
    return True


def _as_text(rows: "list[Row]", columns: int, color: str) -> str:
    """Lay the rows out as the terminal would get them, colours included where it has any."""
    coloured = color != "never" and (color == "always" or not os.environ.get("NO_COLOR"))
    held = _Terminal(columns)
    write_rows(rows, held, "always" if coloured else "never")
    return held.getvalue()


class _Terminal(StringIO):
    """A text in memory that is as wide as the terminal."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.columns = columns


def _pipe(command: "list[str]", text: str) -> None:
    """Give a text to the pager; Ctrl-C and an early end belong to the pager."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        environment = {"LESSCHARSET": "utf-8", **os.environ}
        subprocess.run(command, input=text.encode("utf-8", "backslashreplace"), check=False, env=environment)  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)
