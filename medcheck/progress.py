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


class Working:
    """Says what is being done and for how long, while something runs that has no steps to count."""

    def __init__(self, what: str) -> None:
        from threading import Event, Thread

        self.what = what
        self._done = Event()
        self._thread = Thread(target=self._tell, daemon=True)

    def __enter__(self) -> "Working":  # noqa: PYI034 (typing would cost a start)
        if sys.stderr and sys.stderr.isatty():
            self._thread.start()
        return self

    def _tell(self) -> None:
        start = time.monotonic()
        wait = PATIENCE
        while not self._done.wait(wait):
            wait = EVERY
            sys.stderr.write(f"\r{self.what}, {time.monotonic() - start:.0f} s ")
            sys.stderr.flush()

    def __exit__(self, *failure: object) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
            sys.stderr.write("\r\x1b[K")
