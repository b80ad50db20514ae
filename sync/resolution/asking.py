"""Brings the review tasks of golden records that were just settled up to date."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

from daifuku.records import Decision, Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from identity.component import Node
from sync.resolution import review
from sync.resolution.golden import Settled
from sync.resolution.graph import Graph
from sync.resolution.members import Members


def review_settled(
    tx: Transaction,
    entity: Entity,
    settled: Settled,
    nodes: Mapping[int, Node],
    *,
    graph: Graph,
    members: Members,
    decisions: Sequence[Decision],
    at: datetime,
) -> frozenset[str]:
    """Open and close tasks about settled golden records; returns those held for an answer.

    `nodes` are their feature sets, the links of which `graph` has read.
    """
    homes = {id: {settled.golden_of[key] for key in node.records} for id, node in nodes.items()}
    asked = _with_questions(settled, homes, graph)
    if not asked:
        return frozenset()
    own = {id for id, home in homes.items() if not home.isdisjoint(asked)}
    edges = _between(own, homes, graph)
    different = [decision for decision in decisions if not decision.same]
    ends = {end for edge in edges for end in (edge.a, edge.b)}
    if different:
        ends |= own
    elif any(settled.conflicts.values()):
        contested = {id for id, found in settled.conflicts.items() if found}
        ends |= {id for id in own if not homes[id].isdisjoint(contested)}
    return review.update(
        tx,
        entity,
        _as_settled(members.of_sets(ends), settled),
        edges,
        concerned=asked,
        different=different,
        at=at,
        contested=settled.conflicts,
    )


def _with_questions(settled: Settled, homes: Mapping[int, Set[str]], graph: Graph) -> set[str]:
    """The golden records that may have review tasks, or have had.

    One founded just now that no link ties to another and in which nothing is contested has none.
    """
    asked = {id for id, found in settled.conflicts.items() if found} | settled.retired
    for set_id, home in homes.items():
        asked |= home if graph.of(set_id) else home - settled.founded
    return asked


def _between(own: Iterable[int], homes: Mapping[int, Set[str]], graph: Graph) -> set[SetLink]:
    """The links of feature sets `own` that may tie two golden records."""
    found: set[SetLink] = set()
    for a in own:
        for b, edge in graph.of(a).items():
            if len(homes[a]) > 1 or b not in homes or homes[a] != homes[b]:
                found.add(edge)
    return found


def _as_settled(rows: Iterable[Membership], settled: Settled) -> list[Membership]:
    """These records as they belong now; of those that were not settled nothing changed."""
    return [
        Membership(
            row.record_id,
            row.key,
            row.feature_set_id,
            settled.golden_of.get(row.key, row.golden_id),
        )
        for row in rows
    ]
