"""What the kernel finds: entries, and the items of a list that fill them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Fillings:
    """Entries with as many slots as `at` has rows, each filled by items of one list."""

    row: Array
    """Number of the list."""
    at: Array
    """For each slot (rows) where in `Lists.codes` the item stands."""
    entry: Array
    """Number of the entry in `Codebook.entries`."""
    first: Array | None = None
    """First day on which all are taken, where there are dates."""
    days: Array | None = None
    """Days on which all are taken."""

    def only(self, wanted: Array) -> "Fillings":
        """Return those at `wanted`, a mask or places."""
        places = np.flatnonzero(wanted) if wanted.dtype == bool else wanted
        first, days = (None if column is None else column.take(places) for column in (self.first, self.days))
        return Fillings(self.row.take(places), self.at.take(places, axis=1), self.entry.take(places), first, days)
