"""What can go wrong with a table."""

from dataclasses import dataclass, field

from medcheck.clean import clean
from medcheck.intake import InputError

SHOWN = 80
"""Letters of a faulty row that a message quotes."""


class PlanError(Exception):
    """A guess about the table was wrong; it is read again without the guess."""


class UnsortedError(PlanError):
    """The rows are not in the order of the persons."""


class TextIdError(PlanError):
    """The persons are not all plain whole numbers."""


@dataclass
class BadRows:
    """Counts rows that cannot be used, or refuses the first one."""

    skip: bool
    """Leave bad rows out and count them, instead of ending the run."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many rows were left out, by what is wrong with them."""

    def add(self, fault: str, where: str, count: int = 1, example: str = "") -> None:
        """Count rows with a fault; InputError for the first one unless bad rows are to be skipped."""
        if not self.skip:
            shown = f": “{clean(example, SHOWN)}”" if example else ""
            raise InputError(f"{where}: {fault}{shown}; --on-bad-row skip leaves such rows out and counts them")
        self.counts[fault] = self.counts.get(fault, 0) + count
