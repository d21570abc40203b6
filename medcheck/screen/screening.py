"""A whole run: open, screen with the chosen engine, write the tables and the manifest, say what was not checked."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medcheck.compendium import open_store
from medcheck.intake import UsageError
from medcheck.run import INCOMPLETE, say
from medcheck.screen import output, source
from medcheck.screen.codebook import compile_store
from medcheck.screen.local import Answer, screen
from medcheck.screen.manifest import InputHash, manifest
from medcheck.screen.names import Name, Names
from medcheck.screen.progress import Progress
from medcheck.screen.tally import summary

if TYPE_CHECKING:
    from medcheck.screen.plan import Plan


def run(plan: "Plan") -> int:
    """Screen a table; return 0, or 3 if some name was not checked and that was not allowed.

    Raises UsageError, InputError (the table), StoreError (the compendium) and OSError (the answer cannot be written).
    """
    if plan.engine == "spark":
        from medcheck.screen.spark import run_spark

        return run_spark(plan)
    began = time.monotonic()
    book = open_store()
    names = Names(book, compile_store(book), strict=plan.strict, market=plan.market)
    with output.Output(plan.out, plan.form) as out:
        table = source.open_table(plan.table, out.scratch)
        plan = replace(plan, columns=source.choose(plan.columns, source.header_of(table.files[0]), table.shown))
        hashing = InputHash(table)
        progress = Progress(table.size, quiet=plan.quiet)
        try:
            answer = screen(plan, table, names, out, progress)
        except BaseException:
            hashing.stop()
            raise
        finally:
            progress.end()
        _write(out, answer, names, plan)
        seconds = time.monotonic() - began
        out.finish(manifest(plan, answer, names, hashing.result(), seconds))
    return closing(plan, answer, names, seconds)


def _write(out: output.Output, answer: Answer, names: Names, plan: "Plan") -> None:
    """Write all tables but the findings, and these too if there are none."""
    if not answer.rows:
        raise UsageError(f"{plan.table}: there are no rows in it")
    if plan.findings and not out.has("findings"):
        dates = bool(plan.columns.start)
        out.write("findings", output.empty_findings(pa.int64(), dates=dates))
    for name, rows in tables(answer, names, plan).items():
        out.write(name, rows)


def tables(answer: Answer, names: Names, plan: "Plan") -> dict[str, "pa.Table"]:
    """Return the tables beside the findings: summary, names, unresolved."""
    counted = summary(answer.tally, names.codebook, answer.strata, plan.columns.strata)
    known = sorted(names.known.values(), key=lambda name: (-names.rows[name.typed], name.typed))
    shares = pa.schema([*((name, pa.string()) for name in plan.columns.strata), *_SUMMARY])
    return {
        "summary": pa.Table.from_pylist(counted, shares),
        "names": pa.Table.from_pylist([_name_row(name, names) for name in known], _NAMES),
        "unresolved": pa.Table.from_pylist([_missed_row(name, names) for name in names.unresolved()], _MISSED),
    }


_TEXT = pa.string()
_COUNT, _SHARE = pa.int64(), pa.float64()
_SUMMARY = [("about", _TEXT), ("interaction", _TEXT), ("severity", _TEXT), ("drugs", _TEXT), ("persons", _COUNT),
            ("out_of", _COUNT), ("prevalence", _SHARE), ("low", _SHARE), ("high", _SHARE)]  # fmt: skip
_NAMES = pa.schema([("typed", _TEXT), ("rows", pa.int64()), ("drugs", _TEXT), ("match", _TEXT), ("note", _TEXT)])
_MISSED = pa.schema([("typed", _TEXT), ("rows", pa.int64()), ("reason", _TEXT), ("candidates", _TEXT)])


def _name_row(name: Name, names: Names) -> dict[str, Any]:
    return {"typed": name.typed, "rows": names.rows[name.typed], "drugs": "; ".join(name.drugs), "match": name.match,
            "note": name.note}  # fmt: skip


def _missed_row(name: Name, names: Names) -> dict[str, Any]:
    return {"typed": name.typed, "rows": names.rows[name.typed], "reason": name.reason,
            "candidates": "; ".join(name.candidates)}  # fmt: skip


def closing(plan: "Plan", answer: Answer, names: Names, seconds: float) -> int:
    """Say what was done, what was left out and what was not checked; return the exit status."""
    tally = answer.tally
    if not plan.quiet:
        say(f"{tally.sum('persons'):,} persons, {answer.rows:,} rows, {tally.sum('findings'):,} findings in "
            f"{tally.sum('any'):,} persons, {seconds:.1f} s; written to {plan.out}")  # fmt: skip
    for fault, count in answer.bad.items():
        say(f"medcheck: left out, {count:,} times: {fault}")
    if torn := tally.sum("torn"):
        say(f"medcheck: {torn:,} persons have rows in more than one stratum; each was counted in one of them")
    missed = names.unresolved()
    if not missed:
        return 0
    rows = sum(names.rows[name.typed] for name in missed)
    share = rows / max(1, sum(names.rows.values()))
    told = f"{len(missed):,} names were not checked: {rows:,} rows, {share:.2%} of all"
    say(f"medcheck: {told} (see unresolved.{plan.form})")
    return 0 if plan.allow_unresolved else INCOMPLETE
