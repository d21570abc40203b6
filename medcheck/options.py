"""The options of a check: one table that both the quick front door and the typer app read."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("text", "json", "jsonl", "csv", "tsv", "markdown", "html")
LEVELS = ("contraindicated", "major", "moderate", "minor")
COLORS = ("auto", "always", "never")
DETAILS = ("brief", "normal", "full")
COMMANDS = ("check", "info", "side-effects", "resolve", "explain", "list", "compare", "screen", "data", "completion")
"""The words that are commands when they come first; anything else is a medicine."""


COMPLETE = "__complete"
"""What the shells' completion scripts call."""


class Flag:
    """One option of a check."""

    __slots__ = ("choices", "default", "help", "metavar", "name", "switch")

    def __init__(
        self,
        name: str,
        default: "str | bool",
        help: str,
        *,
        choices: "tuple[str, ...]" = (),
        metavar: str = "",
    ) -> None:
        self.name = name
        self.default = default
        self.help = help
        self.choices = choices
        self.metavar = metavar
        self.switch = isinstance(default, bool)

    @property
    def attribute(self) -> str:
        """The name of its value in Options."""
        return self.name.strip("-").replace("-", "_")


FLAGS = (
    Flag("--format", "text", "How to write the answer.", choices=FORMATS),
    Flag("--lists", "", "Check many lists: one a line, names separated by ; (- for stdin).", metavar="FILE"),
    Flag("--min-severity", "minor", "Show only findings at least this severe.", choices=LEVELS),
    Flag("--fail-on", "major", "Exit 1 at this severity or worse.", choices=(*LEVELS, "never")),
    Flag("--strict", default=False, help="Accept no spelling correction."),
    Flag("--market", "", "Country (US, GB, DE...) that decides what an ambiguous brand means.", metavar="COUNTRY"),
    Flag("--quiet", default=False, help="Print nothing; the exit status is the answer."),
    Flag("--color", "auto", "Colour in a terminal.", choices=COLORS),
    Flag("--patient", default=False, help="Plain words instead of professional ones."),
    Flag("--detail", "normal", "How much to say.", choices=DETAILS),
    Flag("--no-pager", default=False, help="Never page a long answer in a terminal."),
    Flag("--data", "", "Folder of local rules (also MEDCHECK_DATA).", metavar="DIR"),
)


class Options:
    """What a check was asked."""

    __slots__ = (
        "color", "data", "detail", "fail_on", "format", "lists", "market", "min_severity", "names", "no_pager",
        "patient", "quiet", "strict",
    )  # fmt: skip

    names: "list[str]"
    format: str
    lists: str
    min_severity: str
    fail_on: str
    strict: bool
    market: str
    quiet: bool
    color: str
    patient: bool
    detail: str
    no_pager: bool
    data: str

    def __init__(self, names: "Sequence[str]", **given: "str | bool") -> None:
        self.names = list(names)
        for flag in FLAGS:
            setattr(self, flag.attribute, given.get(flag.attribute, flag.default))


def plain_check(arguments: "Sequence[str]") -> "Options | None":
    """Read the arguments of an ordinary check; None where anything needs the full parser (help, commands, mistakes)."""
    if not arguments or arguments[0] in (*COMMANDS[1:], COMPLETE):
        return None
    flags = {flag.name: flag for flag in FLAGS}
    names: list[str] = []
    given: dict[str, str | bool] = {}
    waiting = list(arguments[1:] if arguments[0] == COMMANDS[0] else arguments)
    while waiting:
        argument = waiting.pop(0)
        if not argument.startswith("-") or argument == "-":
            names.append(argument)
            continue
        name, equals, value = argument.partition("=")
        flag = flags.get(name)
        if flag is None or (flag.switch and equals) or not (flag.switch or equals or waiting):
            return None
        given[flag.attribute] = True if flag.switch else value if equals else (value := waiting.pop(0))
        if not flag.switch and ((flag.choices and value not in flag.choices) or value.startswith("--")):
            return None
    return Options(names, **given) if names or "lists" in given else None
