"""Expectation maximisation of a mixture over patterns of levels.

One class of pairs is the same entity twice; every other free class is one reason why two
different entities look alike; strangers are a class that is known beforehand. Within a class
comparisons are independent, given what is there to compare.

Winkler, Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model, 1988.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.uint8]
"""Level numbers by comparison and pattern, 255 for missing."""

_ROUNDS = 300
_CLOSE = 1e-5
_PULL = 1e-3
"""How much a class's start is worth beside all the pairs counted."""
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """How often each pattern was seen among pairs of which nothing else is known, among pairs
    known to be the same, and among pairs known to be different."""

    patterns: Patterns
    open: Floats
    same: Floats
    different: Floats

    @property
    def total(self) -> float:
        return float(self.open.sum() + self.same.sum() + self.different.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """The classes found, the same entity first: how many pairs are of each, and their levels.

    `shares[j][k]` are class j's shares of the levels of comparison k. `likely[p, j]` is how
    likely an open pair of pattern p is of class j; the last column are strangers.
    """

    sizes: Floats
    shares: tuple[tuple[Floats, ...], ...]
    likely: Floats


def fit_mixture(
    counted: Counted,
    starts: Sequence[Sequence[Floats]],
    strangers: Sequence[Floats],
    pairs: float,
    same: float,
) -> Mixture:
    """Fit the classes that begin as `starts`, the same entity first, to the counted patterns.

    `strangers` are the shares of levels among strangers, `pairs` says how many pairs there
    are in all, `same` which part of those counted is taken for the same entity at first.
    """
    widths = [len(shares) for shares in strangers]
    seen = _seen(counted.patterns, widths)
    begin = np.stack([np.concatenate(list(of_class)) for of_class in starts])
    fixed = seen @ _log(np.concatenate(list(strangers))) + np.log(pairs)
    others = len(starts) - 1
    sizes = counted.total * np.asarray([same, *[(1 - same) / max(others, 1)] * others])
    shares = begin.copy()
    for _ in range(_ROUNDS):
        scores = np.column_stack([seen @ _log(shares).T + _log(sizes), fixed])
        likely = _posterior(scores)
        weight = _weights(counted, likely, _posterior(scores[:, 1:]))
        before, sizes = sizes, weight.sum(axis=0)
        shares = _normal(weight.T @ seen + _PULL * counted.total * begin, widths)
        if np.abs(sizes - before).max() <= _CLOSE * counted.total:
            break
    cuts = np.cumsum(widths)[:-1]
    return Mixture(sizes, tuple(tuple(np.split(row, cuts)) for row in shares), likely)


def _seen(patterns: Patterns, widths: Sequence[int]) -> Floats:
    """A column per level: 1 where the pattern has it."""
    columns = [patterns[k] == level for k, width in enumerate(widths) for level in range(width)]
    return np.stack(columns, axis=1).astype(np.float64)


def _weights(counted: Counted, likely: Floats, unlike: Floats) -> Floats:
    """How many pairs of each pattern are of each free class."""
    weight = likely[:, :-1] * counted.open[:, None]
    weight[:, 0] += counted.same
    weight[:, 1:] += unlike[:, :-1] * counted.different[:, None]
    return weight


def _posterior(scores: Floats) -> Floats:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _normal(sums: Floats, widths: Sequence[int]) -> Floats:
    begin = 0
    for width in widths:
        part = sums[:, begin : begin + width]
        part /= part.sum(axis=1, keepdims=True)
        begin += width
    return sums


def _log(values: Floats) -> Floats:
    return np.log(np.maximum(values, _LEAST))
