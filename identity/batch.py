"""Many components at once: the same clusters as one by one, their pairs scored and contracted
together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daifuku.records import Decision, RecordKey
from identity.component import (
    FEW,
    DigestLink,
    Node,
    Records,
    cluster_component,
    cluster_scored,
    effective,
    scored_pairs,
)
from identity.kernel import contract_many, pairs_within
from identity.model.types import Model
from identity.scoring.affinity import affinities
from identity.scoring.table import Table

Places = npt.NDArray[np.int64]

_PAIRS_AT_ONCE = 500_000
WHOLE = -1
"""The place of an item that stands for all records of its row."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Components waiting to be clustered. Component k are the places starts[k] .. starts[k+1]-1 of
    `rows` (of a table), in the order of their first records; `counts` is how many records each
    row stands for. Every component is one that no decision speaks of, and small enough.
    """

    rows: Places
    starts: Places
    counts: Places

    def pieces(self) -> Iterator["Batch"]:
        """The same in pieces of not too many pairs."""
        sizes = np.diff(self.starts)
        pairs = np.cumsum(sizes * (sizes + 1) // 2)
        begin = 0
        while begin < len(sizes):
            done = pairs[begin - 1] if begin else 0
            end = max(int(np.searchsorted(pairs, done + _PAIRS_AT_ONCE, "right")), begin + 1)
            inside = slice(self.starts[begin], self.starts[end])
            starts = self.starts[begin : end + 1] - self.starts[begin]
            yield Batch(self.rows[inside], starts, self.counts[inside])
            begin = end


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What was clustered: item i is record `nth[i]` of row `rows[i]`, or all its records (WHOLE),
    and belongs to the group of item `labels[i]`, the smallest of that group."""

    rows: Places
    nth: Places
    labels: Places


def cluster_batch(batch: Batch, table: Table) -> Items:
    """The clusters of the components of a batch."""
    first, second = (side.astype(np.int64) for side in pairs_within(batch.starts))
    several = np.flatnonzero(batch.counts > 1)
    rows = batch.rows
    scores = table.compare(
        np.concatenate((rows[first], rows[several])), np.concatenate((rows[second], rows[several]))
    )
    solid = np.ones(len(rows), np.bool_)
    solid[several] = scores.weights[len(first) :] >= table.model.match_weight
    items = np.where(solid, 1, batch.counts)
    begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(items)))
    say = affinities(scores.weights[: len(first)], scores.contrasts[: len(first)], table.model)
    told = np.flatnonzero(say)
    edges, which = _between_items(first[told], second[told], items, begins)
    labels = contract_many(begins[batch.starts], edges, say[told][which])
    place = np.repeat(np.arange(len(rows)), items)
    nth = np.where(solid[place], WHOLE, np.arange(len(place)) - begins[place])
    return Items(rows[place], nth, labels.astype(np.int64))


def _between_items(
    first: Places, second: Places, items: Places, begins: Places
) -> tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]], Places]:
    """All pairs of the items of two rows each, and which pair of rows they come from."""
    sizes = items[first] * items[second]
    which = np.repeat(np.arange(len(first)), sizes)
    nth, mth = np.divmod(
        np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes), items[second][which]
    )
    a, b = begins[first][which] + nth, begins[second][which] + mth
    return (a.astype(np.int32), b.astype(np.int32)), which


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
    named = {key for decision in in_force for key in (decision.a, decision.b)}
    groups: list[Records] = []
    waiting: list[list[Node]] = []
    for component in components:
        nodes = sorted(component, key=lambda node: node.records[0])
        if len(nodes) == 1 and len(nodes[0].records) == 1:
            groups.append(nodes[0].records)
        elif (
            len(nodes) > model.clustering.max_size
            or model.one_per_source  # which asks who a row's records are
            or _is_named(nodes, named)
        ):
            ties = [link for node in nodes for link in links.get(node.digest, ())]
            groups.extend(cluster_component(nodes, ties, in_force, model))
        else:
            waiting.append(nodes)
    groups.extend(_clustered(waiting, model))
    return sorted(groups)


def _is_named(nodes: Sequence[Node], named: set[RecordKey]) -> bool:
    return bool(named) and any(key in named for node in nodes for key in node.records)


def _clustered(components: Sequence[Sequence[Node]], model: Model) -> Iterator[Records]:
    if sum(len(nodes) * (len(nodes) + 1) // 2 for nodes in components) <= FEW:
        for component in components:
            yield from cluster_scored(component, scored_pairs(component, model), (), model)
        return
    nodes = [node for component in components for node in component]
    table = Table(model, (node.features for node in nodes))
    sizes = np.fromiter(map(len, components), np.int64, len(components))
    whole = Batch(
        np.arange(len(nodes)),
        np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))),
        np.fromiter((len(node.records) for node in nodes), np.int64, len(nodes)),
    )
    for batch in whole.pieces():
        items = cluster_batch(batch, table)
        groups: dict[int, list[RecordKey]] = {}
        columns = (items.labels.tolist(), items.rows.tolist(), items.nth.tolist())
        for label, row, nth in zip(*columns, strict=True):
            records = nodes[row].records
            groups.setdefault(label, []).extend(records if nth == WHOLE else records[nth : nth + 1])
        yield from (tuple(sorted(group)) for group in groups.values())
