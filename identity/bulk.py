"""The bulk pass over the records of one entity, in columns, for first loads and re-resolution."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daifuku.records import Decision
from identity.batch import WHOLE, Batch, cluster_batch
from identity.component import DigestLink, Node, cluster_component, effective, link_of
from identity.encoded import Encoded
from identity.features import Features
from identity.kernel import candidate_pairs, connected
from identity.keys import keys_by_rule
from identity.model.types import Model
from identity.scoring.table import Table
from identity.scoring.weights import Weights

_PAIRS_AT_ONCE = 500_000

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links between nodes: a[i] < b[i], or a[i] = b[i] for a node of several records."""

    a: Numbers
    b: Numbers
    weights: Weights

    def where(self, kept: npt.NDArray[np.bool_]) -> "Links":
        """Those of them that are kept."""
        return Links(self.a[kept], self.b[kept], self.weights[kept])


class BulkTable:
    """Encoded records under one model. Nodes are numbered by their first records."""

    def __init__(self, encoded: Encoded, model: Model) -> None:
        self.encoded = encoded
        self.model = model
        self._table = Table.of(model, encoded)
        order = np.argsort(encoded.node_of, kind="stable")
        self._records = order
        self.counts = np.bincount(encoded.node_of, minlength=len(encoded.first))
        self._starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.counts)))
        self._digests: dict[int, Features] = {}

    def records(self, node: int) -> Numbers:
        """The records of a node, in order."""
        return self._records[self._starts[node] : self._starts[node + 1]]

    @cached_property
    def links(self) -> Links:
        """All links of at least the possible weight, those of a node with itself included."""
        return self.find_links()

    def find_links(self, on_progress: Callable[[int, int], None] = lambda *_: None) -> Links:
        """`links`; `on_progress` is told how many pairs of how many have been compared."""
        first, second = candidate_pairs(keys_by_rule(self.encoded, self.model))
        own = np.flatnonzero(self.counts > 1).astype(np.int32)
        first, second = np.concatenate((first, own)), np.concatenate((second, own))
        found = []
        for start in range(0, len(first), _PAIRS_AT_ONCE):
            a = first[start : start + _PAIRS_AT_ONCE].astype(np.int64)
            b = second[start : start + _PAIRS_AT_ONCE].astype(np.int64)
            links = Links(a, b, self._table.weights(a, b))
            found.append(links.where(links.weights >= self.model.possible_weight))
            on_progress(min(start + _PAIRS_AT_ONCE, len(first)), len(first))
        links = Links(
            np.concatenate([part.a for part in found] or [own.astype(np.int64)]),
            np.concatenate([part.b for part in found] or [own.astype(np.int64)]),
            np.concatenate([part.weights for part in found] or [np.empty(0)]),
        )
        self.__dict__["links"] = links
        return links

    def weigh(self, a: Numbers, b: Numbers) -> Weights:
        """The match weights of pairs of nodes, candidates or not."""
        return self._table.weights(a, b)

    @cached_property
    def matches(self) -> Links:
        """The links of at least the match weight."""
        return self.links.where(self.links.weights >= self.model.match_weight)

    def clusters(self, decisions: Sequence[Decision] = ()) -> Numbers:
        """The cluster of each record, named by its first record."""
        in_force = effective(decisions)
        decided, ties = self._decided(in_force)
        if not len(self.counts):
            return np.empty(0, np.int64)
        nodes, starts = self._components(ties)
        sizes = np.diff(starts)
        alone = sizes > self.model.clustering.max_size
        if self.model.one_per_source:  # which asks who a row's records are
            alone |= np.add.reduceat(self.counts[nodes], starts[:-1]) > 1
        alone |= np.logical_or.reduceat(np.isin(nodes, decided), starts[:-1])
        trivial = (sizes == 1) & (self.counts[nodes[starts[:-1]]] == 1) & ~alone
        together = ~(alone | trivial)
        labels = np.arange(len(self.encoded.keys))
        rows = nodes[np.repeat(together, sizes)]
        begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes[together])))
        self._cluster_together(Batch(rows, begins, self.counts[rows]), labels)
        for component in np.flatnonzero(alone).tolist():
            inside = nodes[starts[component] : starts[component + 1]]
            self._cluster_alone(inside.tolist(), in_force, labels)
        return labels

    def open_links(self, labels: Numbers) -> Links:
        """The links with ends in different clusters, `labels` being each record's."""
        label, torn = labels[self.encoded.first], self.torn(labels)
        a, b = self.links.a, self.links.b
        return self.links.where((label[a] != label[b]) | torn[a] | torn[b])

    def torn(self, labels: Numbers) -> npt.NDArray[np.bool_]:
        """Which nodes have records in several clusters."""
        torn = np.zeros(len(self.counts), np.bool_)
        label = labels[self.encoded.first]
        torn[self.encoded.node_of[labels != label[self.encoded.node_of]]] = True
        return torn

    def node(self, number: int) -> Node:
        """A node as others see it."""
        records = tuple(self.encoded.keys[record] for record in self.records(number).tolist())
        return Node(self.features(number), records)

    def features(self, node: int) -> Features:
        """The features of a node, with the key of its first record."""
        if node not in self._digests:
            self._digests[node] = self.encoded.features(int(self.encoded.first[node]))
        return self._digests[node]

    def digest_links(self, links: Links) -> Iterator[DigestLink]:
        """Links as others see them."""
        columns = (links.a.tolist(), links.b.tolist(), links.weights.tolist())
        for a, b, weight in zip(*columns, strict=True):
            yield link_of(self.features(a).digest, self.features(b).digest, weight)

    def _decided(self, decisions: Sequence[Decision]) -> tuple[list[int], list[tuple[int, int]]]:
        """The nodes that decisions speak of, and those that `same` ties."""
        named = {key for d in decisions for key in (d.a, d.b)}
        if not named:
            return [], []
        home = {
            key: int(self.encoded.node_of[record])
            for record, key in enumerate(self.encoded.keys)
            if key in named
        }
        ours = [d for d in decisions if d.a in home and d.b in home]
        return (
            sorted({home[key] for d in ours for key in (d.a, d.b)}),
            [(home[d.a], home[d.b]) for d in ours if d.same],
        )

    def _components(self, ties: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers]:
        """The nodes, component by component, and where each begins, and the end."""
        more = np.asarray(ties, np.int32).reshape(-1, 2)
        a = np.concatenate((self.matches.a.astype(np.int32), more[:, 0]))
        b = np.concatenate((self.matches.b.astype(np.int32), more[:, 1]))
        labels = connected(len(self.counts), a, b)
        order = np.argsort(labels, kind="stable")
        cuts = np.flatnonzero(np.diff(labels[order])) + 1
        return order, np.concatenate(([0], cuts, [len(order)]))

    def _cluster_alone(
        self, nodes: Sequence[int], decisions: Sequence[Decision], labels: Numbers
    ) -> None:
        inside = np.isin(self.matches.a, nodes)
        links = list(self.digest_links(self.matches.where(inside)))
        held = [self.node(node) for node in nodes]
        number = {
            self.encoded.keys[record]: record
            for node in nodes
            for record in self.records(node).tolist()
        }
        for group in cluster_component(held, links, decisions, self.model):
            records = [number[key] for key in group]
            labels[records] = min(records)

    def _cluster_together(self, components: Batch, labels: Numbers) -> None:
        of_node = np.full(len(self.counts), -1)
        for batch in components.pieces():
            items = cluster_batch(batch, self._table)
            record = self.encoded.first[items.rows]
            alone = items.nth != WHOLE
            record[alone] = self._records[self._starts[items.rows[alone]] + items.nth[alone]]
            least = np.full(len(record), len(labels))
            np.minimum.at(least, items.labels, record)
            found = least[items.labels]
            labels[record[alone]] = found[alone]
            of_node[items.rows[~alone]] = found[~alone]
        found = of_node[self.encoded.node_of]
        labels[found >= 0] = found[found >= 0]


def groups_of(labels: Numbers) -> list[Numbers]:
    """The records of each cluster, sorted, sorted by their first."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, cuts) if len(order) else []
