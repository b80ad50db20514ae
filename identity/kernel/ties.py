"""Ties between items of components, brought into the order in which components are worked off."""

from dataclasses import dataclass

import numpy as np

from identity.kernel.arrays import NO_PAIRS, Ints, Pairs, Places, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Ties grouped by component: those of component k at `starts[k]:starts[k + 1]`."""

    starts: Places
    first: Ints
    second: Ints
    weights: Weights


def component_of_item(starts: Places) -> Places:
    """Which component each item is in, component k being the items starts[k]..starts[k+1]-1."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def grouped(component_of: Places, count: int, pairs: Pairs, weights: Weights | None = None) -> Ties:
    """The ties of `count` components, those of one component in the order given.

    ValueError where a tie runs from one component into another, or to no item.
    """
    first, second = (np.ascontiguousarray(side, np.int32) for side in pairs)
    if weights is None:
        weights = np.zeros(len(first))
    if not len(first) == len(second) == len(weights):
        raise ValueError("ties need two items and a weight each")
    if min(first.min(initial=0), second.min(initial=0)) < 0:
        raise ValueError("items are numbered from 0")
    if max(first.max(initial=-1), second.max(initial=-1)) >= len(component_of):
        raise ValueError(f"there are {len(component_of)} items, and a tie to another")
    home = component_of[first]
    if not np.array_equal(home, component_of[second]):
        raise ValueError("a tie runs from one component into another")
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(home, minlength=count))))
    weights = np.ascontiguousarray(weights, np.float64)
    if (home[1:] < home[:-1]).any():
        order = np.argsort(home, kind="stable")
        first, second, weights = first[order], second[order], weights[order]
    return Ties(starts, first, second, weights)


@dataclass(frozen=True, slots=True, eq=False)
class Tied:
    """Components to be contracted: their items, the evidence, and what was decided."""

    starts: Places
    edges: Ties
    same: Ties
    apart: Ties

    @classmethod
    def of(
        cls,
        starts: Places,
        edges: Pairs,
        weights: Weights,
        same: Pairs = NO_PAIRS,
        apart: Pairs = NO_PAIRS,
    ) -> "Tied":
        """Everything checked and grouped; `starts` begins with 0."""
        starts = np.ascontiguousarray(starts, np.int64)
        if not len(starts) or starts[0] != 0 or (np.diff(starts) < 0).any():
            raise ValueError("components begin at 0, and one after the other")
        home, count = component_of_item(starts), len(starts) - 1
        return cls(
            starts,
            grouped(home, count, edges, weights),
            grouped(home, count, same),
            grouped(home, count, apart),
        )
