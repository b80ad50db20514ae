"""The one logical writer of resolution: takes pending records, leaves golden records.

Each batch is one transaction under one lock, so that a kill loses nothing and two workers
that resolve at once wait for each other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from daifuku.records import Entity, Receipt, RecordKey
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories import runs
from daifuku.storage.repositories.resolution import golden, records
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.records import PendingRecord
from daifuku.storage.repositories.resolution.standing import Standing, ask_standing
from daifuku.storage.room import roomy
from identity.component import Node
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models.force import engine_in_force
from sync.resolution.asking import review_settled
from sync.resolution.clusters import clusters_of
from sync.resolution.components import Surroundings
from sync.resolution.decided import Decided
from sync.resolution.edges import relink
from sync.resolution.first_load import load_first
from sync.resolution.golden import settle
from sync.resolution.graph import Graph
from sync.resolution.homecoming import Memory, recalled
from sync.resolution.intake import Intake, take_in
from sync.resolution.pins import PinsOf, no_pins, standing_pins
from sync.resolution.receipts import receipts
from sync.resolution.stored import know
from sync.resolution.uncollected import uncollected

BATCH = 20_000
"""Pending records per transaction: enough to score in bulk, few enough to hold in memory."""

AT_ONCE_FROM = 1_000
"""Pending records from which a store without golden records is filled in one go."""


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
    at_once_from: int = AT_ONCE_FROM,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Resolve every pending record. `progress` is told how many are done and how many were due.

    `models` and `rules` stand for those in force. Where nothing is resolved yet and at least
    `at_once_from` records wait, they are resolved in one go.
    """
    due = _due(store) if progress else 0

    def tell(done: int) -> None:
        if progress:
            progress(done, max(due, done))

    def next_batch(tx: Transaction, *, first: bool) -> Outcome:
        lock(tx, "resolution")
        at = datetime.now(UTC)
        taken, standing = records.ask(tx, batch), ask_standing(tx)
        known_models, known_rules = engine_in_force(tx, at)
        used, by = models or known_models, rules or known_rules
        pending = taken()
        if first and len(pending) >= min(batch, at_once_from) and _is_first_load(tx, at_once_from):
            with roomy(tx):
                resolved, became = load_first(tx, used, by, at, tell)
            return Outcome(resolved, _account(tx, became))
        return _resolve_taken(tx, pending, used, by, standing=standing(), at=at)

    total, first = Outcome(0, Receipt()), True
    while True:
        with uncollected():
            done = store.transact(partial(next_batch, first=first), many=True)
        total = Outcome(total.resolved + done.resolved, total.receipt + done.receipt)
        tell(total.resolved)
        if done.resolved < batch:
            return total
        first = False


def _due(store: Store) -> int:
    with store.read() as tx:
        return records.count(tx)


def _is_first_load(tx: Transaction, at_once_from: int) -> bool:
    return not golden.any_stored(tx) and records.count(tx, at_once_from) >= at_once_from


def resolve_batch(
    tx: Transaction,
    models: Mapping[Entity, Model],
    rules: SurvivorshipRules,
    *,
    limit: int,
    at: datetime,
    only: Collection[int] | None = None,
    memory: Memory | None = None,
) -> Outcome:
    """Resolve up to `limit` pending records inside the caller's transaction.

    With `only` it is those of these mapped record ids that are pending, however many. With
    `memory` golden records go back to the ids they had before what is taken back.
    """
    pending = records.take(tx, limit, only)
    standing = ask_standing(tx)()
    return _resolve_taken(tx, pending, models, rules, standing=standing, at=at, memory=memory)


def _resolve_taken(
    tx: Transaction,
    pending: Sequence[PendingRecord],
    models: Mapping[Entity, Model],
    rules: SurvivorshipRules,
    *,
    standing: Standing,
    at: datetime,
    memory: Memory | None = None,
) -> Outcome:
    if not pending:
        return Outcome(0, Receipt())
    intake = take_in(tx, pending)
    decided = Decided(tx, standing)
    pins = partial(standing_pins, rules) if standing.pins else no_pins
    total: dict[int | None, Receipt] = {}
    for model in models.values():
        of_entity = _resolve_entity(
            tx, model, rules, intake, decided=decided, pins=pins, at=at, memory=memory
        )
        for run_id, receipt in of_entity.items():
            total[run_id] = total.get(run_id, Receipt()) + receipt
    return Outcome(len(pending), _account(tx, total))


def _account(tx: Transaction, total: Mapping[int | None, Receipt]) -> Receipt:
    """Add what became of records to the runs they came with; returns the sum."""
    for run_id, receipt in total.items():
        if run_id is not None:
            runs.add_outcome(
                tx, run_id, linked=receipt.linked, created=receipt.created, held=receipt.held
            )
    return sum(total.values(), Receipt())


def _resolve_entity(
    tx: Transaction,
    model: Model,
    rules: SurvivorshipRules,
    intake: Intake,
    *,
    decided: Decided,
    pins: PinsOf,
    at: datetime,
    memory: Memory | None,
) -> dict[int | None, Receipt]:
    entity = model.entity
    left = {row.golden_id for row in intake.pending if row.golden_id and _was(row, entity)}
    ours = [row for row in intake.pending if row.record.entity is entity]
    if not left and not ours:
        return {}
    graph = Graph(tx)
    graph.were_read(*intake.linked)
    dirty = relink(tx, model, intake, graph)
    ties = Surroundings(entity, model.match_weight, intake.members, graph, decided)
    concerned = ties.around(tx, dirty, left)
    nodes = _nodes(tx, intake, concerned.components)
    decisions = decided.about(concerned.rows)
    clusters = clusters_of(concerned.components, nodes, graph, decisions, model)
    settled = settle(
        tx,
        entity,
        clusters,
        concerned.rows,
        intake=intake,
        features={key: node.features for node in nodes.values() for key in node.records},
        rules=rules,
        at=at,
        pins=pins,
        speaking=_speaking(clusters, concerned.rows, memory),
    )
    contested = review_settled(
        tx,
        entity,
        settled,
        nodes,
        graph=graph,
        members=intake.members,
        decisions=decisions,
        at=at,
    )
    first_time = [(row.run_id, row.record.key) for row in ours if row.golden_id is None]
    return receipts(first_time, settled, contested)


def _speaking(
    clusters: Sequence[Sequence[RecordKey]],
    rows: Mapping[RecordKey, Membership],
    memory: Memory | None,
) -> Mapping[RecordKey, str] | None:
    if memory is None:
        return None
    previous = {key: row.golden_id for key, row in rows.items() if row.golden_id is not None}
    return recalled(clusters, previous, memory)


def _was(row: PendingRecord, entity: Entity) -> bool:
    """Whether the record belonged to a golden record of `entity`, whatever it is now."""
    return (row.golden_id or "").startswith(entity.value[0])


def _nodes(tx: Transaction, intake: Intake, components: Sequence[Sequence[int]]) -> dict[int, Node]:
    """These feature sets with all their records; a set without any is absent."""
    ids = {id for component in components for id in component}
    know(tx, ids, intake.known)
    borne = {id: tuple(intake.members.bearers(id)) for id in ids}
    return {id: Node(intake.known[id], keys) for id, keys in borne.items() if keys}
