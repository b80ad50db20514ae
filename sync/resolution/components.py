"""Finds the connected components that a batch may have changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import nearby
from daifuku.storage.repositories.resolution.golden import Membership
from sync.resolution.decided import Decided
from sync.resolution.graph import Graph
from sync.resolution.members import Members


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


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whole components, and the records of every golden record they touch, gone ones too."""

    components: list[list[int]]
    rows: dict[RecordKey, Membership]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What ties feature sets of one entity: match links, decisions, golden records."""

    entity: Entity
    match_weight: float
    members: Members
    graph: Graph
    decided: Decided

    def around(self, tx: Transaction, sets: Iterable[int], goldens: Iterable[str]) -> Concerned:
        """The components of these feature sets and of all records of these golden records.

        A component is what links of at least the match weight and decisions `same` hold
        together. Where one has a record of a golden record, the others of it come along.
        """
        forest = Forest()
        rows: dict[RecordKey, Membership] = {}
        frontier, seen = {*sets}, set[int]()
        left, asked = {*goldens}, set[str]()
        while frontier or left - asked:
            seen |= frontier
            self._read(tx, frontier)
            ties = self._ties(frontier)
            for item in frontier:
                forest.add(item)
            for a, b in ties:
                forest.join(a, b)
            found = self.members.of_sets(frontier)
            left |= {row.golden_id for row in found if row.golden_id and self._is_ours(row)}
            found += self.members.of_goldens(left - asked)
            asked |= left
            rows.update((row.key, row) for row in found)
            near = {end for tie in ties for end in tie}
            near |= {row.feature_set_id or 0 for row in found if self._is_ours(row)}
            frontier = near - seen - {0}
        return Concerned(forest.sets(), rows)

    def _read(self, tx: Transaction, sets: set[int]) -> None:
        """Make the records and links of these feature sets known."""
        borne, linked = self.members.missing(sets), self.graph.missing(sets)
        if borne or linked:
            found = nearby.read(tx, sets=borne, linked=linked)
            self.members.were_read(found.of_sets, sets=borne)
            self.graph.were_read(linked, found.links)

    def _ties(self, sets: set[int]) -> list[tuple[int, int]]:
        ties = [
            (item, other)
            for item in sets
            for other, edge in self.graph.of(item).items()
            if edge.weight >= self.match_weight
        ]
        records = {row.key: row.feature_set_id for row in self.members.of_sets(sets)}
        if self.decided.about(records):
            others = {key: [*self.decided.same_as(key)] for key in records}
            homes = self.members.sets_of({key for keys in others.values() for key in keys})
            ties += [
                (home, homes[other])
                for key, home in records.items()
                for other in others[key]
                if home is not None and other in homes
            ]
        return ties

    def _is_ours(self, row: Membership) -> bool:
        """Whether a record is still of this entity."""
        pending = self.members.pending.get(row.record_id)
        return pending is None or pending.record.entity is self.entity
