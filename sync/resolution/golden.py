"""Turns clusters into golden records: ids, surviving values, retired ids, change events."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import (
    ChangeKind,
    Entity,
    GoldenField,
    MappedRecord,
    RecordKey,
)
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden, history, records
from daifuku.storage.repositories.resolution.golden import Membership, NewEvent, StoredGolden
from daifuku.storage.repositories.resolution.records import PendingRecord, Resolved
from identity.features import Features
from identity.survivorship.conflicts import FieldConflict, conflicts
from identity.survivorship.rules import SurvivorshipRules
from identity.survivorship.survive import survive
from sync.resolution import bodies
from sync.resolution.homecoming import falling_apart, former_ids, heirs, homes
from sync.resolution.identities import Assignment, assign_ids
from sync.resolution.intake import Intake
from sync.resolution.pins import Pins, PinsOf, no_pins


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome for one entity: each record's golden id, and the ids founded just now.

    `conflicts` are those of the golden records written just now; some have none, and retired ones
    never have any.
    """

    golden_of: Mapping[RecordKey, str]
    founded: frozenset[str]
    retired: frozenset[str]
    conflicts: Mapping[str, Sequence[FieldConflict]]


def settle(
    tx: Transaction,
    entity: Entity,
    clusters: Sequence[Sequence[RecordKey]],
    rows: Mapping[RecordKey, Membership],
    *,
    intake: Intake,
    features: Mapping[RecordKey, Features],
    rules: SurvivorshipRules,
    at: datetime,
    pins: PinsOf = no_pins,
    speaking: Mapping[RecordKey, str] | None = None,
) -> Settled:
    """Store the golden records of these clusters, and which one each record belongs to.

    `rows` are the records of the clusters and of all golden records they had, also those that
    no cluster has any more (removed ones), so that the golden records they leave are retired
    or written anew. Afterwards the batch's records of `entity` are resolved. Records speak for
    the ids they had, unless `speaking` says for which.
    """
    pending = intake.members.pending
    previous = {key: row.golden_id for key, row in rows.items() if row.golden_id is not None}
    former = former_ids(tx, falling_apart(clusters, previous))
    if speaking is None and former:
        speaking = homes(clusters, previous, former)
    assignment, stored = _assign(tx, entity, clusters, previous, speaking)
    named = dict(zip(assignment.ids, clusters, strict=True))
    golden_of = {key: id for id, cluster in named.items() for key in cluster}
    _move(tx, entity, rows, intake, golden_of)
    pinned = pins(tx, assignment.ids, assignment.retired)
    kept = _unchanged(named, rows, pending) if not pinned else set()
    changed = {id: cluster for id, cluster in named.items() if id not in kept}
    older = golden.ask(tx, {*changed, *assignment.retired} & {*previous.values()})
    mapped, ahead = _load_mapped(tx, changed.values(), rows, pending)
    stored |= older()
    known = {id: [features[key] for key in cluster] for id, cluster in changed.items()}
    survivors = {
        id: survive(
            [mapped[key] for key in cluster],
            rules,
            pinned.get(id, ()),
            known[id] if ahead.isdisjoint(cluster) else None,
        )
        for id, cluster in changed.items()
    }
    written = _write(
        tx,
        entity,
        changed,
        parted=assignment.parted,
        stored=stored,
        survivors=survivors,
        known=known,
        pinned=pinned,
        at=at,
    )
    golden.retire(tx, assignment.retired, at)
    golden.replace_keys(tx, dict.fromkeys(assignment.retired, ()))
    history.lead(tx, heirs(former, golden_of))
    gone = _retirements(entity, assignment, stored)
    golden.append_events(tx, [*written, *gone], at)
    return Settled(
        golden_of,
        frozenset(changed.keys() - stored.keys()),
        frozenset(assignment.retired),
        dict.fromkeys(assignment.retired, ())
        | {event.golden_id: conflicts(survivors[event.golden_id]) for event in written},
    )


def _assign(
    tx: Transaction,
    entity: Entity,
    clusters: Sequence[Sequence[RecordKey]],
    previous: Mapping[RecordKey, str],
    speaking: Mapping[RecordKey, str] | None,
) -> tuple[Assignment, dict[str, StoredGolden]]:
    """Ids for the clusters, none of them an active golden record's elsewhere.

    With them come the golden records that had one of the ids not in `previous`.
    """
    known = set(previous.values())
    taken: set[str] = set()
    while True:
        assignment = assign_ids(entity, clusters, previous, taken, speaking)
        stored = golden.load(tx, set(assignment.ids) - known)
        clash = {id for id, row in stored.items() if row.state == "active"}
        if not clash:
            return assignment, stored
        taken |= clash
        if speaking is not None:
            speaking = {key: id for key, id in speaking.items() if id not in taken}


