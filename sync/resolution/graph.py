"""The links around a batch, each feature set's read once and written as they change."""

from collections import defaultdict
from collections.abc import Iterable

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import links
from daifuku.storage.repositories.resolution.links import SetLink


class Graph:
    """Links between feature sets of one entity."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._around: defaultdict[int, dict[int, SetLink]] = defaultdict(dict)
        self._read: set[int] = set()

    def are_new(self, sets: Iterable[int]) -> None:
        """Note feature sets that had no link before this batch."""
        self._read.update(sets)

    def read(self, sets: Iterable[int]) -> None:
        """Make the links of these feature sets known."""
        missing = {*sets} - self._read
        if missing:
            self._read |= missing
            for edge in links.touching(self._tx, missing):
                self._keep(edge)

    def of(self, set_id: int) -> dict[int, SetLink]:
        """The links of a feature set read before, by their other end; its own to itself too."""
        return self._around.get(set_id, {})

    def add(self, found: Iterable[SetLink], model: str) -> None:
        """Store new links."""
        edges = [*found]
        links.add(self._tx, edges, model)
        for edge in edges:
            self._keep(edge)

    def remove(self, gone: Iterable[SetLink]) -> None:
        """Forget links."""
        pairs = {(edge.a, edge.b) for edge in gone}
        links.remove(self._tx, pairs)
        for a, b in pairs:
            self._around[a].pop(b, None)
            self._around[b].pop(a, None)

    def _keep(self, edge: SetLink) -> None:
        self._around[edge.a][edge.b] = edge
        self._around[edge.b][edge.a] = edge
