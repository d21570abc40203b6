"""Names -> Report: the whole way in one place."""

from itertools import combinations

from medcheck.engine import check
from medcheck.model import Medicine, NotChecked, Report, rank
from medcheck.resolve import Resolver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medcheck.compendium import Compendium
    from medcheck.model import Finding
    from medcheck.resolve import Ask

DISCLAIMER = (
    "This is not medical advice. It does not know your doses, health or history, and what it does not list may still "
    "matter. Do not start, stop or change a medicine because of it; ask a doctor or pharmacist."
)
NO_ENTRY = "no entry, which does not mean safe"
STATES = ("finding", "reviewed_none", "no_entry", "not_checked")


def examine(  # noqa: PLR0913 (a keyword for each option of the command)
    names: "Iterable[str]",
    book: "Compendium",
    *,
    strict: bool = False,
    market: str = "",
    min_severity: str = "minor",
    ask: "Ask | None" = None,
) -> Report:
    """Resolve `names` and check them against each other. `min_severity` only hides; it never changes the answer."""
    resolved = Resolver(book, strict=strict, market=market, ask=ask).resolve_all(names)
    return report_on(resolved, book, min_severity)


def report_on(resolved: "Iterable[Medicine | NotChecked]", book: "Compendium", min_severity: str = "minor") -> Report:
    """Check what was resolved against each other. Gives each medicine its position in the list."""
    items = list(resolved)
    medicines = tuple(item for item in items if isinstance(item, Medicine))
    unresolved = tuple(item for item in items if isinstance(item, NotChecked))
    for index, medicine in enumerate(medicines):
        medicine.index = index
    traits = {trait for medicine in medicines for ingredient in medicine.ingredients for trait in ingredient.traits}
    told = check(medicines, book.interactions(traits)) if len(medicines) > 1 else []
    muted = tuple(finding for finding in told if finding.interaction.local.get("change") == "muted")
    heard = [finding for finding in told if finding not in muted]
    findings = tuple(finding for finding in heard if finding.interaction.severity != "none")
    reviewed = tuple(finding for finding in heard if finding.interaction.severity == "none")
    cited = {source["id"] for finding in told for source in finding.interaction.sources}
    return Report(
        medicines=medicines,
        not_checked=unresolved,
        findings=findings,
        reviewed_none=reviewed,
        muted=muted,
        pairs=count_pairs(medicines, len(unresolved), (*findings, *muted), reviewed),
        hidden=sum(rank(finding.interaction.severity) < rank(min_severity) for finding in findings),
        data=facts(book),
        sources=book.sources(cited),
    )


def facts(book: "Compendium") -> "dict[str, str]":
    """Return the version and hash of the data, and the hash of local rules where there are any."""
    return {fact: book.fact(fact) for fact in ("version", "sha256", "local") if book.fact(fact)}


def pair_state(first: Medicine, second: Medicine, findings: "Sequence[Finding]", reviewed: "Sequence[Finding]") -> str:
    """Return the one state a pair of medicines is in: the first that holds."""
    pair = (first.index, second.index)
    if "name only" in (first.coverage, second.coverage):
        return "not_checked"
    if any(pair in finding.pairs for finding in findings):
        return "finding"
    return "reviewed_none" if any(pair in finding.pairs for finding in reviewed) else "no_entry"


def count_pairs(
    medicines: "Sequence[Medicine]", unresolved: int, findings: "Sequence[Finding]", reviewed: "Sequence[Finding]"
) -> "dict[str, int]":
    """Count the pairs of everything that was typed, by state; a pair with an unresolved name is not checked."""
    counts = dict.fromkeys(("total", *STATES), 0)
    counts["total"] = (len(medicines) + unresolved) * (len(medicines) + unresolved - 1) // 2
    for first, second in combinations(medicines, 2):
        counts[pair_state(first, second, findings, reviewed)] += 1
    counts["not_checked"] = counts["total"] - sum(counts[state] for state in STATES[:3])
    return counts


def exit_status(report: Report, fail_on: str) -> int:
    """Return 1 for a finding at or above `fail_on`, else 3 if something was not checked, else 0."""
    worst = report.worst
    if worst and fail_on != "never" and rank(worst) >= rank(fail_on):
        return 1
    return 0 if report.complete else 3
