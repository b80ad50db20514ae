"""Clustering by greedy additive edge contraction (GAEC): the two parts with the strongest sum
of evidence between them join first, and contradictions keep apart what a chain would tie.

Keuper et al., Efficient Decomposition of Image and Mesh Graphs by Lifted Multicuts, 2015.
Deterministic: items are sorted, ties go to the smaller items, and weights are exact sums.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

Edge = tuple[int, int, float]
"""Two item numbers and what speaks for (positive) or against (negative) their being one."""


def contract(
    count: int,
    edges: Iterable[Edge],
    same: Sequence[tuple[int, int]] = (),
    apart: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """A label per item 0..count-1: the smallest item of its group.

    `same` pairs are joined whatever the edges say, in the order given, `apart` pairs never,
    not even through others; a `same` that would join an `apart` is not obeyed. Several edges
    between two items add up.
    """
    groups = _Groups(count, apart)
    for a, b in same:
        groups.join_if_allowed(a, b)
    for a, b, weight in edges:
        groups.add(a, b, weight)
    groups.contract()
    return [groups.find(item) for item in range(count)]


class _Groups:
    """Groups of items, the evidence between them, and which must stay apart."""

    def __init__(self, count: int, apart: Sequence[tuple[int, int]]) -> None:
        self._parent = list(range(count))
        self._between: dict[int, dict[int, float]] = defaultdict(dict)
        self._apart: dict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            if a != b:
                self._apart[a].add(b)
                self._apart[b].add(a)

    def find(self, item: int) -> int:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join_if_allowed(self, a: int, b: int) -> None:
        low, high = sorted((self.find(a), self.find(b)))
        if low != high and high not in self._apart[low]:
            self._join(low, high)

    def add(self, a: int, b: int, weight: float) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            total = self._between[a].get(b, 0.0) + weight
            self._between[a][b] = self._between[b][a] = total

    def contract(self) -> None:
        """Join the strongest pair of groups until no sum of evidence is positive."""
        queue = [
            (-weight, a, b)
            for a, others in self._between.items()
            for b, weight in others.items()
            if a < b and weight > 0
        ]
        heapq.heapify(queue)
        while queue:
            negative, a, b = heapq.heappop(queue)
            if self._between[a].get(b) != -negative or b in self._apart[a]:
                continue
            for other, weight in self._join(a, b):
                if weight > 0:
                    heapq.heappush(queue, (-weight, min(a, other), max(a, other)))

    def _join(self, low: int, high: int) -> list[tuple[int, float]]:
        """Make `high` part of `low`; returns what now lies between it and its neighbours."""
        self._parent[high] = low
        for other in self._apart.pop(high, ()):
            self._apart[other].discard(high)
            self._apart[other].add(low)
            self._apart[low].add(other)
        self._between[low].pop(high, None)
        changed = []
        for other, weight in self._between.pop(high, {}).items():
            if other == low:
                continue
            del self._between[other][high]
            total = self._between[low].get(other, 0.0) + weight
            self._between[low][other] = self._between[other][low] = total
            changed.append((other, total))
        return changed


def components(items: Iterable[T], pairs: Iterable[tuple[T, T]]) -> list[list[T]]:
    """The items that pairs hold together, each component in the order of `items`."""
    parent: dict[T, T] = {item: item for item in items}

    def find(item: T) -> T:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b in pairs:
        parent[find(a)] = find(b)
    groups: dict[T, list[T]] = {}
    for item in parent:
        groups.setdefault(find(item), []).append(item)
    return list(groups.values())
