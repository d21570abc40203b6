"""The command `screen`: its options, read by typer."""

from collections.abc import Callable
from typing import Annotated, Literal

import typer

from medcheck.intake import UsageError

EXTRA = {"numpy": "screen", "pyarrow": "screen", "pyspark": "spark", "py4j": "spark", "pandas": "spark"}
"""Which extra brings which package."""

Text = typer.Option


def register(app: typer.Typer, chosen: Callable[[Callable[[], int]], None]) -> None:
    """Add the command to the app; `chosen` takes what the parsed command asks for."""

    @app.command()
    def screen(  # noqa: PLR0913, PLR0917 (typer reads the options from here)
        table: Annotated[str, typer.Argument(help="Parquet, CSV or TSV (also .gz), a folder of them, or - for stdin.")],
        out: Annotated[str, Text("--out", "-o", help="Folder for the tables and the manifest.")],
        person: Annotated[str, Text(help="Column of the persons.")] = "person",
        drug: Annotated[str, Text(help="Column of the drugs: names, brands, RxCUI, ATC.")] = "drug",
        start: Annotated[str, Text(help="Column of the first day (default: start, if it and end are there).")] = "",
        end: Annotated[str, Text(help="Column of the last day.")] = "",
        overlap: Annotated[int, Text(help="Days that drugs must be taken together.")] = 1,
        stratum: Annotated[list[str] | None, Text(help="Column to count by; may be given several times.")] = None,
        format: Annotated[Literal["parquet", "csv"], Text(help="How to write the tables.")] = "parquet",
        findings: Annotated[bool, Text(help="Write every finding, or only the counts.")] = True,  # noqa: FBT002
        on_bad_row: Annotated[Literal["fail", "skip"], Text(help="End the run at a bad row, or count it.")] = "fail",
        allow_unresolved: Annotated[bool, Text("--allow-unresolved", help="Exit 0 all the same.")] = False,  # noqa: FBT002
        strict: Annotated[bool, Text("--strict", help="Accept no spelling correction.")] = False,  # noqa: FBT002
        market: Annotated[str, Text(help="Country that decides what an ambiguous brand means.")] = "",
        memory: Annotated[int, Text(help="Megabytes of unsorted rows to keep before spilling.")] = 1000,
        threads: Annotated[int, Text(help="Cores to use; 0 for all.")] = 0,
        engine: Annotated[Literal["local", "spark"], Text(help="Where to run.")] = "local",
        master: Annotated[str, Text(help="Spark master, like local[4] or yarn.")] = "",
        quiet: Annotated[bool, Text("--quiet", help="Say only what is wrong.")] = False,  # noqa: FBT002
    ) -> None:
        """Screen many patients: a table of persons and drugs -> findings, counts and a manifest.

        Exit status: 0, or 3 if some name was not checked (unless --allow-unresolved); findings never change it.
        """
        values = {name: value for name, value in locals().items() if name != "chosen"}
        values["strata"] = tuple(values.pop("stratum") or ())
        chosen(lambda: run_screen(values))


def run_screen(values: dict[str, object]) -> int:
    """Run a screening; UsageError names the extra that is not installed."""
    try:
        from medcheck.screen import screening
        from medcheck.screen.plan import plan_of

        return screening.run(plan_of(values))
    except ModuleNotFoundError as error:
        extra = EXTRA.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        raise UsageError(
            f"screening needs {error.name}; install it with: pip install 'medcheck-cli[{extra}]'"
        ) from None
