"""Report -> the table of `csv`, cells apart by tabs and never quoted, for cut, awk and sort."""

from medcheck.formats.csv import COLUMNS, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from medcheck.model import Report
    from medcheck.options import Options


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the rows, and before those of a single list the names of the columns."""
    if line is None:
        begin(stream)
    stream.write("".join("\t".join(cells) + "\n" for cells in table(report, line)))


def begin(stream: "TextIO") -> None:
    """Write the names of the columns."""
    stream.write("\t".join(COLUMNS) + "\n")
