"""One connected component: how its records fall into clusters.

A function of the component's nodes, the links among them, the decisions and the model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from daifuku.records import Decision, RecordKey
from identity.clustering import Edge, components, contract
from identity.features import Features
from identity.model.types import Model
from identity.scoring.affinity import affinity
from identity.scoring.few import score_of, values_of
from identity.scoring.table import Table
from identity.scoring.weights import same_source

Records = tuple[RecordKey, ...]
ScoredPair = tuple[int, int, float, float]
"""Two positions in a list of nodes, their match weight and contrast (see `table.Scores`)."""

FEW = 64
"""Pairs up to which scoring them one by one is quicker than in columns."""
_STEP = 1.0
"""Bits by which the match weight is raised at a time where a component is too large."""


@dataclass(frozen=True, slots=True, order=True)
class DigestLink:
    """The match weight of two digests, `a` < `b`; of two equal records where `a` == `b`."""

    a: str
    b: str
    weight: float


def link_of(a: str, b: str, weight: float) -> DigestLink:
    """The link of two digests, in either order."""
    return DigestLink(min(a, b), max(a, b), weight)


@dataclass(frozen=True, slots=True)
class Node:
    """The records whose features are equal: `features` of any one, and all their keys, sorted."""

    features: Features
    records: Records

    @property
    def digest(self) -> str:
        return self.features.digest


def cluster_component(
    nodes: Iterable[Node],
    links: Iterable[DigestLink],
    decisions: Iterable[Decision],
    model: Model,
) -> tuple[Records, ...]:
    """The clusters of one component, each sorted, sorted by their first record.

    `links` are those of at least the match weight with both ends in `nodes`; they matter
    only where the component is larger than `ClusteringSpec.max_size` and must be cut.
    Decisions on other records are left aside. Joined are, strongest evidence first, parts
    whose pairs together speak for it. A pair speaks with its match weight above the
    threshold; below it speaks only against, where its comparisons do; having nothing in
    common is no contradiction. Records of a decision `same` are joined whatever else is
    known, those of a decision of different never, not even through a third record.
    """
    ranked = sorted(nodes, key=lambda node: node.records[0])
    in_force = effective(decisions)
    groups: list[Records] = []
    for part in _parts(ranked, list(links), in_force, model):
        groups.extend(cluster_scored(part, scored_pairs(part, model), in_force, model))
    return tuple(sorted(groups))


def effective(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last word on each pair, in the order of time; of two at one time, `different`."""
    last: dict[frozenset[RecordKey], Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, not d.same, d.a, d.b), reverse=True):
        last.setdefault(frozenset((decision.a, decision.b)), decision)
    return tuple(sorted(last.values(), key=lambda d: (d.at, d.a, d.b)))


def _parts(
    nodes: list[Node], links: list[DigestLink], decisions: Sequence[Decision], model: Model
) -> list[list[Node]]:
    """The component itself, or where it is too large, what stronger and stronger links leave."""
    if len(nodes) <= model.clustering.max_size:
        return [nodes]
    home = {key: node.digest for node in nodes for key in node.records}
    held = [(home[d.a], home[d.b]) for d in decisions if d.same and d.a in home and d.b in home]
    by_digest = {node.digest: node for node in nodes}
    pieces = _cut(list(by_digest), links, held, model.match_weight + _STEP, model)
    return [[by_digest[digest] for digest in piece] for piece in pieces]


def _cut(
    piece: list[str],
    links: list[DigestLink],
    held: list[tuple[str, str]],
    threshold: float,
    model: Model,
) -> list[list[str]]:
    if len(piece) <= model.clustering.max_size or not links:
        return [piece]
    strong = [link for link in links if link.weight >= threshold]
    pieces = []
    for smaller in components(piece, [*held, *((link.a, link.b) for link in strong)]):
        inside = set(smaller)
        kept = [link for link in strong if link.a in inside]
        ties = [(a, b) for a, b in held if a in inside]
        pieces += _cut(smaller, kept, ties, threshold + _STEP, model)
    return pieces


