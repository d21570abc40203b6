"""Who with whom: one mark for each pair of a list, for text, Markdown and HTML."""

from itertools import combinations

from medcheck.formats.words import SYMBOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from medcheck.model import Report

FEWEST, MOST = 3, 15
"""How many medicines a matrix is drawn for; more do not fit 80 columns."""
MARKS = {**SYMBOLS, "muted": "m", "reviewed none": "0", "no entry": "·", "not checked": "?"}
MEANS = {
    "reviewed none": "looked at, nothing to do",
    "no entry": "no entry, which does not mean safe",
    "not checked": "NOT CHECKED",
    "muted": "muted by a local rule",
}
NAME_WIDTH = 24


class Matrix:
    """The items of a list (unresolved names last) and the state of every two of them."""

    __slots__ = ("names", "states")

    def __init__(self, names: "list[str]", states: "dict[tuple[int, int], str]") -> None:
        self.names = names
        self.states = states
        """For each pair of positions, the lower first: a severity or a key of MEANS."""

    def legend(self) -> str:
        """Explain the marks that stand in it, worst first."""
        used = [state for state in MARKS if state in self.states.values()]
        return "; ".join(f"{MARKS[state]} {MEANS.get(state, state)}" for state in used) + "."

    def lines(self) -> "Iterator[tuple[str, str]]":
        """Yield each row as its name and its cells, three columns each, in a fixed width."""
        for row, name in enumerate(self.names):
            shown = name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
            cells = [MARKS[self.states[column, row]] for column in range(row)]
            yield f"{row + 1:>2} {shown}", "".join(f"{cell:>3}" for cell in cells)


def matrix_of(report: "Report") -> "Matrix | None":
    """Return the matrix of a list, or None where the list is too short or too long for one."""
    names = [medicine.name for medicine in report.medicines] + [f"“{name.typed}”" for name in report.not_checked]
    if not FEWEST <= len(names) <= MOST:
        return None
    return Matrix(names, {pair: state_of(report, *pair) for pair in combinations(range(len(names)), 2)})


def state_of(report: "Report", first: int, second: int) -> str:
    """Return the worst severity between two positions of a list, or the state of the pair."""
    known = len(report.medicines)
    if second >= known or "name only" in (report.medicines[first].coverage, report.medicines[second].coverage):
        return "not checked"
    for finding in report.findings:
        if (first, second) in finding.pairs:
            return str(finding.interaction.severity)
    for state, findings in (("muted", report.muted), ("reviewed none", report.reviewed_none)):
        if any((first, second) in finding.pairs for finding in findings):
            return state
    return "no entry"


def no_entry_pairs(report: "Report") -> "list[tuple[str, str]]":
    """Return the names of each pair of which no entry speaks."""
    pairs = combinations(report.medicines, 2)
    return [(a.name, b.name) for a, b in pairs if state_of(report, a.index, b.index) == "no entry"]
