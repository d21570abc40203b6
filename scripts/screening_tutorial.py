"""Make what docs/tutorial-screening.md shows: an invented cohort, its screening, a figure and a table.

Usage: python scripts/screening_tutorial.py FOLDER [--persons 50000] [--seed 8] [--docs]

Writes into FOLDER: cohort.parquet, screening/ (the answer of `medcheck screen`), prevalence.svg and table.md. With
--docs it also renews the figure, the table and the hash of the data in docs/.
"""

import argparse
import re
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import cohort
from pyarrow import parquet

from medcheck.compendium import Compendium, open_store
from medcheck.formats.words import SYMBOLS

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = 15
"""Interactions in the figure and the table."""
COLORS = {"contraindicated": "#7f0000", "major": "#c2410c", "moderate": "#1d4ed8", "minor": "#6b7280"}
ROW, LEFT, WIDE, TOP = 26, 330, 420, 56
"""Layout of the figure, in pixels: height of a row, width of the names, width of the scale, height of the head."""


def screen(folder: Path, persons: int, seed: int) -> list[dict[str, Any]]:
    """Make the cohort, run the command, and return the rows of its summary."""
    cohort.write(folder / "cohort.parquet", cohort.cohort(persons, seed, dates=True))
    command = [
        sys.executable,
        "-m",
        "medcheck",
        "screen",
        str(folder / "cohort.parquet"),
        "-o",
        str(folder / "screening"),
    ]
    subprocess.run([*command, "--stratum", "sex", "--stratum", "age", "--overlap", "7"], check=True)
    rows: list[dict[str, Any]] = parquet.read_table(folder / "screening/summary.parquet").to_pylist()
    return rows


def label(interaction: str, book: Compendium) -> str:
    """Return what an interaction is between, in words."""
    slots = book.interaction(interaction).between
    if len(set(slots)) == 1:
        count = {2: "two", 3: "three"}.get(len(slots), str(len(slots)))
        return f"{count} of: {slots[0]}"
    return " + ".join(slots)


def most_frequent(summary: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the interactions that most persons have, over all strata."""
    found = [row for row in summary if row["about"] == "interaction" and row["sex"] == "all"]
    return sorted(found, key=lambda row: -row["persons"])[:SHOWN]


def figure(rows: list[dict[str, Any]], book: Compendium) -> str:
    """Return an SVG: for each interaction its prevalence with the 95 % interval, the severity as shape and colour."""
    most = max(row["high"] for row in rows) * 100
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20) if most / step <= 8)  # noqa: PLR2004 (lines of the grid)
    scale = WIDE / (step * (int(most / step) + 1))
    height = TOP + ROW * len(rows) + 34
    size = f'viewBox="0 0 {LEFT + WIDE + 40} {height}" font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>Prevalence by interaction</title>'
    parts = [head, '<rect width="100%" height="100%" fill="white"/>', *_legend(), *_grid(step, scale, height)]
    for n, row in enumerate(rows):
        y = TOP + ROW * n + ROW / 2
        low, middle, high = (LEFT + row[field] * 100 * scale for field in ("low", "prevalence", "high"))
        color = COLORS[row["severity"]]
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(label(row["interaction"], book))}</text>',
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{color}" stroke-width="2"/>',
            f'<text x="{middle:.1f}" y="{y + 4}" text-anchor="middle" fill="{color}">{SYMBOLS[row["severity"]]}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    title = (
        '<text x="10" y="20" font-size="14" font-weight="bold">Persons with the interaction, % (95 % interval)</text>'
    )
    keys = [
        f'<text x="{10 + 130 * n}" y="42" fill="{COLORS[severity]}">{shape} {severity}</text>'
        for n, (severity, shape) in enumerate(SYMBOLS.items())
    ]
    return [title, *keys]


def _grid(step: float, scale: float, height: int) -> list[str]:
    found = []
    for n in range(int(WIDE / scale / step) + 1):
        x = LEFT + n * step * scale
        found.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - 30}" stroke="#e5e7eb"/>')
        found.append(f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle" fill="#374151">{n * step:g}</text>')
    return found


def table(summary: list[dict[str, Any]], rows: list[dict[str, Any]], book: Compendium) -> str:
    """Return a Markdown table as a paper prints it: all persons, then by sex and age, in % with 95 % intervals."""
    groups = [("all", "all"), *((sex, age) for sex in ("female", "male") for age in cohort.AGES)]
    cells = {(row["sex"], row["age"], row["interaction"], row["about"]): row for row in summary}
    sizes = {group: cells[*group, "", "any finding"]["out_of"] for group in groups}
    heads = [f"{'all' if sex == 'all' else f'{sex} {age}'}<br>n = {sizes[sex, age]:,}" for sex, age in groups]
    lines = [f"| interaction | severity | {' | '.join(heads)} |", f"|---|---|{'---:|' * len(groups)}"]
    lines.append(_line("any finding", "", [cells[*group, "", "any finding"] for group in groups]))
    for row in rows:
        found = [cells.get((*group, row["interaction"], "interaction")) for group in groups]
        lines.append(_line(label(row["interaction"], book), row["severity"], found))
    return "\n".join([*lines, ""])


def _line(name: str, severity: str, found: list[dict[str, Any] | None]) -> str:
    shares = [
        f"{row['prevalence']:.1%} ({row['low'] * 100:.1f}–{row['high'] * 100:.1f})" if row else "0" for row in found
    ]
    whole, *parts = shares
    return f"| {name} | {severity} | {' | '.join([whole, *(part.partition(' ')[0] for part in parts)])} |"


def renew(page: str, table: str, book: Compendium) -> str:
    """Return the page with this table in place of its own, and the hash of these data."""
    page = re.sub(r"(?m)^\| interaction \| severity \|(.*\n\|)*.*\n", lambda _: table, page)
    return re.sub(r"SHA-256 \w+…", f"SHA-256 {book.fact('sha256')[:12]}…", page)


def main() -> None:
    """Read the options and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--docs", action="store_true", help="renew the figure and the table in docs/")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    book = open_store()
    summary = screen(given.folder, given.persons, given.seed)
    rows = most_frequent(summary)
    made = {given.folder / "prevalence.svg": figure(rows, book), given.folder / "table.md": table(summary, rows, book)}
    if given.docs:
        page = DOCS / "tutorial-screening.md"
        made[page] = renew(page.read_text(encoding="utf-8"), table(summary, rows, book), book)
        made[DOCS / "figures/screening-prevalence.svg"] = figure(rows, book)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
