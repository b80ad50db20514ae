"""Sums of weights by place, as expectation maximisation counts what it saw."""

from collections.abc import Sequence

import numpy as np

from identity.kernel.arrays import Ints, Weights


def sums(places: Sequence[Ints], weights: Weights, count: int) -> Weights:
    """Row p is the sum of the rows weights[i] that any of the columns places at p, below `count`.

    They are added up in the order of the rows, and then column by column.
    """
    total = np.zeros((count, weights.shape[1]))
    for column in places:
        for j, weight in enumerate(weights.T):
            total[:, j] += np.bincount(column, weight, count)
    return total
