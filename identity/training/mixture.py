"""Expectation maximisation of a mixture over patterns of levels.

One class of pairs is the same entity twice; every other free class is one reason why two
different entities look alike; strangers are a class that is known beforehand. Within a class
comparisons are independent, given what is there to compare.

Winkler, Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model, 1988.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from identity.kernel import sums

Floats = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.uint8]
"""Level numbers by comparison and pattern, 255 for missing."""

_FREQUENT = 4_000
_ROUNDS = 300
_LAST_ROUNDS = 12
"""The most frequent patterns, fitted first, bring the classes near; all patterns end it."""
_CLOSE = 1e-5
_PULL = 1e-3
"""How much a class's start is worth beside all the pairs counted."""
_LEAST = 1e-9
_MISSING = 255


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
    begin = np.stack([np.concatenate(list(of_class)) for of_class in starts], axis=1)
    others = len(starts) - 1
    sizes = np.asarray([same, *[(1 - same) / max(others, 1)] * others])
    model = _Classes(sizes, begin)
    for most, rounds in ((_FREQUENT, _ROUNDS), (len(counted.open), _LAST_ROUNDS)):
        part = _most_frequent(counted, most)
        fit = _Fit(part, widths, begin, _log(np.concatenate(list(strangers))))
        model = fit.run(model, pairs / counted.total * part.total, rounds)
    likely = fit.likely(model, pairs)
    cuts = np.cumsum(widths)[:-1]
    shares = tuple(tuple(np.split(column, cuts)) for column in model.shares.T)
    return Mixture(model.sizes * counted.total, shares, likely)


@dataclass(frozen=True, slots=True, eq=False)
class _Classes:
    """The free classes: what part of the pairs counted is of each, and a column per class with
    the shares of all levels of all comparisons."""

    sizes: Floats
    shares: Floats


class _Fit:
    """Expectation maximisation over some patterns.

    Sums run over arrays in one order, not through a matrix library, which splits them by the
    number of processors: the same patterns give the same model to the last digit.
    """

    def __init__(
        self, counted: Counted, widths: Sequence[int], begin: Floats, strangers: Floats
    ) -> None:
        self._counted, self._begin = counted, begin
        self._starts = np.concatenate(([0], np.cumsum(widths)))
        nothing = np.int32(self._starts[-1])
        self._seen = [
            np.where(levels == _MISSING, nothing, levels.astype(np.int32) + np.int32(start))
            for levels, start in zip(counted.patterns, self._starts, strict=False)
        ]
        self._strangers = self._summed(strangers[:, None])

    def run(self, model: _Classes, pairs: float, rounds: int) -> _Classes:
        """At most so many rounds, until the classes' sizes stay."""
        for _ in range(rounds):
            likely = self.likely(model, pairs)
            weight = likely[:, :-1] * self._counted.open[:, None]
            weight[:, 0] += self._counted.same
            if self._counted.different.any():
                weight[:, 1:] += self._unlike(model, pairs) * self._counted.different[:, None]
            before = model.sizes
            model = _Classes(weight.sum(axis=0) / self._counted.total, self._shares(weight))
            if np.abs(model.sizes - before).max() <= _CLOSE:
                break
        return model

    def likely(self, model: _Classes, pairs: float) -> Floats:
        """How likely each pattern is of each class; the last column are strangers."""
        return _posterior(self._scores(model, pairs))

    def _unlike(self, model: _Classes, pairs: float) -> Floats:
        """The same for pairs known to be different, of the free classes but the first."""
        return _posterior(self._scores(model, pairs)[:, 1:])[:, :-1]

    def _scores(self, model: _Classes, pairs: float) -> Floats:
        known = self._summed(_log(model.shares)) + _log(model.sizes * self._counted.total)
        return np.concatenate((known, self._strangers + np.log(pairs)), axis=1)

    def _summed(self, by_level: Floats) -> Floats:
        """The sum over comparisons of what a column per class says of a pattern's levels."""
        padded = np.concatenate((by_level, np.zeros((1, by_level.shape[1]))))
        total = padded[self._seen[0]]
        for levels in self._seen[1:]:
            total += padded[levels]
        return total

    def _shares(self, weight: Floats) -> Floats:
        total = _PULL * self._counted.total * self._begin
        total += sums(self._seen, weight, len(total) + 1)[:-1]
        for start, end in pairwise(self._starts.tolist()):
            total[start:end] /= total[start:end].sum(axis=0)
        return total


def _most_frequent(counted: Counted, most: int) -> Counted:
    """The patterns seen most often, in their order."""
    seen = counted.open + counted.same + counted.different
    if len(seen) <= most:
        return counted
    kept = np.sort(np.argsort(-seen, kind="stable")[:most])
    return Counted(
        counted.patterns[:, kept], counted.open[kept], counted.same[kept], counted.different[kept]
    )


def _posterior(scores: Floats) -> Floats:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _log(values: Floats) -> Floats:
    return np.log(np.maximum(values, _LEAST))
