"""What a study needs to cite a run: versions, hashes, options, counts."""

import hashlib
import platform
import threading
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from medcheck import __version__
from medcheck.report import DISCLAIMER

if TYPE_CHECKING:
    from medcheck.screen.local import Answer
    from medcheck.screen.names import Names
    from medcheck.screen.plan import Plan
    from medcheck.screen.source import Table

SCHEMA = "medcheck/screen/1"
_PIECE = 1 << 22


class InputHash:
    """The SHA-256 of each file of a table, worked out beside the screening."""

    def __init__(self, table: "Table") -> None:
        self._files = table.files
        self._found: list[dict[str, Any]] = []
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for path in self._files:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while not self._stop and (piece := file.read(_PIECE)):
                    digest.update(piece)
            self._found.append({"file": path.name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()})

    def result(self) -> list[dict[str, Any]]:
        """Wait for the hashes: name, bytes and sha256 of each file."""
        self._thread.join()
        return self._found

    def stop(self) -> None:
        """Give up."""
        self._stop = True


def manifest(
    plan: "Plan", answer: "Answer", names: "Names", files: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """Return the manifest of a run that took so many seconds."""
    tally = answer.tally
    packages = ("numpy", "pyarrow", *(("pyspark",) if plan.engine == "spark" else ()))
    missed = names.unresolved()
    return {
        "schema": SCHEMA,
        "medcheck": __version__,
        "data": {"version": names.book.fact("version"), "sha256": names.book.fact("sha256")},
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "options": asdict(plan),
        "input": files,
        "counts": {
            "rows": answer.rows,
            "bad_rows": answer.bad,
            "persons": tally.sum("persons"),
            "persons_with_a_name_not_checked": tally.sum("incomplete"),
            "persons_with_a_finding": tally.sum("any"),
            "persons_in_more_than_one_stratum": tally.sum("torn"),
            "findings": tally.sum("findings"),
            "names": len(names.known),
            "names_not_checked": len(missed),
            "rows_not_checked": sum(names.rows[name.typed] for name in missed),
        },
        "persons_brought_together": answer.way,
        "seconds": round(seconds, 3),
        "disclaimer": DISCLAIMER,
    }
