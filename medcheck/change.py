"""Two reports -> what the step from one list to the other adds, takes away and leaves."""

from collections import Counter

from medcheck.model import Medicine, NotChecked, rank
from medcheck.report import report_on
from medcheck.resolve import Resolver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from medcheck.compendium import Compendium
    from medcheck.model import Finding, Report

    Fillings = frozenset[tuple[str, ...]]


class Change:
    """What a changed list does, finding by finding."""

    __slots__ = ("added", "after", "before", "eased", "kept", "removed", "spread")

    def __init__(self, before: "Report", after: "Report") -> None:
        self.before = before
        self.after = after
        old = {finding.interaction.id: finding for finding in before.findings}
        new = {finding.interaction.id: finding for finding in after.findings}
        both = [(old[name], finding) for name, finding in new.items() if name in old]
        self.added = [finding for name, finding in new.items() if name not in old]
        """Findings that were not there before, worst first."""
        self.removed = [finding for name, finding in old.items() if name not in new]
        """Findings that are gone, worst first."""
        self.spread = [now for then, now in both if who(now) - who(then)]
        """Findings that were there and now hold medicines that they did not hold together before."""
        self.eased = [now for then, now in both if who(then) - who(now) and not who(now) - who(then)]
        """Findings that are still there with fewer medicines."""
        self.kept = [now for then, now in both if who(then) == who(now)]
        """Findings that stay as they are."""

    @property
    def complete(self) -> bool:
        """Whether every name and pair of both lists was checked."""
        return self.before.complete and self.after.complete

    def medicines(self) -> "tuple[list[str], list[str]]":
        """Return the medicines that are started and those that are stopped."""
        old, new = (Counter(m.name for m in report.medicines) for report in (self.before, self.after))
        return sorted((new - old).elements()), sorted((old - new).elements())

    def status(self, fail_on: str) -> int:
        """Return 1 if something at or above `fail_on` is added or spreads, else 3 if incomplete, else 0."""
        worst = max((rank(finding.interaction.severity) for finding in self.added + self.spread), default=0)
        if fail_on != "never" and worst >= rank(fail_on):
            return 1
        return 0 if self.complete else 3


def who(finding: "Finding") -> "Fillings":
    """Return each filling of a finding as the names in it, so that positions in different lists do not matter."""
    names = {part.medicine.index: part.medicine.name for part in finding.parts}
    return frozenset(tuple(sorted(names[index] for index in filling)) for filling in finding.fillings)


def compare(before: "Iterable[str]", after: "Iterable[str]", book: "Compendium") -> Change:
    """Compare two lists of names."""
    first, second = (report_on(Resolver(book).resolve_all(names), book) for names in (before, after))
    return Change(first, second)


def what_if(names: "list[str]", add: "list[str]", stop: "list[str]", book: "Compendium") -> Change:
    """Compare a list with itself when some drugs are added and some stopped.

    KeyError names a drug to stop that is not in the list; a name to stop that is not resolved counts as not checked.
    """
    resolver = Resolver(book)
    before = report_on(resolver.resolve_all(names), book)
    left = resolver.resolve_all(names)
    unresolved: list[Medicine | NotChecked] = []
    for item in resolver.resolve_all(stop):
        if isinstance(item, NotChecked):
            unresolved.append(item)
            continue
        stopped = [other for other in left if isinstance(other, Medicine) and other.name == item.name]
        if not stopped:
            raise KeyError(item.name)
        left = [other for other in left if other not in stopped]
    return Change(before, report_on([*left, *unresolved, *resolver.resolve_all(add)], book))
