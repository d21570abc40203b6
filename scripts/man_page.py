"""Write man/medcheck.1 from the typer app and the README's table of exit statuses.

Usage: python scripts/man_page.py [--check]
"""

import inspect
import re
import sys
from pathlib import Path
from typing import Any

import typer

from medcheck import __version__
from medcheck.cli import app

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "man" / "medcheck.1"
VARIABLES = {
    "MEDCHECK_DATA": "Folder of local rules; empty for none.",
    "MEDCHECK_MARKET": "Country that decides what an ambiguous brand means.",
    "MEDCHECK_PAGER, PAGER": "Pager for long answers in a terminal; empty for none. Default: less -RFX.",
    "NO_COLOR": "No colour where it is set.",
}


def escaped(text: str) -> str:
    """Return text as roff shows it literally."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.split("\n"))


def options(command: Any) -> list[str]:
    """Return the options of a command."""
    lines = []
    for parameter in command.params:
        if parameter.param_type_name == "option":
            kind = parameter.type
            values = "|".join(filter(None, getattr(kind, "choices", ()))) or parameter.metavar or "TEXT"
            value = "" if parameter.is_flag else f" \\fI{escaped(values)}\\fR"
            names = ", ".join(f"\\fB{escaped(name)}\\fR" for name in parameter.opts)
            lines += [".TP", names + value, escaped(parameter.help or "")]
    return lines


def usage(name: str, command: Any) -> str:
    """Return how a command is called."""
    words = [
        f"{parameter.name.upper().rstrip('_')}{'...' if parameter.nargs != 1 else ''}"
        for parameter in command.params
        if parameter.param_type_name == "argument"
    ]
    return " ".join(["medcheck", name, *words]).strip()


def commands(group: Any, before: str = "") -> list[str]:
    """Return a section part for each command, those of groups too."""
    lines: list[str] = []
    for name, command in group.commands.items():
        full = f"{before}{name}"
        if hasattr(command, "commands"):
            lines += commands(command, f"{full} ")
            continue
        lines += [".SS " + f'"{escaped(usage(full, command))}"', escaped(inspect.cleandoc(command.help or ""))]
        lines += options(command)
    return lines


def statuses() -> list[str]:
    """Return the exit statuses as the README gives them."""
    rows = re.findall(r"^\| (\d[\d, ]*) \| (.+) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [line for number, means in rows for line in (".TP", f"\\fB{number}\\fR", escaped(means.replace("`", "")))]


def page() -> str:
    """Return the whole manual page."""
    group: Any = typer.main.get_command(app)
    lines = [
        f'.TH MEDCHECK 1 "" "medcheck {escaped(__version__)}" "User Commands"',
        *(".SH NAME", "medcheck \\- check medicines against each other, offline"),
        *(".SH SYNOPSIS", ".B medcheck", "\\fINAME NAME\\fR ... [\\fIoptions\\fR]", ".br", ".B medcheck"),
        "\\fICOMMAND\\fR ... [\\fIoptions\\fR]",
        *(".SH DESCRIPTION", escaped(inspect.cleandoc(group.help or "")).replace("\n\n", "\n.PP\n")),
        *(".SH COMMANDS", *commands(group)),
        *(".SH EXIT STATUS", *statuses()),
        ".SH ENVIRONMENT",
        *(line for name, means in VARIABLES.items() for line in (".TP", f".B {escaped(name)}", escaped(means))),
        ".SH NOTES",
        "This is not medical advice. No entry does not mean safe. Ask a doctor or pharmacist.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or with --check say whether it is current."""
    if "--check" in sys.argv[1:]:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print("current" if current else "out of date: run python scripts/man_page.py")
        return 0 if current else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
