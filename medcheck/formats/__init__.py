"""Report -> text, json, jsonl...: a module each with `write(report, stream, options, line=None)`."""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TextIO

    from medcheck.model import Report
    from medcheck.options import Options

    class Writer(Protocol):
        """Writes one report; `line` is its line number where many lists are checked."""

        def __call__(self, report: Report, stream: TextIO, options: Options, line: int | None = None) -> None:
            """Write `report` to `stream`."""


def writer(name: str) -> "Writer":
    """Import a format only when asked for: JSON never pays for rich."""
    write: Writer = import_module(f"{__name__}.{name}").write
    return write


def begin(name: str, stream: "TextIO") -> None:
    """Write what stands once before many reports: the columns of a table; nothing in other formats."""
    start = getattr(import_module(f"{__name__}.{name}"), "begin", None)
    if start:
        start(stream)
