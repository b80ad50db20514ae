"""Finds the connected components that a batch may have changed."""

from collections.abc import Iterable, Mapping, Sequence

from daifuku.records import Decision, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import links


class Forest:
    """Disjoint sets of feature-set ids, joined by ties (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def add(self, item: int) -> int:
        """The representative of `item`'s set, founded if it is new."""
        parent = self._parent.setdefault(item, item)
        while parent != self._parent[parent]:
            self._parent[parent] = parent = self._parent[self._parent[parent]]
        self._parent[item] = parent
        return parent

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.add(a), self.add(b)))
        self._parent[high] = low

    def sets(self) -> list[list[int]]:
        """Every set, sorted, in the order of their smallest members."""
        members: dict[int, list[int]] = {}
        for item in sorted(self._parent):
            members.setdefault(self.add(item), []).append(item)
        return list(members.values())


def components(
    tx: Transaction,
    start: Iterable[int],
    match_weight: float,
    decided: Sequence[tuple[int, int]],
) -> list[list[int]]:
    """The whole components of the feature sets `start`.

    A component is what links of at least `match_weight` and the pairs `decided` to be the
    same hold together.
    """
    same: dict[int, set[int]] = {}
    for a, b in decided:
        same.setdefault(a, set()).add(b)
        same.setdefault(b, set()).add(a)
    forest = Forest()
    frontier = set(start)
    seen: set[int] = set()
    while frontier:
        seen |= frontier
        for item in frontier:
            forest.add(item)
        ties = {(e.a, e.b) for e in links.touching(tx, frontier, at_least=match_weight)}
        ties |= {(item, other) for item in frontier for other in same.get(item, ())}
        for a, b in ties:
            forest.join(a, b)
        frontier = {end for tie in ties for end in tie} - seen
    return forest.sets()


def decided_pairs(
    decisions: Iterable[Decision], set_of: Mapping[RecordKey, int]
) -> list[tuple[int, int]]:
    """The feature sets that `same` decisions tie; pairs whose records are gone are left out."""
    return [
        (set_of[decision.a], set_of[decision.b])
        for decision in decisions
        if decision.same and decision.a in set_of and decision.b in set_of
    ]
