"""Run the console blocks of README.md and docs/*.md and write what they print below each command.

Usage: python scripts/docs_runs.py [--check]
A command with nothing printed below it is run and its output left out, except the first of the README.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
VERSIONS = re.compile(r"medcheck \S+, data [\d.]+ \([0-9a-f]{12}\)")


def run(command: str, folder: str) -> str:
    """Run a command as a shell would and return what it prints."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "LANG": "C.UTF-8", "HOME": folder, "MEDCHECK_DATA": ""}
    answer = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=folder, env=environment, text=True, timeout=120, check=False
    )
    return answer.stdout


def renewed(text: str, folder: str) -> str:
    """Return a page with what its commands print today."""
    return BLOCK.sub(lambda block: _block(block.group(), folder), text)


def _block(block: str, folder: str) -> str:
    shown = []
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        command, _, printed = part.partition("\n")
        if command.startswith("$ "):
            said = run(command.removeprefix("$ ").split("   #")[0], folder)
            kept = bool(printed) or "--detail brief --min-severity" in command
            shown.append(f"{command}\n{said if kept else ''}")
        else:
            shown.append(part)
    return "".join(shown)


def main() -> int:
    """Renew the pages, or with --check say which are out of date; the versions of tool and data may differ."""
    stale = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            new = renewed(text, folder)
        if VERSIONS.sub("", new) != VERSIONS.sub("", text):
            stale.append(page.name)
            if "--check" not in sys.argv[1:]:
                page.write_text(new, encoding="utf-8")
    print(f"out of date: {', '.join(stale)}" if stale else "current")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
