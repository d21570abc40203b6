"""Progress on stderr: only in a terminal, and only when something takes longer than a second."""

import sys
import time

PATIENCE = 1.0
"""Seconds before anything is said."""
EVERY = 0.5
"""Seconds between two lines."""


class Progress:
    """Counts steps and tells how many there were and how fast."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0
        self._start = time.monotonic()
        self._next = self._start + PATIENCE
        self._shown = False
        self._terminal = bool(sys.stderr and sys.stderr.isatty() and not (sys.stdout and sys.stdout.isatty()))

    def step(self) -> None:
        """Count one; say so now and then."""
        self.count += 1
        if self._terminal and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._shown = True
            rate = self.count / (time.monotonic() - self._start)
            sys.stderr.write(f"\r{self.count:,} {self.what}, {rate:,.0f} a second ")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
