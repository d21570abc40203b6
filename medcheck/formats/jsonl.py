"""Report -> one line of JSON, the same object as `json`."""

import json

from medcheck.formats.json import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from medcheck.model import Report
    from medcheck.options import Options


def write(report: "Report", stream: "TextIO", options: "Options", line: "int | None" = None) -> None:
    """Write the report as one line."""
    stream.write(json.dumps(as_object(report, line)) + "\n")
