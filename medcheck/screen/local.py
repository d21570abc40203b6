"""One machine: read, bring persons together, find, count, write; finding runs on all cores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from medcheck.screen import output, source
from medcheck.screen.ahead import ahead
from medcheck.screen.errors import BadRows, TextIdError, UnsortedError
from medcheck.screen.kernel import Tables, find
from medcheck.screen.lists import CROWDED, Lists, make_lists
from medcheck.screen.rows import Reader
from medcheck.screen.shuffle import Shuffle, in_order, split
from medcheck.screen.tally import Counts, Tally, count
from medcheck.screen.text import BROKEN

if TYPE_CHECKING:
    import pyarrow as pa

    from medcheck.screen.names import Names
    from medcheck.screen.output import Output
    from medcheck.screen.plan import Plan
    from medcheck.screen.progress import Progress

Work = Callable[[], tuple[Counts, "pa.Table | None"]]


@dataclass
class Answer:
    """What a run found out, besides the findings that it wrote."""

    tally: Tally
    rows: int
    bad: dict[str, int]
    strata: list[tuple[str, ...]]
    way: str
    """How persons were brought together: in order, in memory or spilled."""


def screen(plan: "Plan", table: source.Table, names: "Names", out: "Output", progress: "Progress") -> Answer:
    """Screen a table and write its findings; guesses that its order and its ids are simple, and reads again if not."""
    in_order, text_ids = True, False
    while True:
        names.rows.clear()
        reader = Reader(plan.columns, names, BadRows(plan.skip_bad_rows), text_ids)
        run = _Run(plan, table, reader, out, progress)
        try:
            return run.answer(in_order=in_order)
        except UnsortedError:
            in_order = False
        except TextIdError:
            text_ids = True
        out.discard()


class _Run:
    """One reading of the table."""

    def __init__(
        self,
        plan: "Plan",
        table: source.Table,
        reader: Reader,
        out: "Output",
        progress: "Progress",
    ) -> None:
        self._plan, self._table, self._reader = plan, table, reader
        self._out, self._progress = out, progress
        self._tables = Tables(reader.names.codebook, reader.names.seen)
        self._tally = Tally()
        self._way = "in order"

    def answer(self, *, in_order: bool) -> Answer:
        work = self._in_order() if in_order else self._shuffled()
        for counts, found in ahead(work, self._plan.threads):
            self._take(counts, found)
        reader = self._reader
        rows = reader.read + reader.bad.counts.get(BROKEN, 0)
        return Answer(self._tally, rows, reader.bad.counts, list(reader.strata), self._way)

    def _take(self, counts: Counts, found: "pa.Table | None") -> None:
        self._tally.add(counts)
        if crowded := int(counts["crowded"][1][0]):
            self._reader.bad.add(CROWDED, self._table.shown, crowded)
        if found is not None:
            self._out.write("findings", found)

    def _rows(self) -> Iterator["pa.Table"]:
        batches = source.read(self._table, self._plan.columns, self._reader.bad, self._plan.threads)
        for where, batch, done in batches:
            yield self._reader.rows(batch, where)
            self._progress.tell(self._reader.read, done)

    def _in_order(self) -> Iterator[Work]:
        for table in in_order(self._rows()):
            yield self._work(partial(make_lists, table))

    def _shuffled(self) -> Iterator[Work]:
        shuffle = Shuffle(self._out.scratch, self._plan.memory * 1_000_000)
        for parts in ahead((partial(split, table) for table in self._rows()), self._plan.threads):
            shuffle.add(parts)
        self._way = "spilled" if shuffle.spilled else "in memory"
        for table in shuffle.tables():
            yield self._work(partial(make_lists, table))

    def _work(self, lists: Callable[[], Lists]) -> Work:
        """Return the finding in some lists as a task for a core, with tables for the drugs known by now."""
        names = self._reader.names
        if len(names.seen) > len(self._tables.seen):
            self._tables = Tables(names.codebook, names.seen)
        tables, least, wanted = self._tables, self._plan.overlap, self._plan.findings

        def work() -> tuple[Counts, Any]:
            made = lists()
            found = find(made, tables, least)
            return count(made, found, tables), output.findings(made, found, tables) if wanted else None

        return work
