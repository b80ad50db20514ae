"""Greedy additive edge contraction of many components at once (see `identity.clustering`).

Small components of one size are contracted together, as a stack of matrices of the evidence
between each two items; the others one by one. Both give what `clustering.contract` gives.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from identity.clustering import contract
from identity.kernel.arrays import NO_PAIRS, Ints, Pairs, Places, Weights
from identity.kernel.ties import Tied, Ties, component_of_item

_LARGEST_STACKED = 96
"""Items; larger components have mostly no tie between two items, which a matrix wastes."""

_CELLS_AT_ONCE = 2_000_000


def contract_many(
    starts: Places,
    edges: Pairs,
    weights: Weights,
    same: Pairs = NO_PAIRS,
    apart: Pairs = NO_PAIRS,
) -> Ints:
    """A label per item: the smallest item of its group.

    Items are numbered through all components, component k being starts[k] .. starts[k + 1] - 1.
    `weights[i]` speaks for (above 0) or against the items of edge i being one; several edges
    between two items add up. `same` pairs are joined whatever the edges say, in the order given,
    `apart` pairs never, not even through others. ValueError where a tie leaves its component.
    """
    tied = Tied.of(starts, edges, weights, same, apart)
    labels = np.arange(tied.starts[-1], dtype=np.int32)
    decided = np.diff(tied.same.starts) + np.diff(tied.apart.starts) > 0
    sizes = np.diff(tied.starts)
    evident = np.diff(tied.edges.starts) > 0
    stacked = ~decided & evident & (sizes <= _LARGEST_STACKED)
    for component in np.flatnonzero(~stacked & (decided | evident)).tolist():
        begin, end = tied.starts[component : component + 2].tolist()
        labels[begin:end] = _contracted(tied, component)
    for chosen in _batches(sizes, stacked):
        size = int(sizes[chosen[0]])
        items = tied.starts[chosen][:, None] + np.arange(size)
        found = _contract_stack(_stack(tied, chosen, size))
        labels[items] = found + tied.starts[chosen][:, None]
    return labels


def _contracted(tied: Tied, component: int) -> Ints:
    """One component by itself."""
    offset, end = tied.starts[component : component + 2].tolist()
    a, b, weights = _of_component(tied.edges, component)
    edges = zip((a - offset).tolist(), (b - offset).tolist(), weights.tolist(), strict=True)
    same, apart = (
        list(zip((first - offset).tolist(), (second - offset).tolist(), strict=True))
        for first, second, _ in (
            _of_component(tied.same, component),
            _of_component(tied.apart, component),
        )
    )
    return np.asarray(contract(end - offset, edges, same, apart), np.int32) + np.int32(offset)


def _of_component(ties: Ties, component: int) -> tuple[Ints, Ints, Weights]:
    part = slice(ties.starts[component], ties.starts[component + 1])
    return ties.first[part], ties.second[part], ties.weights[part]


def _batches(sizes: Places, chosen: npt.NDArray[np.bool_]) -> Iterator[Places]:
    """The chosen components by size, as many at a time as fit."""
    for size in np.unique(sizes[chosen]).tolist():
        components = np.flatnonzero(chosen & (sizes == size))
        step = max(1, _CELLS_AT_ONCE // size**2)
        for begin in range(0, len(components), step):
            yield components[begin : begin + step]


def _stack(tied: Tied, components: Places, size: int) -> Weights:
    """The evidence between each two items of components of one size."""
    begins, ends = tied.edges.starts[components], tied.edges.starts[components + 1]
    counts = ends - begins
    layer = component_of_item(np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))))
    edges = np.arange(len(layer)) + (begins - np.cumsum(counts) + counts)[layer]
    offset = tied.starts[components][layer]
    a, b = tied.edges.first[edges] - offset, tied.edges.second[edges] - offset
    stack = np.zeros((len(components), size, size))
    real = a != b
    place = (layer[real], np.minimum(a, b)[real], np.maximum(a, b)[real])
    np.add.at(stack, place, tied.edges.weights[edges][real])
    return stack + stack.transpose(0, 2, 1)


def _contract_stack(stack: Weights) -> Ints:
    """A label per layer and item: the smallest item of its group. `stack` is used up.

    An item that became part of another has no evidence left, which is never above 0.
    """
    count, size, _ = stack.shape
    labels = np.tile(np.arange(size, dtype=np.int32), (count, 1))
    layers = np.arange(count)
    while len(layers):
        # The first of the largest: ties go to the smaller items.
        best = stack.reshape(len(stack), -1).argmax(axis=1)
        here = np.arange(len(stack))
        low, high = best // size, best % size
        joined = stack[here, low, high] > 0
        if not joined.all():
            stack, layers, low, high = stack[joined], layers[joined], low[joined], high[joined]
            here = np.arange(len(stack))
        together = stack[here, low] + stack[here, high]
        together[here, low] = 0
        together[here, high] = 0
        stack[here, low] = stack[here, :, low] = together
        stack[here, high] = stack[here, :, high] = 0
        labels[layers] = np.where(labels[layers] == high[:, None], low[:, None], labels[layers])
    return labels
