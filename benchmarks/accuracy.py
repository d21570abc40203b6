"""How much of a reference set medcheck finds, and how often it alarms where nothing is known.

Usage: python benchmarks/accuracy.py PAIRS.tsv [--show]
PAIRS.tsv has the columns drug_a, drug_b and label (no-evidence, or anything else for a known interaction), as in
CRESCENDDI (Kontsioti et al. 2022, CC BY 4.0). Pairs whose names do not both resolve are counted apart.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from medcheck.compendium import Compendium, open_store
from medcheck.report import examine

Row = tuple[str, str, str, str]
"""First drug, second drug, label, worst severity (or the pair's state where nothing was found)."""


def judged(path: Path, book: Compendium) -> Iterator[Row]:
    """Yield each pair with medcheck's answer."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            report = examine([row["drug_a"], row["drug_b"]], book, strict=True)
            states = [state for state in ("not_checked", "reviewed_none", "no_entry") if report.pairs[state]]
            unresolved = bool(report.not_checked) or len(report.medicines) != 2  # noqa: PLR2004
            answer = "unresolved" if unresolved else report.worst or states[0]
            yield row["drug_a"], row["drug_b"], row["label"], answer


def main() -> None:
    """Measure and print."""
    book = open_store()
    rows = list(judged(Path(sys.argv[1]), book))
    print(f"data {book.fact('version')} ({book.fact('sha256')[:12]})")
    for known in (True, False):
        answers = Counter(answer for *_, label, answer in rows if (label != "no-evidence") == known)
        total = sum(answers.values()) - answers["unresolved"]
        print("known interactions" if known else "no evidence", f"{total} pairs resolved of {sum(answers.values())}")
        for answer, count in answers.most_common():
            print(f"  {answer:15} {count:5} {100 * count / max(total, 1):5.1f} %")
        severities = ("contraindicated", "major", "moderate", "minor")
        found = sum(answers[severity] for severity in severities)
        share = 100 / max(total, 1)
        print(f"  found {share * found:.1f} %, above minor {share * (found - answers['minor']):.1f} %")

    if "--show" in sys.argv:
        for first, second, label, answer in rows:
            if (label != "no-evidence") != (answer in severities):
                print(f"{first}\t{second}\t{label}\t{answer}")


if __name__ == "__main__":
    main()
