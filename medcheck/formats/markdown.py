"""Report -> Markdown for a note or a ticket: the text report with headings, lists and a table."""

from medcheck.clean import clean, escape_markdown
from medcheck.formats.layout import write_markdown
from medcheck.formats.matrix import MARKS, matrix_of
from medcheck.formats.text import rest, top

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from medcheck.formats.matrix import Matrix
    from medcheck.model import Report
    from medcheck.options import Options


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the report."""
    write_markdown(top(report, options.detail, line), stream)
    if matrix := matrix_of(report):
        stream.write(_table(matrix))
    write_markdown(rest(report, options), stream)


def _table(matrix: "Matrix") -> str:
    """Return the matrix as a table whose columns are numbered as its rows are."""
    columns = range(len(matrix.names) - 1)
    lines = ["", "| | " + " | ".join(str(column + 1) for column in columns) + " |", "|---|" + "---|" * len(columns)]
    for row, name in enumerate(matrix.names):
        cells = [MARKS[matrix.states[column, row]] if column < row else "" for column in columns]
        lines.append(f"| {row + 1} {escape_markdown(clean(name))} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", matrix.legend(), ""])
