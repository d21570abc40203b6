"""On which days several drugs are all taken."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from medcheck.screen.lists import Spans

Array = npt.NDArray[Any]
AT_ONCE = 1 << 20
"""Combinations of stretches that are compared in one go; bounds the memory."""
NEVER = np.iinfo(np.int32).max


def overlap(at: Array, spans: "Spans") -> tuple[Array, Array]:
    """Return the first day and the number of days on which all items of each column of `at` are taken.

    Every stretch of one item is compared with every stretch of the others. Stretches of one item do not touch, so no
    day is counted twice. Where there is no such day the first day is `NEVER`.
    """
    counts = spans.offsets[at + 1] - spans.offsets[at]
    ways = counts.prod(axis=0)
    first = np.full(at.shape[1], NEVER, np.int32)
    days = np.zeros(at.shape[1], np.int64)
    done = np.cumsum(ways)
    begin = 0
    while begin < len(ways):
        limit = (done[begin - 1] if begin else 0) + AT_ONCE
        end = max(begin + 1, int(np.searchsorted(done, limit, "right")))
        part = slice(begin, end)
        first[part], days[part] = _overlap(at[:, part], counts[:, part], ways[part], spans)
        begin = end
    return first, days


def _overlap(at: Array, counts: Array, ways: Array, spans: "Spans") -> tuple[Array, Array]:
    column = np.repeat(np.arange(len(ways)), ways)
    number = np.arange(len(column)) - np.repeat(np.cumsum(ways) - ways, ways)
    start = np.full(len(column), -NEVER, np.int64)
    end = np.full(len(column), NEVER, np.int64)
    for item, count in zip(at, counts, strict=True):
        number, stretch = np.divmod(number, count[column])
        place = spans.offsets[item[column]] + stretch
        np.maximum(start, spans.start[place], out=start)
        np.minimum(end, spans.end[place], out=end)
    held = np.maximum(end - start + 1, 0)
    begins = np.cumsum(ways) - ways
    first = np.minimum.reduceat(np.where(held > 0, start, NEVER), begins)
    return first.astype(np.int32), np.add.reduceat(held, begins)
