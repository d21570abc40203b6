"""Draw a seeded random sample of the data for a second reading.

Usage: python scripts/sample.py facts|entries|cards COUNT [SEED]
facts are drug-trait pairs (implied traits left out), entries are interactions, cards are drugs that have one.
"""

import random
import sys
from pathlib import Path

from medcheck.book import Book


def main() -> None:
    """Print the sample, one item a line."""
    what, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1  # noqa: PLR2004
    book = Book(Path(__file__).parent.parent / "data")
    items = {
        "facts": [f"{drug}\t{trait}" for drug, record in book.drugs.items() for trait in record.get("is", ())],
        "entries": list(book.interactions),
        "cards": [name for name in book.cards if name in book.drugs],
    }[what]
    print(*random.Random(seed).sample(items, count), sep="\n")  # noqa: S311 (a sample to read, nothing secret)


if __name__ == "__main__":
    main()
