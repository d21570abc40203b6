"""What a screening was asked to do."""

import os
from dataclasses import dataclass, field
from typing import Any

from medcheck.intake import UsageError
from medcheck.screen.source import Columns
from medcheck.screen.text import cores


@dataclass(frozen=True)
class Plan:
    """The options of `medcheck screen`."""

    table: str
    """A file, a folder, or - for stdin."""
    out: str
    columns: Columns = field(default_factory=Columns)
    overlap: int = 1
    """Days that drugs must be taken together, all stretches added up."""
    form: str = "parquet"
    skip_bad_rows: bool = False
    allow_unresolved: bool = False
    strict: bool = False
    market: str = ""
    findings: bool = True
    """Write the table of findings; otherwise only the counts."""
    memory: int = 1000
    """Megabytes of rows that are kept before they are spilled to files."""
    threads: int = 1
    engine: str = "local"
    master: str = ""
    """Where Spark runs; its own setting if empty."""
    quiet: bool = False


def plan_of(values: dict[str, Any]) -> Plan:
    """Return the plan for the options as they were given on the command line; UsageError for what cannot be."""
    given = dict(values)
    columns = Columns(*(given.pop(name) for name in ("person", "drug", "start", "end", "strata")))
    for option, least in (("overlap", 1), ("memory", 1), ("threads", 0)):
        if given[option] < least:
            raise UsageError(f"--{option}: expected at least {least}")
    form, skip = given.pop("format"), given.pop("on_bad_row") == "skip"
    market = given.pop("market") or os.environ.get("MEDCHECK_MARKET", "")
    threads = given.pop("threads") or cores()
    return Plan(columns=columns, form=form, skip_bad_rows=skip, market=market, threads=threads, **given)
