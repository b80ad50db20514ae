"""Comparing many pairs of values at once: the levels that `Comparator.compare` gives, in arrays.

A comparison without a way of its own is asked once for each two different values.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from identity.scoring.comparator import MISSING, Comparator

Places = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

NONE = -1
"""The level of a pair that cannot be compared, and the term of one that shares none."""
_WORST = 127


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """For each pair its level, by place in the comparator's `levels`, and its term, by place in
    `texts`; -1 for none. `terms` is None where no pair has one that could count."""

    levels: Levels
    terms: Places | None = None
    texts: Sequence[str] = ()


class Many(Protocol):
    """Compares the values a[i] and b[i], by their places in the list it was made of."""

    def __call__(self, a: Places, b: Places) -> Outcomes: ...


class OneByOne:
    """Asks the comparator once for each two different values."""

    def __init__(self, comparator: Comparator, values: Sequence[Any]) -> None:
        self._compare, self._values = comparator.compare, values
        self._level = {MISSING: NONE, **{name: i for i, name in enumerate(comparator.levels)}}

    def __call__(self, a: Places, b: Places) -> Outcomes:
        low, high, where = distinct_pairs(a, b)
        levels = np.empty(len(low), np.int8)
        terms = np.empty(len(low), np.int64)
        texts: dict[str, int] = {}
        for i, (x, y) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            outcome = self._compare(self._values[x], self._values[y])
            levels[i] = self._level[outcome.level]
            terms[i] = texts.setdefault(outcome.term, len(texts)) if outcome.term else NONE
        return Outcomes(levels[where], terms[where], list(texts))


def distinct_pairs(a: Places, b: Places) -> tuple[Places, Places, Places]:
    """The different unordered pairs, the smaller place first, and which of them each pair is."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    codes, where = np.unique((low << 32) | high, return_inverse=True)
    return codes >> 32, codes & 0xFFFFFFFF, where


class Several:
    """Values that are tuples of elements: a pair is as alike as its two most alike elements.

    `compare` gives the levels of two elements each; elements are numbered as they first come.
    """

    def __init__(
        self,
        values: Sequence[Sequence[Hashable]],
        elements_of: Callable[[Sequence[Any]], Callable[[Places, Places], Levels]],
    ) -> None:
        numbers: dict[Hashable, int] = {}
        flat = [numbers.setdefault(item, len(numbers)) for value in values for item in value]
        self._flat = np.asarray(flat, np.int64)
        self._counts = np.fromiter(map(len, values), np.int64, len(values))
        self._starts = np.cumsum(self._counts) - self._counts
        self._compare = elements_of(list(numbers))

    def __call__(self, a: Places, b: Places) -> Outcomes:
        levels = self._compare(self._flat[self._starts[a]], self._flat[self._starts[b]])
        many = np.flatnonzero(self._counts[a] * self._counts[b] > 1)
        if len(many):
            levels[many] = self._best(a[many], b[many])
        return Outcomes(levels)

    def _best(self, a: Places, b: Places) -> Levels:
        counts = self._counts[a] * self._counts[b]
        pair = np.repeat(np.arange(len(a)), counts)
        begins = np.cumsum(counts) - counts
        nth, mth = np.divmod(np.arange(len(pair)) - begins[pair], self._counts[b][pair])
        levels = self._compare(
            self._flat[self._starts[a][pair] + nth], self._flat[self._starts[b][pair] + mth]
        )
        best = np.minimum.reduceat(np.where(levels == NONE, _WORST, levels), begins)
        return np.where(best == _WORST, NONE, best).astype(np.int8)


def numbered(values: Sequence[Hashable]) -> tuple[Places, list[Any]]:
    """A number for each value, equal for equal ones, and the value of each number."""
    numbers: dict[Hashable, int] = {}
    rows = [numbers.setdefault(value, len(numbers)) for value in values]
    return np.asarray(rows, np.int64), list(numbers)


def flags(values: Sequence[object]) -> Flags:
    """Which of the values are true."""
    return np.fromiter(map(bool, values), np.bool_, len(values))


def first_that_holds(count: int, cases: Sequence[tuple[Flags, int]], otherwise: int) -> Levels:
    """The level of the first case that holds for each pair."""
    levels = np.full(count, otherwise, np.int8)
    for holds, level in reversed(cases):
        levels[holds] = level
    return levels
