"""The typer app: parse, call, write, exit. The plain check does not come here (see __main__.py)."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from medcheck import about, commands, comparing, explaining
from medcheck.intake import UsageError
from medcheck.options import COMMANDS, FLAGS, Options
from medcheck.run import USAGE, run_check
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
CardFormat = Annotated[Literal["text", "json", "jsonl", "markdown"], typer.Option(help="How to write the answer.")]
LocalRules = Annotated[str, typer.Option("--data", help="Folder of local rules (also MEDCHECK_DATA).", metavar="DIR")]
FailOn = Literal["contraindicated", "major", "moderate", "minor", "never"]
Folder = Annotated[Path, typer.Argument(help="Folder of the YAML files.")]

_chosen: list[Callable[[], int]] = []
"""What the parsed command asks for; run after typer is done, so that failures meet one guard for both doors."""


def run_app(arguments: list[str]) -> int:
    """Parse arguments and do what they ask; return the exit status."""
    _chosen.clear()
    if arguments and arguments[0] not in (*COMMANDS, "--version", "--help", "-h"):
        arguments = [COMMANDS[0], *arguments]
    try:
        status = app(arguments, prog_name="medcheck", standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer's own click is private, so its usage errors are known by this
            raise
        return _usage(arguments, error)
    return _chosen[0]() if _chosen else int(status or 0)


def _usage(arguments: list[str], error: Any) -> int:
    """Say a usage error in one line; a command group without a command gets its help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return USAGE
    command = f"medcheck {arguments[0]}" if arguments[0] in COMMANDS else "medcheck"
    raise UsageError(f"{' '.join(error.format_message().split())} ({command} --help)")


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
def info(
    names: Names,
    format: CardFormat = "text",
    section: Annotated[
        Literal["", "names", "uses", "warnings", "side-effects", "daily", "questions"],
        typer.Option(help="Only this part of the card.", show_default=False),
    ] = "",
) -> None:
    """Show the card of a drug: what it is, uses, side effects, questions, sources."""
    _chosen.append(lambda: about.info(names, format, section))


@app.command("side-effects")
def side_effects(
    names: Annotated[list[str] | None, typer.Argument(help="Medicines; none with --find lists every drug.")] = None,
    find: Annotated[str, typer.Option(help="A symptom: which of these can cause it.", metavar="SYMPTOM")] = "",
    format: CardFormat = "text",
) -> None:
    """Show common and serious side effects, shared ones first."""
    _chosen.append(lambda: about.side_effects(names or [], find, format))


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
    names: Annotated[list[str], typer.Argument(help="Two or more medicines, or the id of an entry.")],
    why_not: Annotated[  # noqa: FBT002
        bool, typer.Option("--why-not", help="Say which entries nearly matched, and what was missing.")
    ] = False,
    format: Format = "text",
    data: LocalRules = "",
) -> None:
    """Show everything the data say about a pair or an entry: what matched and why, what was replaced, sources."""
    _chosen.append(lambda: explaining.answer(names, format, why_not=why_not, data=data))


@app.command()
def compare(  # noqa: PLR0913, PLR0917 (an argument for each option)
    files: Annotated[list[str], typer.Argument(help="BEFORE AFTER, or one list; - reads stdin. One medicine a line.")],
    add: Annotated[list[str] | None, typer.Option(help="What if this is added?", metavar="DRUG")] = None,
    stop: Annotated[list[str] | None, typer.Option(help="What if this is stopped?", metavar="DRUG")] = None,
    format: CardFormat = "text",
    fail_on: Annotated[FailOn, typer.Option(help="Exit 1 if it adds this severity or worse.")] = "major",
    patient: Annotated[bool, typer.Option("--patient", help="Plain words.")] = False,  # noqa: FBT002
    data: LocalRules = "",
) -> None:
    """Say what a changed list adds, takes away and leaves; --add and --stop ask what if."""
    _chosen.append(
        lambda: comparing.answer(files, add or [], stop or [], form=format, fail_on=fail_on, patient=patient, data=data)
    )


@app.command("list")
def list_(
    what: Annotated[Literal["drugs", "traits", "interactions", "sources"], typer.Argument(help="What to list.")],
    trait: Annotated[str, typer.Option(help="Only what has this trait.")] = "",
) -> None:
    """List what the data hold, one a line."""
    _chosen.append(lambda: commands.list_all(what, trait))


register_screen(app, _chosen.append)


@app.command()
def completion(shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Your shell.")]) -> None:
    """Print the script that completes drug names; for bash: source <(medcheck completion bash)."""
    _chosen.append(lambda: commands.completion(shell))


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


@data.command("schema")
def schema_() -> None:
    """Print the JSON Schema of the reports that --format json and jsonl write."""
    _chosen.append(commands.schema)
