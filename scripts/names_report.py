"""Write docs/names.md: what names the data hold, how brands of each country and typed lines resolve.

Usage: python scripts/names_report.py BRANDS.tsv > docs/names.md
BRANDS.tsv has the columns brand, ingredients (joined by +), markets (joined by |) and kind; it is a reference to
measure against, made from national registers, and is not part of the repository.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from medcheck.compendium import open_store
from medcheck.model import Medicine
from medcheck.resolve import Resolver

ROOT = Path(__file__).parent.parent
OUTCOMES = ("right", "asked", "other drug", "unknown")


def ingredients(found: list[Medicine]) -> set[str]:
    """Return what medicines act by; a local form counts as its drug."""
    return {
        part.partition(" (")[0]
        for medicine in found
        if medicine.drug
        for part in (medicine.drug.contains or (medicine.drug.id,))
    }


def outcome(resolver: Resolver, text: str, wanted: set[str]) -> str:
    """Tell how a name that means `wanted` is answered."""
    found = resolver.resolve(text)
    medicines = [item for item in found if isinstance(item, Medicine)]
    if len(medicines) < len(found):
        return "asked" if any(getattr(item, "candidates", ()) for item in found) else "unknown"
    return "right" if ingredients(medicines) & wanted else "other drug"


def brands(path: Path) -> Iterator[tuple[str, set[str], list[str]]]:
    """Yield each real brand with the drugs it means and the countries where it is sold."""
    resolver = Resolver(open_store(), strict=True)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            parts = [item for name in row["ingredients"].split("+") for item in resolver.resolve(name)]
            wanted = ingredients([part for part in parts if isinstance(part, Medicine)])
            if row["kind"] == "brand" and wanted:
                yield row["brand"], wanted, row["markets"].split("|")


def main() -> None:
    """Measure and print."""
    book = open_store()
    kinds = Counter(name.kind for drug in book.drugs() for name in book.names_of(drug.id))
    drugs = Counter("product" if drug.contains else drug.kind for drug in book.drugs())
    coverage = Counter(drug.coverage for drug in book.drugs())
    print(f"# Names\n\nWritten by `scripts/names_report.py`, data {book.fact('version')}.\n")
    print("| names | count |\n|---|---|")
    print("".join(f"| {kind} | {count:,} |\n" for kind, count in kinds.most_common()))
    print("| entries | count |\n|---|---|")
    print("".join(f"| {kind} | {count:,} |\n" for kind, count in (*drugs.most_common(), *coverage.most_common())))
    by_market: dict[str, Counter[str]] = {}
    resolvers: dict[str, Resolver] = {}
    for brand, wanted, markets in brands(Path(sys.argv[1])):
        for market in markets:
            resolver = resolvers.setdefault(market, Resolver(book, market=market))
            by_market.setdefault(market, Counter())[outcome(resolver, brand, wanted)] += 1
    print("Brands of national registers, by country, with that country as `--market`:\n")
    print("| market | brands | " + " | ".join(OUTCOMES) + " |\n|---|---|" + "---|" * len(OUTCOMES))
    for market, counts in sorted(by_market.items(), key=lambda item: -item[1].total()):
        shares = " | ".join(f"{100 * counts[result] / counts.total():.1f} %" for result in OUTCOMES)
        print(f"| {market} | {counts.total():,} | {shares} |")
    resolver = Resolver(book)
    typed = [line.split("\t") for line in (ROOT / "tests" / "names_typed.tsv").read_text().splitlines()[1:]]
    found = Counter(
        outcome(resolver, text, {part.partition(" (")[0] for part in told(resolver, drug)}) for text, drug in typed
    )
    print(
        f"\nLines as people type them (tests/names_typed.tsv, {len(typed):,} lines, with those that must be asked):\n"
    )
    print("| outcome | lines |\n|---|---|")
    print("".join(f"| {result} | {found[result]:,} |\n" for result in OUTCOMES), end="")


def told(resolver: Resolver, drug: str) -> set[str]:
    """Return the ingredients of the drug that a typed line is meant to be."""
    return ingredients(
        [item for name in drug.split("; ") for item in resolver.resolve(name) if isinstance(item, Medicine)]
    )


if __name__ == "__main__":
    main()
