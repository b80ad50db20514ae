"""Connected components of large graphs, in arrays."""

import numpy as np
import numpy.typing as npt

Items = npt.NDArray[np.int64]


def connected(count: int, first: Items, second: Items) -> Items:
    """A label per item 0..count-1: the smallest item of its component.

    Edge i ties `first[i]` and `second[i]`. Each round hangs the larger root of an edge's two
    onto the smaller and then flattens the trees (Shiloach and Vishkin, An O(log n) parallel
    connectivity algorithm, 1982), so that few rounds are needed however long the chains.
    """
    labels = np.arange(count, dtype=np.int64)
    while True:
        a, b = labels[first], labels[second]
        apart = a != b
        if not apart.any():
            return labels
        low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
        np.minimum.at(labels, high, low)
        while (shorter := labels[labels]).tobytes() != labels.tobytes():
            labels = shorter
