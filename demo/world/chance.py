"""Seeded chance: every unit of the world has a generator of its own, so that any part can be
made again alone, in any order, without the others."""

from bisect import bisect
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance(Random):
    """A `Random` in the words this package uses. Only `random()` is drawn from, whose
    sequence Python keeps the same for a seed on every version and platform."""

    def hits(self, rate: float) -> bool:
        """True with probability `rate`."""
        return self.random() < rate

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`, each as likely."""
        return options[int(self.random() * len(options))]

    def early(self, options: Sequence[T]) -> T:
        """One of `options`, the first ones likelier (density falls linearly to zero)."""
        return options[int((1 - (1 - self.random()) ** 0.5) * len(options))]

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def by_weight(self, options: Sequence[T], cumulative: Sequence[float]) -> T:
        """One of `options`, whose running sums of weights are `cumulative`."""
        return options[bisect(cumulative, self.random() * cumulative[-1], 0, len(options) - 1)]


def chance(seed: int, label: str, index: int = 0) -> Chance:
    """The generator of the thing `label` number `index` in the world `seed`."""
    return Chance((seed << 80) ^ (int.from_bytes(label.encode()[:4], "big") << 44) ^ index)
