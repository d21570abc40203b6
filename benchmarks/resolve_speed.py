"""Names resolved a second in one process, and what that costs against plain dictionary look-ups in the same run.

Usage: python benchmarks/resolve_speed.py
"""

import time
from collections.abc import Callable

from medcheck.compendium import open_store
from medcheck.resolve import Resolver

EXACT = ["metoprolol", "Lipitor", "Revia", "warfarin", "paracetamol", "Bactrim", "atorvastatin calcium", "omeprazole"]
MISSPELT = ["naltraxone", "simvistatin", "gabapentn", "lisinoprol", "metropolol", "ibuprofin", "levothyroxin",
            "sertralin", "hydroclorothiazide", "warfrin"]  # fmt: skip
LINES = ["Gabapentin 300 mg cap TID", "METOPROLOL SUCCINATE ER 25MG", "1. Aspirin 81mg PO daily", "apo-amlodipine"]


def per_second(act: Callable[[str], object], texts: list[str], times: int) -> float:
    """Return how many texts `act` handles in a second."""
    start = time.perf_counter()
    for _ in range(times):
        for text in texts:
            act(text)
    return times * len(texts) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    resolver = Resolver(open_store())
    table = {text.casefold(): text for text in EXACT}
    plain = per_second(lambda text: table[text.casefold()], EXACT, 5000)
    for name, texts, times, aim in (("exact names", EXACT, 5000, 100_000), ("misspelt names", MISSPELT, 50, 1_000),
                                    ("clinic lines", LINES, 500, None)):  # fmt: skip
        resolver.resolve(texts[0])
        rate = per_second(resolver.resolve, texts, times)
        wanted = f" (aim {aim:,})" if aim else ""
        print(f"{name:15} {rate:10,.0f} a second, 1/{plain / rate:,.0f} of a plain look-up{wanted}")


if __name__ == "__main__":
    main()
