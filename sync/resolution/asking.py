"""Brings the review tasks of golden records that were just settled up to date."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from daifuku.records import Decision, Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden
from identity.component import Node
from sync.resolution import review
from sync.resolution.golden import Settled
from sync.resolution.graph import Graph


def review_settled(
    tx: Transaction,
    entity: Entity,
    settled: Settled,
    nodes: Mapping[int, Node],
    *,
    graph: Graph,
    decisions: Sequence[Decision],
    at: datetime,
) -> frozenset[str]:
    """Open and close tasks about settled golden records; returns those held for an answer.

    `nodes` are their feature sets, the links of which `graph` has read.
    """
    asked = _with_questions(settled, nodes, graph)
    if not asked:
        return frozenset()
    own = {
        set_id
        for set_id, node in nodes.items()
        if any(settled.golden_of[key] in asked for key in node.records)
    }
    edges = {edge for set_id in own for edge in graph.of(set_id).values()}
    return review.update(
        tx,
        entity,
        golden.members_of_sets(tx, own.union(*((edge.a, edge.b) for edge in edges))),
        edges,
        concerned=asked,
        different=[decision for decision in decisions if not decision.same],
        at=at,
        contested=settled.conflicts,
    )


def _with_questions(settled: Settled, nodes: Mapping[int, Node], graph: Graph) -> set[str]:
    """The golden records that may have review tasks, or have had.

    One founded just now that no link ties to another and in which nothing is contested has none.
    """
    asked = {id for id, found in settled.conflicts.items() if found} | settled.retired
    for set_id, node in nodes.items():
        homes = {settled.golden_of[key] for key in node.records}
        asked |= homes if graph.of(set_id) else homes - settled.founded
    return asked
