"""Counted terms, kept in arrays: how often each value of a column was seen."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


class CountedShares(Mapping[str, float]):
    """The shares of the values that were counted more than once, by value.

    `texts` (large_string) are sorted, `counts` stand beside them, `total` counts all values,
    those seen once included.
    """

    def __init__(self, texts: pa.LargeStringArray, counts: npt.NDArray[np.int64], total: int):
        self.texts, self.counts, self.total = texts, counts, total

    @classmethod
    def of_column(
        cls, texts: pa.LargeStringArray, counts: npt.NDArray[np.int64]
    ) -> "CountedShares":
        """The shares of a column whose distinct `texts` were seen `counts` times."""
        often = np.flatnonzero(counts > 1)
        kept = texts.take(pa.array(often))
        order = pc.sort_indices(kept)
        return cls(kept.take(order), counts[often][np.asarray(order)], int(counts.sum()))

    @cached_property
    def collision(self) -> float:
        """How likely two values, drawn from different rows, are the same."""
        counts = self.counts.astype(np.float64)
        pairs = float(self.total) * max(self.total - 1, 1)
        return float((counts * (counts - 1)).sum()) / pairs

    @cached_property
    def distinct(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The distinct shares, and what part of all rows the values of each make up together."""
        counts, values = np.unique(self.counts, return_counts=True)
        return counts / self.total, counts * values / self.total

    def places(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """Where each text stands in `texts`, -1 where it was not counted more than once."""
        found = pc.index_in(texts, value_set=self.texts)
        return np.asarray(pc.fill_null(found, -1), np.int64)

    def __getitem__(self, value: str) -> float:
        return int(self.counts[self._numbers[value]]) / self.total

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {text: number for number, text in enumerate(self.texts.to_pylist())}
