"""Imports run down the list of the design only, and the plain check stays free of what makes a start slow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "medcheck"
LAYERS = ("api", "__main__", "cli", "about", "comparing", "explaining", "commands", "screen", "completion", "run", "house", "overlay", "rules", "formats", "change", "reasons", "report", "intake", "resolve", "spelling", "line", "engine",
          "cards", "ledger", "lint", "build", "book", "schema", "source", "compendium", "names", "model", "options", "progress", "clean")  # fmt: skip
"""From top to bottom: a module imports only what stands after it."""
SLOW = ("typer", "rich", "rapidfuzz", "yaml", "dataclasses", "typing", "importlib.metadata", "argparse", "pathlib",
        "jinja2", "jsonschema", "platformdirs", "subprocess", "csv")  # fmt: skip


def imported(module: Path) -> set[str]:
    """Return the modules of ours that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("medcheck"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found & set(LAYERS)


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_down(module):
    own = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    above = {name for name in imported(module) if LAYERS.index(name) < LAYERS.index(own)}
    assert not above, f"{own} imports {above}, which stand above it"


def test_every_module_has_its_place():
    assert {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"} <= set(LAYERS)


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_plain_check_imports_nothing_slow(form):
    code = (
        "import sys; from medcheck.__main__ import main; "
        f"main(['naltrexone', 'gabapentin', '--format', '{form}']); "
        f"print([m for m in {SLOW} if m in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-S", "-c", "import site;site.main()\n" + code], capture_output=True, check=True, env={}
    )
    assert answer.stderr.decode().strip().endswith("[]")
