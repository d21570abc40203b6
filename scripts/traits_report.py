"""Write docs/traits.md: every trait, what it means and implies, how many drugs have it, on whose word.

Usage: python scripts/traits_report.py > docs/traits.md
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medcheck.book import Book

DATA = Path(__file__).parent.parent / "data"
AUTHORS = "medcheck-authors"
"""The source that stands where no document was checked."""


def coverage(record: dict[str, Any]) -> str:
    """Tell how much is known of a drug."""
    if "contains" in record:
        return "combination product"
    if "is" not in record:
        return "name only"
    return "reviewed" if "reviewed" in record else "traits"


def members_of(book: Book) -> dict[str, list[str]]:
    """Return the drugs that have each trait, implied ones included."""
    members: dict[str, list[str]] = {name: [] for name in book.traits}
    for drug, record in book.drugs.items():
        if "is" in record:
            for trait in book.traits_of(drug)[1:]:
                members[trait].append(drug)
    return members


def row(*cells: object) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a table and a blank line."""
    columns = tuple(head)
    yield row(*columns)
    yield "|---" * len(columns) + "|"
    yield from (row(*cells) for cells in rows)
    yield ""


def trait_rows(book: Book) -> Iterator[tuple[object, ...]]:
    """Yield a row for each trait, in the order of the data."""
    used = {slot for entry in book.interactions.values() for slot in entry["between"]}
    for name, drugs in members_of(book).items():
        trait = book.traits[name]
        days = [book.drugs[drug]["reviewed"] for drug in drugs if "reviewed" in book.drugs[drug]]
        yield (
            f"{name} *" if name in used else name, trait["means"], ", ".join(trait.get("is", ())),
            len(drugs), len(days), max(days, default=""), ", ".join(trait["sources"]),
        )  # fmt: skip


def lines(book: Book) -> Iterator[str]:
    """Yield the page."""
    yield f"# Traits\n\nWritten by `scripts/traits_report.py`, data {book.version}.\n"
    drugs = Counter(coverage(record) for record in book.drugs.values())
    yield from table(("entries", "count"), ((kind, f"{count:,}") for kind, count in drugs.most_common()))
    facts = [trait for record in book.drugs.values() for trait in record.get("is", ())]
    cited = Counter(source for trait in book.traits.values() for source in trait["sources"])
    by_fact = Counter(source for trait in facts for source in book.traits[trait]["sources"])
    yield f"{len(book.traits):,} traits, {len(facts):,} drug-trait facts (implied ones not counted).\n"
    yield "The sources that most traits cite; a trait may cite several:\n"
    most = ((name, count, f"{by_fact[name]:,}") for name, count in cited.most_common(12))
    yield from table(("source", "traits", "facts of these traits"), most)
    if cited[AUTHORS]:
        yield f"`{AUTHORS}` says that the list was made from general knowledge and waits for a document.\n"
    yield "A star marks traits that an interaction names; members counts implied ones.\n"
    yield from table(("trait", "means", "is also", "members", "reviewed", "last", "sources"), trait_rows(book))
    yield "The members of a trait: `medcheck list drugs --trait TRAIT`."


def main() -> None:
    """Print the page."""
    print(*lines(Book(DATA)), sep="\n")


if __name__ == "__main__":
    main()
