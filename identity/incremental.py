"""Incremental resolution in memory: what a durable resolver does, in its shortest form.

After any history of `put` and `remove` the clusters are those of `resolve` on the records that
are there. Keeps everything in dictionaries; one entity, one model.
"""

from collections.abc import Iterable, Sequence

from daifuku.records import Decision, RecordKey
from identity.blocking import BlockKey, block_keys, caps
from identity.component import DigestLink, Node, Records, cluster_component
from identity.features import Features
from identity.model.types import Model
from identity.resolve import links_between


class IncrementalResolver:
    """The clusters of a changing set of records under one model."""

    def __init__(self, model: Model, decisions: Sequence[Decision] = ()) -> None:
        self.model = model
        self.decisions = tuple(decisions)
        self.reclustered = 0
        self._caps = caps(model)
        self._digest: dict[RecordKey, str] = {}
        self._features: dict[str, Features] = {}
        self._records: dict[str, set[RecordKey]] = {}
        self._keys: dict[str, tuple[BlockKey, ...]] = {}
        self._bearers: dict[BlockKey, set[str]] = {}
        self._links: dict[str, dict[str, float]] = {}
        self._cluster: dict[RecordKey, Records] = {}

    def clusters(self) -> tuple[Records, ...]:
        """All clusters, sorted."""
        return tuple(sorted(set(self._cluster.values())))

    def update(self, put: Iterable[Features] = (), remove: Iterable[RecordKey] = ()) -> None:
        """Take records away, then add or replace others, and recluster what that touches."""
        touched: set[str] = set()
        arrived: set[str] = set()
        crossing: dict[BlockKey, bool] = {}
        incoming = list(put)
        for key in [*remove, *(f.key for f in incoming)]:
            if key in self._digest:
                touched |= self._leave(key, crossing)
        for features in incoming:
            touched |= self._enter(features, arrived, crossing)
        touched |= self._relink(arrived & set(self._features), crossing)
        self._recluster(touched & set(self._features))

    def _leave(self, key: RecordKey, crossing: dict[BlockKey, bool]) -> set[str]:
        """Forget a record; returns the digests whose component may have changed."""
        digest = self._digest.pop(key)
        self._cluster.pop(key, None)
        near = {digest, *self._links.get(digest, ()), *self._decided(key)}
        self._records[digest].discard(key)
        if not self._records[digest]:
            for block in self._keys.pop(digest):
                crossing.setdefault(block, self._active(block))
                self._bearers[block].discard(digest)
            for other in self._links.pop(digest, {}):
                self._links.get(other, {}).pop(digest, None)
            del self._records[digest], self._features[digest]
        return near

    def _enter(
        self, features: Features, arrived: set[str], crossing: dict[BlockKey, bool]
    ) -> set[str]:
        """Take a record in; returns the digests whose component may have changed."""
        digest = features.digest
        self._digest[features.key] = digest
        if digest not in self._records:
            self._features[digest] = features
            self._records[digest] = set()
            self._keys[digest] = block_keys(features, self.model)
            for block in self._keys[digest]:
                crossing.setdefault(block, self._active(block))
                self._bearers.setdefault(block, set()).add(digest)
            arrived.add(digest)
        self._records[digest].add(features.key)
        return {digest, *self._decided(features.key)}

    def _relink(self, arrived: set[str], crossing: dict[BlockKey, bool]) -> set[str]:
        """Score what became a candidate, drop what is none any more; returns digests touched."""
        wanted = {(digest, digest) for digest in arrived}
        lost: set[tuple[str, str]] = set()
        for digest in arrived:
            for block in self._keys[digest]:
                if self._active(block):
                    wanted |= {_pair(digest, other) for other in self._bearers[block]}
        for block, was_active in crossing.items():
            bearers = sorted(self._bearers[block])
            if self._active(block) and not was_active:
                wanted |= {(a, b) for i, a in enumerate(bearers) for b in bearers[i + 1 :]}
            elif was_active and not self._active(block):
                linked = ((a, b) for a in bearers for b in self._links.get(a, ()))
                lost |= {(a, b) for a, b in linked if a != b and not self._candidates(a, b)}
        for a, b in lost:
            self._links[a].pop(b, None)
        pairs = sorted(pair for pair in wanted if pair[1] not in self._links.get(pair[0], {}))
        found = links_between(
            ((self._features[a], self._features[b]) for a, b in pairs), self.model
        )
        for link in found:
            self._links.setdefault(link.a, {})[link.b] = link.weight
            self._links.setdefault(link.b, {})[link.a] = link.weight
        ends = {digest for link in found for digest in (link.a, link.b)}
        return ends | {digest for pair in lost for digest in pair}

    def _recluster(self, touched: set[str]) -> None:
        seen: set[str] = set()
        for digest in sorted(touched):
            if digest in seen:
                continue
            component = self._component(digest)
            seen |= component
            self.reclustered += len(component)
            nodes = [Node(self._features[d], tuple(sorted(self._records[d]))) for d in component]
            links = [
                DigestLink(a, b, weight)
                for a in component
                for b, weight in self._links.get(a, {}).items()
                if a < b and weight >= self.model.match_weight
            ]
            for group in cluster_component(nodes, links, self.decisions, self.model):
                self._cluster.update(dict.fromkeys(group, group))

    def _component(self, start: str) -> set[str]:
        """The digests that matches and `same` decisions tie to this one."""
        seen, waiting = {start}, [start]
        while waiting:
            digest = waiting.pop()
            linked = self._links.get(digest, {}).items()
            near = {other for other, weight in linked if weight >= self.model.match_weight}
            for key in self._records[digest]:
                near |= self._decided(key)
            waiting += near - seen
            seen |= near
        return seen

    def _decided(self, key: RecordKey) -> set[str]:
        """The digests of the records that a `same` decision ties to this one."""
        ends = ((d.a, d.b) for d in self.decisions if d.same and key in (d.a, d.b))
        return {self._digest[end] for pair in ends for end in pair if end in self._digest}

    def _active(self, block: BlockKey) -> bool:
        return len(self._bearers.get(block, ())) <= self._caps[block.rule]

    def _candidates(self, a: str, b: str) -> bool:
        return any(self._active(block) for block in {*self._keys[a]} & {*self._keys[b]})


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
