"""Run a check and turn everything that can go wrong into one line and an exit status."""

import os
import sys

from medcheck.clean import clean
from medcheck.compendium import StoreError
from medcheck.house import open_book
from medcheck.intake import InputError, UsageError, gather, lists
from medcheck.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from medcheck.compendium import Compendium
    from medcheck.model import NotChecked, Report
    from medcheck.options import Options

ONE_REPORT = ("html",)
"""Formats that hold one report and no more."""
USAGE, INCOMPLETE, UNREADABLE, STORE, INTERNAL, UNWRITTEN, INTERRUPTED, CLOSED_PIPE = 2, 3, 4, 5, 70, 74, 130, 141


def run_check(options: "Options") -> int:
    """Check one list, or each line of --lists; return the exit status."""
    if options.lists:
        return _run_lists(options)
    from medcheck.formats import writer
    from medcheck.report import examine, exit_status

    report = examine(
        gather(options.names),
        open_book(options.data),
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
    """Check each line as it comes, one answer after the other, and hold nothing of it."""
    from medcheck.formats import begin, writer
    from medcheck.report import exit_status

    if options.names:
        raise UsageError("give names or --lists, not both")
    if options.format in ONE_REPORT:
        raise UsageError(f"--format {options.format} holds one report; with --lists use jsonl, csv, tsv or markdown")
    book, write, statuses, progress = open_book(options.data), writer(options.format), {0}, Progress("lists")
    for number, names, fault in lists(options.lists):
        report = _report_of(names, fault, book, options)
        statuses.add(exit_status(report, options.fail_on))
        if not options.quiet:
            if not progress.count:
                begin(options.format, sys.stdout)
            write(report, sys.stdout, options, number)
            sys.stdout.flush()
        progress.step()
    progress.end()
    if not progress.count:
        raise UsageError(f"{options.lists}: no lists in it; expected one a line, names separated by ;")
    if not options.quiet:
        say(f"{progress.count} lists checked")
    return 1 if 1 in statuses else max(statuses)


def _report_of(names: "list[str]", fault: str, book: "Compendium", options: "Options") -> "Report":
    """Return the report on one line; a line that cannot be read is a report in which nothing was checked."""
    from medcheck.model import NotChecked
    from medcheck.report import examine, report_on

    if fault:
        return report_on([NotChecked(names[0], "unreadable", detail=fault)], book)
    return examine(names, book, strict=options.strict, market=market(options), min_severity=options.min_severity)


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
