"""Rows of a label and a text -> wrapped lines, the same in a pipe (plain) and in a terminal (coloured by rich)."""

import os
from textwrap import wrap

from medcheck.clean import clean, escape_markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

PIPE_WIDTH = 80
WIDEST = 110
"""Lines longer than this are hard to read, however wide the terminal."""
LONGEST_TEXT = 10_000


class Row:
    """One paragraph: a label, in a style, and a text that hangs beside it."""

    __slots__ = ("hang", "indent", "label", "style", "text")

    def __init__(self, text: str = "", *, label: str = "", style: str = "", indent: int = 0, hang: int = 0) -> None:
        self.text = text
        self.label = label
        self.style = style
        self.indent = indent
        self.hang = hang
        """Width kept for the label; 0 lets the text follow it."""


def write_rows(rows: "Iterable[Row]", stream: "TextIO", color: str, *, paged: bool = False) -> None:
    """Write rows to a stream: plain into a pipe, through rich (and a pager, where they are long) into a terminal."""
    if paged and stream.isatty():
        from medcheck.formats.pager import page

        if page(list(rows), stream, color):
            return
    if color == "always" or (color == "auto" and stream.isatty() and not os.environ.get("NO_COLOR")):
        _write_with_rich(rows, stream, color)
        return
    width = width_of(stream)
    stream.write("".join(f"{lead}{label}{rest}".rstrip() + "\n" for lead, label, _, rest in lay_out(rows, width)))


def write_markdown(rows: "Iterable[Row]", stream: "TextIO") -> None:
    """Write rows as Markdown: headings, questions, and a list item for each labelled text."""
    for row in rows:
        label, text = (escape_markdown(clean(value, LONGEST_TEXT)) for value in (row.label, row.text))
        if not label:
            stream.write(f"\n{text}\n\n" if text else "\n")
        elif row.indent and text:
            stream.write(f"- **{label}** {text}\n")
        else:
            stream.write(f"\n{'###' if row.indent else '##'} {label}{f': {text}' if text else ''}\n\n")


def width_of(stream: "TextIO") -> int:
    """Return the width to write for: the terminal's within bounds, or 80."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else PIPE_WIDTH
        columns = getattr(stream, "columns", columns)
    except (OSError, ValueError):
        columns = PIPE_WIDTH
    return max(40, min(columns, WIDEST))


def lay_out(rows: "Iterable[Row]", width: int) -> "Iterator[tuple[str, str, str, str]]":
    """Yield each line as indent, label, the label's style and the rest."""
    for row in rows:
        margin = " " * row.indent
        label = clean(row.label)
        gap = label.ljust(row.hang)[len(label) :] if row.hang else " " if label and row.text else ""
        taken = row.indent + len(label) + len(gap)
        hang = " " * (row.indent + row.hang if row.hang else row.indent + 2 if label else row.indent)
        text = clean(row.text, LONGEST_TEXT)
        first, *more = wrap(" " * taken + text, width, subsequent_indent=hang, break_on_hyphens=False) or [""]
        yield margin, label, row.style, gap + first[taken:] if text else ""
        yield from (("", "", "", line) for line in more)


def _write_with_rich(rows: "Iterable[Row]", stream: "TextIO", color: str) -> None:
    from rich.console import Console
    from rich.text import Text

    width = width_of(stream)
    forced = {"force_terminal": True} if color == "always" else {}
    console = Console(file=stream, width=width, markup=False, emoji=False, highlight=False, **forced)  # type: ignore[arg-type]
    for indent, label, style, rest in lay_out(rows, width):
        console.print(Text.assemble(indent, (label, style), rest), soft_wrap=True)
