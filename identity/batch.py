"""Many components at once: the same clusters as one by one, with their pairs scored together."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from daifuku.records import Decision, RecordKey
from identity.component import (
    DigestLink,
    Node,
    Records,
    cluster_component,
    cluster_scored,
    effective,
    pairs_of,
)
from identity.model.types import Model
from identity.scoring.table import Table

_NODES_AT_ONCE = 20_000


def cluster_components(
    components: Iterable[Sequence[Node]],
    links: Mapping[str, Sequence[DigestLink]],
    decisions: Sequence[Decision],
    model: Model,
) -> list[Records]:
    """The clusters of each of these components, as `cluster_component` finds them.

    `links` gives, by the digest of their first end, the links of at least the match weight.
    """
    in_force = effective(decisions)
    on_record: dict[RecordKey, list[Decision]] = {}
    for decision in in_force:
        on_record.setdefault(decision.a, []).append(decision)
    groups: list[Records] = []
    waiting: list[list[Node]] = []
    for component in components:
        nodes = sorted(component, key=lambda node: node.records[0])
        if len(nodes) == 1 and len(nodes[0].records) == 1:
            groups.append(nodes[0].records)
        elif len(nodes) > model.clustering.max_size:
            ties = [link for node in nodes for link in links.get(node.digest, ())]
            groups.extend(cluster_component(nodes, ties, in_force, model))
        else:
            waiting.append(nodes)
    rest = iter(waiting)
    while batch := _take(rest):
        groups.extend(_cluster_batch(batch, on_record, model))
    return sorted(groups)


def _take(components: Iterable[list[Node]]) -> list[list[Node]]:
    return list(islice(components, _NODES_AT_ONCE // 4))


def _cluster_batch(
    batch: Sequence[list[Node]], on_record: Mapping[RecordKey, list[Decision]], model: Model
) -> list[Records]:
    table = Table(model, (node.features for nodes in batch for node in nodes))
    pairs = [pairs_of(nodes) for nodes in batch]
    starts = np.cumsum([0, *map(len, batch)])[:-1].tolist()
    ends = [
        (start + a, start + b)
        for start, of_component in zip(starts, pairs, strict=True)
        for a, b in of_component
    ]
    first, second = np.asarray(ends, np.int64).reshape(-1, 2).T
    scores = table.compare(first, second)
    found = zip(scores.weights.tolist(), scores.contrasts.tolist(), strict=True)
    groups: list[Records] = []
    for nodes, of_component in zip(batch, pairs, strict=True):
        scored = [(a, b, *next(found)) for a, b in of_component]
        keys = (key for node in nodes for key in node.records) if on_record else ()
        decided = effective(d for key in keys for d in on_record.get(key, ()))
        groups.extend(cluster_scored(nodes, scored, decided, model))
    return groups