def _move(
    tx: Transaction,
    entity: Entity,
    rows: Mapping[RecordKey, Membership],
    intake: Intake,
    golden_of: Mapping[RecordKey, str],
) -> None:
    """Store where each record belongs now. Of pending ones only those of `entity` are resolved."""
    ours = [row for row in intake.pending if row.record.entity is entity]
    outcomes = [
        Resolved(row.id, intake.set_of.get(row.id), golden_of.get(row.record.key)) for row in ours
    ]
    moved = {
        row.record_id: golden_of.get(key)
        for key, row in rows.items()
        if row.record_id not in intake.members.pending and row.golden_id != golden_of.get(key)
    }
    records.mark_resolved(tx, zip(ours, outcomes, strict=True))
    golden.assign(tx, moved)


def _unchanged(
    clusters: Mapping[str, Sequence[RecordKey]],
    rows: Mapping[RecordKey, Membership],
    pending: Mapping[int, PendingRecord],
) -> set[str]:
    """The golden records that have just the records they had, none of which says anything new."""
    sizes = Counter([row.golden_id for row in rows.values()])
    return {
        id
        for id, cluster in clusters.items()
        if len(cluster) == sizes[id] and _stayed(id, cluster, rows, pending)
    }


def _stayed(
    id: str,
    cluster: Iterable[RecordKey],
    rows: Mapping[RecordKey, Membership],
    pending: Mapping[int, PendingRecord],
) -> bool:
    """Whether the records had that id, and say what they said."""
    for key in cluster:
        row = rows[key]
        if row.golden_id != id or row.record_id in pending:
            return False
    return True


def _load_mapped(
    tx: Transaction,
    clusters: Iterable[Sequence[RecordKey]],
    rows: Mapping[RecordKey, Membership],
    pending: Mapping[int, PendingRecord],
) -> tuple[dict[RecordKey, MappedRecord], set[RecordKey]]:
    """The records of these clusters, and those of them that a later batch will look at."""
    ids = [rows[key].record_id for cluster in clusters for key in cluster]
    mapped, ahead = records.load_ahead(tx, [id for id in ids if id not in pending])
    mapped |= {pending[id].record.key: pending[id].record for id in ids if id in pending}
    return mapped, ahead


def _write(
    tx: Transaction,
    entity: Entity,
    clusters: Mapping[str, Sequence[RecordKey]],
    *,
    parted: frozenset[str],
    stored: Mapping[str, StoredGolden],
    survivors: Mapping[str, Mapping[str, GoldenField]],
    known: Mapping[str, Sequence[Features]],
    pinned: Pins,
    at: datetime,
) -> list[NewEvent]:
    """Store the golden records that are new or say something new; returns their events."""
    new: list[StoredGolden] = []
    changed: list[StoredGolden] = []
    events: list[NewEvent] = []
    keys_new: dict[str, set[tuple[str, str]]] = {}
    keys_changed: dict[str, set[tuple[str, str]]] = {}
    for id, cluster in clusters.items():
        said = bodies.content(survivors[id], cluster)
        before = stored.get(id)
        keys = keys_changed if before else keys_new
        keys[id] = bodies.lookup_keys(known[id])
        if id in pinned:
            keys[id] |= bodies.pinned_keys(entity, pinned[id])
        # A value that does not survive is looked up by too: keys change where nothing else does.
        if before and before.state == "active" and bodies.same_content(before.body, said):
            continue
        version = before.version + 1 if before else 1
        body = bodies.body(id, entity, version, at, said)
        created_at = before.created_at if before else at
        row = StoredGolden(id, entity, version, body, "active", created_at)
        (changed if before else new).append(row)
        events.append(NewEvent(id, entity, _kind(before, id in parted), version, body=body))
    golden.insert_new(tx, new, at)
    golden.rewrite(tx, changed, at)
    golden.add_keys(tx, keys_new)
    golden.replace_keys(tx, keys_changed)
    return events


def _kind(before: StoredGolden | None, parted: bool) -> ChangeKind:
    if before is None or before.state != "active":
        return ChangeKind.CREATED
    return ChangeKind.SPLIT if parted else ChangeKind.UPDATED


def _retirements(
    entity: Entity, assignment: Assignment, stored: Mapping[str, StoredGolden]
) -> list[NewEvent]:
    return [
        NewEvent(
            golden_id=id,
            entity=entity,
            kind=ChangeKind.MERGED if survivor else ChangeKind.DELETED,
            version=stored[id].version + 1,
            into=survivor,
        )
        for id, survivor in sorted(assignment.retired.items())
    ]
