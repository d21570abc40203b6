"""How far a long run is, on stderr in a terminal; nothing in a pipe, nothing in the first second."""

import sys
from time import monotonic

PATIENCE = 1.0
"""Seconds before anything is shown."""
PAUSE = 0.2
"""Seconds between two updates."""


class Progress:
    """A count that is rewritten on one line and wiped at the end."""

    __slots__ = ("_next", "_shown", "_visible", "what")

    def __init__(self, what: str) -> None:
        self.what = what
        self._visible = bool(sys.stderr and sys.stderr.isatty() and not (sys.stdout and sys.stdout.isatty()))
        self._shown = 0
        self._next = monotonic() + PATIENCE

    def __enter__(self) -> "Progress":  # noqa: PYI034 (typing would cost a start)
        return self

    def at(self, count: int) -> None:
        """Say how many are done, if it is time to."""
        if self._visible and monotonic() >= self._next:
            self._next = monotonic() + PAUSE
            text = f"{count:,} {self.what}"
            sys.stderr.write("\r" + text.ljust(self._shown))
            sys.stderr.flush()
            self._shown = len(text)

    def __exit__(self, *failure: object) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
