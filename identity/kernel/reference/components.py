"""Connected components of large graphs, in arrays."""

import numpy as np

from identity.kernel.arrays import Ints


def connected(count: int, first: Ints, second: Ints) -> Ints:
    """A label per item 0..count-1: the smallest item of its component.

    Edge i ties `first[i]` and `second[i]`. Each round hangs the larger root of an edge's two
    onto the smaller and then flattens the trees (Shiloach and Vishkin, An O(log n) parallel
    connectivity algorithm, 1982), so that few rounds are needed however long the chains.
    """
    labels = np.arange(count, dtype=np.int32)
    while True:
        a, b = labels[first], labels[second]
        apart = a != b
        if not apart.any():
            return labels
        first, second = first[apart], second[apart]
        low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
        np.minimum.at(labels, high, low)
        while not np.array_equal(shorter := labels[labels], labels):
            labels = shorter
