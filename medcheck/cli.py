"""The typer app: parse, call, write, exit. The plain check does not come here (see __main__.py)."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from medcheck import commands
from medcheck.options import COMMANDS, FLAGS, Options
from medcheck.run import run_check
from medcheck.screen.command import register as register_screen

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data = typer.Typer(no_args_is_help=True, help="The data: check, compile, verify.")
app.add_typer(data, name="data")

Names = Annotated[list[str], typer.Argument(help="Medicines: generic or brand names; - reads stdin, @file a file.")]
Format = Annotated[Literal["text", "json", "jsonl"], typer.Option(help="How to write the answer.")]
Folder = Annotated[Path, typer.Argument(help="Folder of the YAML files.")]

_chosen: list[Callable[[], int]] = []
"""What the parsed command asks for; run after typer is done, so that failures meet one guard for both doors."""


def run_app(arguments: list[str]) -> int:
    """Parse arguments and do what they ask; return the exit status."""
    _chosen.clear()
    if arguments and arguments[0] not in (*COMMANDS, "--version", "--help", "-h"):
        arguments = [COMMANDS[0], *arguments]
    try:
        app(arguments, prog_name="medcheck")
    except SystemExit as stop:
        if not _chosen:
            return int(stop.code or 0)
    return _chosen[0]()


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (typer calls it so)
    if wanted:
        _chosen.append(commands.version)
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[  # noqa: FBT002
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Versions of tool and data.")
    ] = False,
) -> None:
    """Check medicines against each other, offline.

    medcheck naltrexone gabapentin

    Names may be generic, brand or misspelt. If the first word is no command, all words are names to check; see
    medcheck check --help for its options.

    Exit status: 0 nothing at or above --fail-on; 1 a finding; 2 wrong usage; 3 some name or pair was not checked;
    4 unreadable input; 5 damaged data; 70 internal error; 74 the answer could not be written.
    """


def check(**values: Any) -> None:
    """Check medicines against each other."""
    _chosen.append(lambda: run_check(Options(values.pop("names") or [], **values)))


def _check_signature() -> inspect.Signature:
    """Make the parameters of `check` from the table of flags."""
    names = Annotated[list[str] | None, typer.Argument(help="Medicines; - reads stdin, @file a file.")]
    parameters = [inspect.Parameter("names", inspect.Parameter.KEYWORD_ONLY, annotation=names, default=None)]
    for flag in FLAGS:
        kind: Any = bool if flag.switch else Literal[flag.choices] if flag.choices else str
        option = Annotated[kind, typer.Option(flag.name, help=flag.help, metavar=flag.metavar or None)]
        parameters.append(
            inspect.Parameter(flag.attribute, inspect.Parameter.KEYWORD_ONLY, annotation=option, default=flag.default)
        )
    return inspect.Signature(parameters)


check.__signature__ = _check_signature()  # type: ignore[attr-defined]
check.__annotations__ = {name: parameter.annotation for name, parameter in check.__signature__.parameters.items()}  # type: ignore[attr-defined]
app.command("check")(check)


@app.command()
def info(names: Names, format: Format = "text") -> None:
    """Show the card of a drug: what it is, uses, side effects, questions, sources."""
    _chosen.append(lambda: commands.info(names, format))


@app.command("side-effects")
def side_effects(
    names: Names,
    find: Annotated[str, typer.Option(help="A symptom: which of these can cause it.")] = "",
    format: Format = "text",
) -> None:
    """Show common and serious side effects, shared ones first."""
    _chosen.append(lambda: commands.side_effects(names, find, format))


@app.command()
def resolve(
    names: Names,
    format: Annotated[Literal["text", "json", "jsonl", "tsv"], typer.Option(help="How to write it.")] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Accept no spelling correction.")] = False,  # noqa: FBT002
    market: Annotated[str, typer.Option(help="Country that decides what an ambiguous brand means.")] = "",
) -> None:
    """Say what names mean: drug, ingredients, codes, and how each was matched."""
    _chosen.append(lambda: commands.resolve(names, format, strict=strict, market=market))


@app.command()
def explain(
    names: Annotated[list[str], typer.Argument(help="Two medicines, or the id of an entry.")],
    format: Format = "text",
) -> None:
    """Show everything the data say about a pair or an entry, with sources."""
    _chosen.append(lambda: commands.explain(names, format))


@app.command("list")
def list_(
    what: Annotated[Literal["drugs", "traits", "interactions", "sources"], typer.Argument(help="What to list.")],
    trait: Annotated[str, typer.Option(help="Only what has this trait.")] = "",
) -> None:
    """List what the data hold, one a line."""
    _chosen.append(lambda: commands.list_all(what, trait))


register_screen(app, _chosen.append)


@data.command()
def build(folder: Folder = Path("data"), to: Annotated[str, typer.Option(help="Where to write.")] = "") -> None:
    """Check the YAML and compile it into the store."""
    _chosen.append(lambda: commands.build(folder, to))


@data.command()
def lint(folder: Folder = Path("data")) -> None:
    """Judge the YAML: dead entries, one name for two drugs, old reviews, sources nobody cites."""
    _chosen.append(lambda: commands.lint(folder))


@data.command()
def verify() -> None:
    """Check the compiled files in full."""
    _chosen.append(commands.verify_store)


@data.command()
def path() -> None:
    """Print where the compiled files are."""
    _chosen.append(commands.path)
