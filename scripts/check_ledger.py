"""Check the ledger: every pair of the handed sources is decided, and what is called encoded is answered.

Usage: python scripts/check_ledger.py FACTS [LEDGER]
FACTS is the shared folder with knowledge/class_rules.tsv, LEDGER the folder of the decisions (data/ledger).
A decision is a row a, b, decision, by: `encoded` by ids of entries, or `refused` by a reason in words.
Exit status 1 and a line for each fault: an undecided pair, an entry that does not exist or does not answer.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from medcheck.compendium import Compendium, open_store
from medcheck.report import examine

Row = dict[str, str]
Pair = tuple[str, str]

LEDGER = Path(__file__).parent.parent / "data" / "ledger"
STANDS_FOR = {
    "botulinum toxin": ["onabotulinumtoxina"],
    "caffeine (tea/coffee)": ["caffeine"],
    "gold": ["gold sodium thiomalate", "auranofin"],
    "iron (injectable)": ["iron sucrose"],
}
"""Names of the sources that are neither a class of class_members.tsv nor a drug's name."""


def read(path: Path) -> list[Row]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def pairs_to_decide(facts: Path) -> dict[str, list[Pair]]:
    """Return for each ledger file the pairs that must stand in it."""
    rules = read(facts / "class_rules.tsv")
    critical = read(facts / "ndfrt_pairs.tsv")
    return {
        "ansm.tsv": [(row["a"], row["b"]) for row in rules if row["source"] == "ansm-2020-10"],
        "ndfrt_critical.tsv": [(row["drug_a"], row["drug_b"]) for row in critical if row["severity"] == "critical"],
    }


def members(facts: Path) -> dict[str, list[str]]:
    """Return the names that a name of the sources stands for: a class its drugs, a drug its other names."""
    names = defaultdict(list, {name: list(drugs) for name, drugs in STANDS_FOR.items()})
    for row in read(facts / "class_members.tsv"):
        if row["source"] == "ansm-2020-10":
            names[row["class"]].append(row["drug"])
    for row in read(facts / "names_alias.tsv"):
        names[row["inn"]] += [row["inn"], row["alias"]]
    return names


def undecided(pairs: list[Pair], rows: list[Row]) -> Iterator[str]:
    """Yield what is missing, said twice or not asked for."""
    decided = Counter((row["a"], row["b"]) for row in rows)
    yield from (f"{a} + {b}: not decided" for a, b in pairs if (a, b) not in decided)
    yield from (f"{a} + {b}: decided {n} times" for (a, b), n in decided.items() if n > 1)
    yield from (f"{a} + {b}: not in the source" for a, b in decided if (a, b) not in set(pairs))


def answers(row: Row, names: dict[str, list[str]], book: Compendium) -> bool:
    """Tell whether some pair of drugs of the row is answered by one of the entries that it names."""
    wanted = set(row["by"].split())
    first, second = (names.get(row[side], [row[side]]) for side in "ab")
    drugs = {name: names.get(name, [name]) for name in {*first, *second}}
    for a, b in product((n for d in first for n in drugs[d]), (n for d in second for n in drugs[d])):
        report = examine([a, b], book, strict=True)
        told = {finding.interaction.id for finding in (*report.findings, *report.reviewed_none)}
        if told & wanted:
            return True
    return False


def exists(entry: str, book: Compendium) -> bool:
    """Tell whether there is an entry with this id."""
    try:
        return bool(book.interaction(entry))
    except KeyError:
        return False


def faults(row: Row, names: dict[str, list[str]], book: Compendium) -> Iterator[str]:
    """Yield what is wrong with one decision."""
    if row["decision"] not in {"encoded", "refused"} or not row["by"]:
        yield "needs a decision, encoded or refused, and a ground"
    elif row["decision"] == "encoded":
        yield from (f"no entry {name}" for name in row["by"].split() if not exists(name, book))
        if not answers(row, names, book):
            yield "none of its entries answers"


def main() -> None:
    """Check both files and count."""
    facts = Path(sys.argv[1]) / "knowledge"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else LEDGER  # noqa: PLR2004
    book, names = open_store(), members(facts)
    problems = []
    for name, pairs in pairs_to_decide(facts).items():
        rows = read(folder / name)
        problems += [f"{name}: {fault}" for fault in undecided(pairs, rows)]
        problems += [f"{name}: {row['a']} + {row['b']}: {fault}" for row in rows for fault in faults(row, names, book)]
        print(name, dict(Counter(row["decision"] for row in rows)))
    print("\n".join(problems) or "all decided")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
