"""How far a run is, on stderr: at most twice a second in a terminal, every half minute elsewhere."""

import sys
import time

from medcheck.run import say


class Progress:
    """Tells rows, rate and the time that is left."""

    def __init__(self, size: int, *, quiet: bool) -> None:
        self._size = max(1, size)
        self._began = time.monotonic()
        self._terminal = bool(sys.stderr and sys.stderr.isatty())
        self._pause = 0.5 if self._terminal else 30.0
        self._next = float("inf") if quiet else self._began + self._pause

    def tell(self, rows: int, done: int) -> None:
        """Say how far the run is: rows read, and bytes of the input."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._pause
        text = progress_line(rows, done / self._size, now - self._began)
        if self._terminal:
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()
        else:
            say(text)

    def end(self) -> None:
        """Clear the line in a terminal."""
        if self._terminal and self._next < float("inf"):
            sys.stderr.write("\r\x1b[K")


def progress_line(rows: int, share: float, seconds: float) -> str:
    """Return one line about a run that has read a `share` of its input in so many seconds."""
    rate = rows / seconds if seconds else 0.0
    left = seconds * (1 - share) / share if share > 0 else 0.0
    return f"{rows:,} rows, {rate:,.0f} a second, {min(share, 1):.0%}, {left:,.0f} s left"
