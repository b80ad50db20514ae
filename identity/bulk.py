"""The bulk pass over the records of one entity, in columns, for first loads and re-resolution."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from daifuku.records import Decision, RecordKey
from identity.blocking import block_keys
from identity.candidates import KeyIndex
from identity.component import (
    DigestLink,
    Node,
    Records,
    cluster_component,
    cluster_scored,
    effective,
    link_of,
    pairs_of,
)
from identity.connected import connected
from identity.features import Features
from identity.model.types import Model
from identity.scoring.table import Table

_PAIRS_AT_ONCE = 500_000


class BulkTable:
    """Records of one entity under one model: rows are digests, in order of their first record."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._rows: dict[str, int] = {}
        self._features: list[Features] = []
        self._records: list[list[RecordKey]] = []
        self._table = Table(model)
        self._index = KeyIndex(model)

    def append(self, features: Features) -> None:
        """Add a record."""
        row = self._rows.setdefault(features.digest, len(self._records))
        if row < len(self._records):
            self._records[row].append(features.key)
            return
        self._records.append([features.key])
        self._features.append(features)
        self._table.append(features)
        self._index.append(block_keys(features, self.model))

    def links(self) -> list[DigestLink]:
        """All links of at least the possible weight, those of a digest with itself included."""
        first, second = self._index.pairs()
        own = np.asarray([i for i, r in enumerate(self._records) if len(r) > 1], np.int64)
        first, second = np.concatenate((first, own)), np.concatenate((second, own))
        digests = list(self._rows)
        links = []
        for start in range(0, len(first), _PAIRS_AT_ONCE):
            a, b = first[start : start + _PAIRS_AT_ONCE], second[start : start + _PAIRS_AT_ONCE]
            weights = self._table.weights(a, b)
            kept = np.flatnonzero(weights >= self.model.possible_weight)
            ends = zip(a[kept].tolist(), b[kept].tolist(), weights[kept].tolist(), strict=True)
            for i, j, weight in ends:
                links.append(link_of(digests[i], digests[j], weight))
        return links

    def clusters(self, links: Iterable[DigestLink], decisions: Sequence[Decision]) -> list[Records]:
        """Every record's cluster, sorted."""
        matches = [link for link in links if link.weight >= self.model.match_weight]
        in_force = effective(decisions)
        groups: list[Records] = []
        waiting: list[list[int]] = []
        for rows in self._components(matches, in_force):
            if len(rows) == 1 and len(self._records[rows[0]]) == 1:
                groups.append(tuple(self._records[rows[0]]))
            elif len(rows) > self.model.clustering.max_size:
                nodes = [self._node(row) for row in rows]
                inside = {node.digest for node in nodes}
                ties = [link for link in matches if link.a in inside]
                groups += cluster_component(nodes, ties, in_force, self.model)
            else:
                waiting.append(rows)
        return sorted([*groups, *self._cluster_small(waiting, in_force)])

    def nodes_of(self, links: Iterable[DigestLink]) -> Mapping[str, Node]:
        """The nodes at the ends of links."""
        digests = {digest for link in links for digest in (link.a, link.b)}
        return {digest: self._node(self._rows[digest]) for digest in digests}

    def _node(self, row: int) -> Node:
        return Node(self._features[row], tuple(sorted(self._records[row])))

    def _components(
        self, matches: Sequence[DigestLink], decisions: Sequence[Decision]
    ) -> list[list[int]]:
        ends = [(self._rows[link.a], self._rows[link.b]) for link in matches]
        named = {key for d in decisions for key in (d.a, d.b)}
        home = (
            {key: row for row, keys in enumerate(self._records) for key in keys if key in named}
            if named
            else {}
        )
        ends += [(home[d.a], home[d.b]) for d in decisions if d.same and {d.a, d.b} <= set(home)]
        count = len(self._records)
        a, b = np.asarray(ends, np.int64).reshape(-1, 2).T
        labels = connected(count, a, b)
        order = np.argsort(labels, kind="stable")
        cuts = np.flatnonzero(np.diff(labels[order])) + 1
        return [rows.tolist() for rows in np.split(order, cuts)] if count else []

    def _cluster_small(
        self, parts: Iterable[list[int]], decisions: Sequence[Decision]
    ) -> Iterator[Records]:
        """Clusters components whose pairs are scored together, many components at a time."""
        on_record: dict[RecordKey, list[Decision]] = {}
        for decision in decisions:
            on_record.setdefault(decision.a, []).append(decision)
        batch: list[_Part] = []
        size = 0
        for rows in parts:
            part = _Part(sorted(rows, key=lambda row: min(self._records[row])), self._node)
            batch.append(part)
            size += len(part.pairs)
            if size >= _PAIRS_AT_ONCE:
                yield from self._cluster_batch(batch, on_record)
                batch, size = [], 0
        yield from self._cluster_batch(batch, on_record)

    def _cluster_batch(
        self, batch: Sequence["_Part"], on_record: Mapping[RecordKey, list[Decision]]
    ) -> Iterator[Records]:
        first = [part.rows[i] for part in batch for i, _ in part.pairs]
        second = [part.rows[j] for part in batch for _, j in part.pairs]
        scores = self._table.compare(np.asarray(first, np.int64), np.asarray(second, np.int64))
        found = zip(scores.weights.tolist(), scores.contrasts.tolist(), strict=True)
        for part in batch:
            scored = [(i, j, *next(found)) for i, j in part.pairs]
            keys = (key for node in part.nodes for key in node.records) if on_record else ()
            decided = effective(d for key in keys for d in on_record.get(key, ()))
            yield from cluster_scored(part.nodes, scored, decided, self.model)


class _Part:
    """A component that waits to be clustered: rows in order, their nodes, the pairs to score."""

    def __init__(self, rows: list[int], node: Callable[[int], Node]) -> None:
        self.rows = rows
        self.nodes = [node(row) for row in rows]
        self.pairs = pairs_of(self.nodes)
