"""The links around a batch: each feature set's read once, and written where they differ."""

from collections import defaultdict
from collections.abc import Iterable

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import links
from daifuku.storage.repositories.resolution.links import SetLink

Pair = tuple[int, int]


class Graph:
    """Links between feature sets of one entity."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._around: defaultdict[int, dict[int, SetLink]] = defaultdict(dict)
        self._read: set[int] = set()
        self._before: dict[Pair, SetLink | None] = {}
        """What the store has of links that were added or removed, None where it has nothing."""

    def are_new(self, sets: Iterable[int]) -> None:
        """Note feature sets that had no link before this batch."""
        self._read.update(sets)

    def missing(self, sets: Iterable[int]) -> set[int]:
        """Those of these feature sets whose links are not known."""
        return {*sets} - self._read

    def read(self, sets: Iterable[int]) -> None:
        """Make the links of these feature sets known."""
        missing = self.missing(sets)
        if missing:
            self.were_read(missing, links.touching(self._tx, missing))

    def were_read(self, sets: Iterable[int], found: Iterable[SetLink]) -> None:
        """Take over all links of these feature sets as the store has them."""
        self._read.update(sets)
        for edge in found:
            if (edge.a, edge.b) not in self._before:
                self._keep(edge)

    def of(self, set_id: int) -> dict[int, SetLink]:
        """The links of a feature set read before, by their other end; its own to itself too."""
        return self._around.get(set_id, {})

    def add(self, found: Iterable[SetLink]) -> None:
        """Take new links in, between feature sets one of which was read."""
        for edge in found:
            self._before.setdefault((edge.a, edge.b), self.of(edge.a).get(edge.b))
            self._keep(edge)

    def remove(self, gone: Iterable[SetLink]) -> None:
        """Forget links."""
        for edge in {*gone}:
            self._before.setdefault((edge.a, edge.b), edge)
            self._around[edge.a].pop(edge.b, None)
            self._around[edge.b].pop(edge.a, None)

    def write(self, model: str) -> None:
        """Store what was added and removed; `model` is the version that weighed it."""
        now = {pair: self.of(pair[0]).get(pair[1]) for pair in self._before}
        new, changed, gone = [], [], []
        for pair, edge in now.items():
            before = self._before[pair]
            if edge is None:
                if before is not None:
                    gone.append(pair)
            elif before is None:
                new.append(edge)
            elif edge != before:
                changed.append(edge)
        links.remove(self._tx, gone)
        links.add(self._tx, new, model)
        links.reweigh(self._tx, changed, model)
        self._before.clear()

    def _keep(self, edge: SetLink) -> None:
        self._around[edge.a][edge.b] = edge
        self._around[edge.b][edge.a] = edge
