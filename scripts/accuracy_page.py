"""Write the figures of docs/accuracy.md: entries by severity and verification, and the measured reference sets.

Usage: python scripts/accuracy_page.py FACTS > docs/accuracy.md
FACTS is a folder with benchmark/crescenddi_pairs.tsv and knowledge/ndfrt_pairs.tsv, which are not part of the
repository. The notes of the people who read the misses stand in docs/accuracy-notes.md and are appended as they are.
"""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

from medcheck.book import Book
from medcheck.compendium import open_store
from medcheck.model import SEVERITIES
from medcheck.report import examine

ROOT = Path(__file__).parent.parent


def entries(book: Book) -> str:
    """Return a table of the entries by severity, and how many were read in the document that they cite."""
    count = Counter(entry["severity"] for entry in book.interactions.values())
    read = Counter(entry["severity"] for entry in book.interactions.values() if "verified" in entry)
    rows = [f"| {s} | {count[s]:,} | {read[s]:,} | {100 * read[s] / count[s]:.0f} % |" for s in reversed(SEVERITIES)]
    return "| severity | entries | verified | share |\n|---|---|---|---|\n" + "\n".join(rows)


def critical(path: Path) -> str:
    """Return how many of the NDF-RT critical pairs of covered drugs are found."""
    book = open_store()
    answers: Counter[str] = Counter()
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["severity"] == "critical":
                report = examine([row["drug_a"], row["drug_b"]], book, strict=True)
                answers[(report.worst or "no finding") if report.complete else "not covered"] += 1
    covered = answers.total() - answers["not covered"]
    found = covered - answers["no finding"]
    return (
        f"{found:,} of {covered:,} pairs whose drugs are both covered ({100 * found / covered:.1f} %): {dict(answers)}"
    )


def main() -> None:
    """Measure and print."""
    facts = Path(sys.argv[1])
    book = Book(ROOT / "data")
    measured = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "accuracy.py"), str(facts / "benchmark" / "crescenddi_pairs.tsv")],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    print(f"# Accuracy\n\nData {book.version} ({book.sha256[:12]}). Written by `scripts/accuracy_page.py`.\n")
    print(
        "## Entries\n\n`verified`: the cited document (often a copy or an excerpt of a label) was read for the entry."
    )
    print(f"Every format says of each finding whether that was done.\n\n{entries(book)}\n")
    print("## CRESCENDDI\n\nKontsioti et al. 2022, CC BY 4.0: pairs that BNF, ANSM and Micromedex all list, or none.")
    print(f"\n```\n{measured.strip()}\n```\n")
    print(f"## NDF-RT critical pairs\n\n{critical(facts / 'knowledge' / 'ndfrt_pairs.tsv')}\n")
    print((ROOT / "docs" / "accuracy-notes.md").read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
