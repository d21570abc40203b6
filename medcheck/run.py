"""Run a check and turn everything that can go wrong into one line and an exit status."""

import os
import sys

from medcheck.clean import clean
from medcheck.compendium import StoreError, open_store
from medcheck.intake import InputError, UsageError, gather, lists, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from medcheck.model import NotChecked
    from medcheck.options import Options

USAGE, INCOMPLETE, UNREADABLE, STORE, INTERNAL, UNWRITTEN, INTERRUPTED, CLOSED_PIPE = 2, 3, 4, 5, 70, 74, 130, 141


def run_check(options: "Options") -> int:
    """Check one list, or each line of --lists; return the exit status."""
    if options.lists:
        return _run_lists(options)
    from medcheck.formats import writer
    from medcheck.report import examine, exit_status

    report = examine(
        gather(options.names),
        open_store(),
        strict=options.strict,
        market=market(options),
        min_severity=options.min_severity,
        ask=choose if _someone_is_there(options) else None,
    )
    if not options.quiet:
        writer(options.format)(report, sys.stdout, options)
    return exit_status(report, options.fail_on)


def _someone_is_there(options: "Options") -> bool:
    """Tell whether a person can be asked: stdin and stderr are a terminal, and the names do not come from stdin."""
    terminal = all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))
    return terminal and not options.quiet and "-" not in options.names


def choose(name: "NotChecked") -> "str | None":
    """Ask on stderr which drug was meant; an empty answer, or one that is no number of the list, chooses nothing."""
    say(f"“{name.typed}” is not certain. Which is meant?")
    for number, candidate in enumerate(name.candidates, 1):
        say(f"  {number}  {candidate}")
    sys.stderr.write("Number (or Enter for none): ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    known = answer.isdecimal() and 0 < int(answer) <= len(name.candidates)
    return name.candidates[int(answer) - 1] if known else None


def market(options: "Options") -> str:
    """Return the country that decides ambiguous brands, from --market or MEDCHECK_MARKET."""
    country = options.market or os.environ.get("MEDCHECK_MARKET", "")
    if country and not (len(country) == 2 and country.isalpha()):  # noqa: PLR2004 (letters of a country code)
        raise UsageError(f"{country}: expected a country code of two letters, such as US or GB")
    return country


def _run_lists(options: "Options") -> int:
    from medcheck.formats import writer
    from medcheck.report import examine, exit_status

    if options.names:
        raise UsageError("give names or --lists, not both")
    book, write, statuses = open_store(), writer(options.format), {0}
    count = 0
    for number, names in lists(read(options.lists)):
        count += 1
        report = examine(names, book, strict=options.strict, market=market(options), min_severity=options.min_severity)
        statuses.add(exit_status(report, options.fail_on))
        if not options.quiet:
            write(report, sys.stdout, options, number)
    if not count:
        raise UsageError(f"{options.lists}: no lists in it; expected one a line, names separated by ;")
    if not options.quiet:
        say(f"{count} lists checked")
    return 1 if 1 in statuses else max(statuses)


def say(message: str) -> None:
    """Write one line to stderr."""
    if sys.stderr:
        sys.stderr.write("\n".join(clean(line, 1000) for line in message.split("\n")) + "\n")


def guarded(answer: "Callable[[], int]") -> int:  # noqa: PLR0911 (one return for each kind of failure)
    """Call `answer` and flush; every failure becomes one line on stderr and its exit status."""
    try:
        return _flushed(answer)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return CLOSED_PIPE
    except UsageError as error:
        say(f"medcheck: {error}")
        return USAGE
    except InputError as error:
        say(f"medcheck: {error}")
        return UNREADABLE
    except StoreError as error:
        say(f"medcheck: {error}; install medcheck again, or run: medcheck data build")
        return STORE
    except OSError as error:
        _drop_output()
        say(f"medcheck: the answer could not be written: {error.strerror or error}")
        return UNWRITTEN
    except Exception as error:
        if os.environ.get("MEDCHECK_DEBUG"):
            raise
        say(f"medcheck: internal error: {type(error).__name__}: {error}; please report it with the command you typed")
        return INTERNAL


def _flushed(answer: "Callable[[], int]") -> int:
    if sys.stdout is None:
        raise OSError(9, "standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    status = answer()
    sys.stdout.flush()
    return status


def _drop_output() -> None:
    """Point stdout at nothing, so that the interpreter's own flush at exit stays quiet."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        return