def scored_pairs(nodes: Sequence[Node], model: Model) -> list[ScoredPair]:
    """All `pairs_of` nodes, scored."""
    pairs = pairs_of(nodes)
    if len(pairs) <= FEW:
        values = [values_of(node.features, model) for node in nodes] if pairs else []
        return [(a, b, *score_of(values[a], values[b], model)) for a, b in pairs]
    table = Table(model, (node.features for node in nodes))
    ends = np.asarray(pairs, np.int64)
    scores = table.compare(ends[:, 0], ends[:, 1])
    found = zip(pairs, scores.weights.tolist(), scores.contrasts.tolist(), strict=True)
    return [(a, b, weight, contrast) for (a, b), weight, contrast in found]


def pairs_of(nodes: Sequence[Node]) -> list[tuple[int, int]]:
    """The pairs of positions in `nodes` that clustering asks the weights of."""
    selves = [(i, i) for i, node in enumerate(nodes) if len(node.records) > 1]
    return [*combinations(range(len(nodes)), 2), *selves]


def cluster_scored(
    nodes: Sequence[Node],
    scored: Sequence[ScoredPair],
    decisions: Sequence[Decision],
    model: Model,
) -> list[Records]:
    """The clusters of nodes whose `pairs_of` are `scored`.

    Two records of a source that has each entity once are a match against that evidence, or
    are held apart: no third record brings them together.
    """
    solid = {a for a, b, weight, _ in scored if a == b and weight >= model.match_weight}
    items = _Items(nodes, solid, decisions, model)
    edges: list[Edge] = []
    for a, b, weight, contrast in scored:
        for i, j in items.pairs(a, b):
            against = items.against(i, j)
            say = affinity(weight - against, contrast - against, model)
            if against and weight - against < model.match_weight:
                items.apart.append((i, j))
            elif a == b:
                say = max(say, 0.0)  # equal records never speak against each other
            if say:
                edges.append((i, j, say))
    labels = contract(len(items.records), edges, items.same, items.apart)
    groups: dict[int, list[RecordKey]] = {}
    for label, records in zip(labels, items.records, strict=True):
        groups.setdefault(label, []).extend(records)
    return [tuple(sorted(group)) for group in groups.values()]


class _Items:
    """What is clustered: a node's records as one where their features prove that they are one.

    Where any must stay apart, records that a decision names are items of their own: of two with
    equal features one may be the same as a third record from which the other differs. So are
    those of a source that has each entity once.
    """

    def __init__(
        self, nodes: Sequence[Node], solid: set[int], decisions: Sequence[Decision], model: Model
    ) -> None:
        self._model = model
        home = {key: number for number, node in enumerate(nodes) for key in node.records}
        ours = [d for d in decisions if d.a in home and d.b in home and d.a != d.b]
        parted = any(not d.same for d in ours)
        torn = {key for d in ours if parted for key in (d.a, d.b)}
        if model.one_per_source:
            torn |= {k for k in home if k.source in model.one_per_source}
        self.records: list[Records] = []
        self._of_node: list[list[int]] = []
        for number, node in enumerate(nodes):
            rest = tuple(key for key in node.records if key not in torn)
            alone = [(key,) for key in node.records if key in torn]
            together = [rest] if number in solid else [(key,) for key in rest]
            items = [records for records in (*alone, *together) if records]
            self._of_node.append(list(range(len(self.records), len(self.records) + len(items))))
            self.records += items
        item = {key: i for i, records in enumerate(self.records) for key in records}
        self.same = [(item[d.a], item[d.b]) for d in ours if d.same]
        self.apart = [(item[d.a], item[d.b]) for d in ours if not d.same]

    def against(self, i: int, j: int) -> float:
        """The bits that speak against two items because a source has each entity once."""
        if not self._model.one_per_source:
            return 0.0
        a, b = self.records[i][0].source, self.records[j][0].source
        return same_source(a, b, self._model)

    def pairs(self, a: int, b: int) -> Iterable[tuple[int, int]]:
        """The pairs of items that two nodes, or one node with itself, stand for."""
        if a == b:
            return combinations(self._of_node[a], 2)
        return ((i, j) for i in self._of_node[a] for j in self._of_node[b])
