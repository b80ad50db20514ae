"""Distinct patterns of levels, of which there are few among many pairs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import Ints, Levels

_SPAN = 1 << 62
_TABLE = 1 << 24
"""Codes up to which a table of all of them is quicker than sorting those there are."""


def patterns(levels: Sequence[Levels]) -> tuple[Ints, Ints]:
    """The first pair of each distinct pattern of levels, the patterns being sorted, and for each
    pair the number of its pattern.

    `levels` has one array per comparison, at least one; missing is 255, or -1 in signed bytes.
    """
    codes, span = np.zeros(len(levels[0]), np.int64), 1
    for column in levels:
        seen = np.bincount(column.view(np.uint8), minlength=256) > 0
        rank, width = np.cumsum(seen) - 1, max(int(seen.sum()), 1)
        if span * width > _SPAN:
            first, codes = _distinct(codes, span)
            span = len(first)
        codes = codes * width + rank[column.view(np.uint8)]
        span *= width
    first, places = _distinct(codes, span)
    return first.astype(np.int32), places.astype(np.int32)


def _distinct(
    codes: npt.NDArray[np.int64], span: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each distinct code comes first, and for each code its number among them, sorted."""
    if span > _TABLE:
        _, first, places = np.unique(codes, return_index=True, return_inverse=True)
        return first, places
    seen = np.zeros(span, np.bool_)
    seen[codes] = True
    places = (np.cumsum(seen) - 1)[codes]
    first = np.empty(int(seen.sum()), np.int64)
    first[places[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last one written is the first
    return first, places
