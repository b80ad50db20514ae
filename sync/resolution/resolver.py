"""The one logical writer of resolution: takes pending records, leaves golden records.

Each batch is one transaction under one lock, so that a kill loses nothing and two workers
that resolve at once wait for each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from daifuku.records import Decision, Entity, Receipt, RecordKey
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories import runs
from daifuku.storage.repositories.resolution import golden, links, records
from daifuku.storage.repositories.resolution.decisions import in_force
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.records import PendingRecord
from identity.batch import cluster_components
from identity.component import DigestLink, Node, link_of
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models.force import models_in_force, record_in_force, rules_in_force
from sync.resolution import review
from sync.resolution.components import components, decided_pairs
from sync.resolution.edges import refresh
from sync.resolution.golden import receipts, settle
from sync.resolution.pins import standing_pins
from sync.resolution.stored import Known, load_nodes

BATCH = 20_000
"""Pending records per transaction: enough to score in bulk, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass of the resolver did: records resolved, and their receipt totals."""

    resolved: int
    receipt: Receipt


def resolve_pending(
    store: Store,
    *,
    models: Mapping[Entity, Model] | None = None,
    rules: SurvivorshipRules | None = None,
    batch: int = BATCH,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Resolve every pending record. `progress` is told how many are done and how many were due.

    `models` and `rules` stand for those in force.
    """
    with store.read() as tx:
        due = records.count(tx)
    total = Outcome(0, Receipt())
    while True:
        done = store.transact(partial(_next_batch, models, rules, batch))
        if not done.resolved:
            return total
        total = Outcome(total.resolved + done.resolved, total.receipt + done.receipt)
        if progress:
            progress(total.resolved, max(due, total.resolved))


def _next_batch(
    models: Mapping[Entity, Model] | None,
    rules: SurvivorshipRules | None,
    limit: int,
    tx: Transaction,
) -> Outcome:
    lock(tx, "resolution")
    at = datetime.now(UTC)
    record_in_force(tx, at)
    models = models or models_in_force(tx)
    return resolve_batch(tx, models, rules or rules_in_force(tx), limit=limit, at=at)


def resolve_batch(
    tx: Transaction,
    models: Mapping[Entity, Model],
    rules: SurvivorshipRules,
    *,
    limit: int,
    at: datetime,
) -> Outcome:
    """Resolve up to `limit` pending records inside the caller's transaction."""
    pending = records.take(tx, limit)
    if not pending:
        return Outcome(0, Receipt())
    known: Known = {}
    dirty = refresh(tx, models, pending, known)
    decisions = in_force(tx)
    total: dict[int | None, Receipt] = {}
    for entity, model in models.items():
        of_entity = _resolve_entity(
            tx, model, rules, pending, dirty=dirty[entity], known=known, decisions=decisions, at=at
        )
        for run_id, receipt in of_entity.items():
            total[run_id] = total.get(run_id, Receipt()) + receipt
    for run_id, receipt in total.items():
        if run_id is not None:
            runs.add_outcome(
                tx, run_id, linked=receipt.linked, created=receipt.created, held=receipt.held
            )
    return Outcome(len(pending), sum(total.values(), Receipt()))


def _resolve_entity(
    tx: Transaction,
    model: Model,
    rules: SurvivorshipRules,
    pending: Sequence[PendingRecord],
    *,
    dirty: set[int],
    known: Known,
    decisions: Sequence[Decision],
    at: datetime,
) -> dict[int | None, Receipt]:
    left = {row.golden_id for row in pending if row.golden_id and _was(row, model.entity)}
    found, memberships = _closure(tx, model, dirty, left, decisions)
    nodes = load_nodes(tx, {id for component in found for id in component}, known)
    clusters = cluster_components(
        ([nodes[id] for id in component if id in nodes] for component in found),
        _ties_of_large(tx, model, found, nodes),
        decisions,
        model,
    )
    features = {key: node.features for node in nodes.values() for key in node.records}
    settled = settle(
        tx,
        model.entity,
        clusters,
        memberships.values(),
        features=features,
        rules=rules,
        at=at,
        pins=partial(standing_pins, rules),
    )
    contested = review.update(
        tx,
        model.entity,
        _linked_members(tx, {row.feature_set_id for row in memberships.values()}),
        concerned={*settled.golden_of.values(), *settled.retired},
        different=[decision for decision in decisions if not decision.same],
        at=at,
        contested=settled.conflicts,
    )
    first_time = [
        (row.run_id, row.record.key)
        for row in pending
        if row.golden_id is None and row.record.entity is model.entity
    ]
    return receipts(first_time, settled, contested)


def _was(row: PendingRecord, entity: Entity) -> bool:
    """Whether the record belonged to a golden record of `entity`, whatever it is now."""
    return (row.golden_id or "").startswith(entity.value[0])


def _closure(
    tx: Transaction,
    model: Model,
    dirty: set[int],
    left: Iterable[str],
    decisions: Sequence[Decision],
) -> tuple[list[list[int]], dict[RecordKey, Membership]]:
    """The whole components around `dirty`, with every record of every golden record they touch.

    `left` are golden records that lost a record: the rest of theirs comes along.
    """
    goldens = set(left)
    sets = set(dirty)
    while True:
        decided = decided_pairs(decisions, _sets_decided(tx, decisions))
        found = components(tx, sets, model.match_weight, decided)
        reached = {id for component in found for id in component}
        rows = golden.members_of_sets(tx, reached)
        goldens |= {row.golden_id for row in rows if row.golden_id}
        rows += golden.members(tx, goldens)
        more = {row.feature_set_id for row in rows if row.feature_set_id is not None}
        if more <= reached:
            break
        sets = reached | more
    return found, {row.key: row for row in rows}


def _ties_of_large(
    tx: Transaction, model: Model, found: Sequence[Sequence[int]], nodes: Mapping[int, Node]
) -> dict[str, list[DigestLink]]:
    """The match links of components that are too large to cluster whole, by their first end."""
    large = {id for part in found if len(part) > model.clustering.max_size for id in part}
    ties: dict[str, list[DigestLink]] = {}
    for edge in links.touching(tx, large, at_least=model.match_weight):
        if edge.a in nodes and edge.b in nodes:
            tie = link_of(nodes[edge.a].digest, nodes[edge.b].digest, edge.weight)
            ties.setdefault(tie.a, []).append(tie)
    return ties


def _sets_decided(tx: Transaction, decisions: Sequence[Decision]) -> dict[RecordKey, int]:
    keys = {key for decision in decisions if decision.same for key in (decision.a, decision.b)}
    return golden.sets_of(tx, keys)


def _linked_members(tx: Transaction, sets: Iterable[int | None]) -> list[Membership]:
    """The records of these feature sets and of those that links tie to them."""
    own = {id for id in sets if id is not None}
    ends = {end for edge in links.touching(tx, own) for end in (edge.a, edge.b)}
    return golden.members_of_sets(tx, own | ends)
