"""Turns clusters into golden records: ids, surviving values, retired ids, change events."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import ChangeKind, Entity, GoldenField, Receipt, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden, records
from daifuku.storage.repositories.resolution.golden import Membership, NewEvent, StoredGolden
from identity.features import Features
from identity.survivorship.conflicts import FieldConflict, conflicts
from identity.survivorship.rules import SurvivorshipRules
from identity.survivorship.survive import survive
from sync.resolution import bodies
from sync.resolution.identities import Assignment, assign_ids
from sync.resolution.pins import PinsOf, no_pins


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome for one entity: each record's golden id, and the ids founded just now.

    `conflicts` are those of the golden records written just now; some have none.
    """

    golden_of: Mapping[RecordKey, str]
    founded: frozenset[str]
    retired: frozenset[str]
    conflicts: Mapping[str, Sequence[FieldConflict]]


def settle(
    tx: Transaction,
    entity: Entity,
    clusters: Sequence[Sequence[RecordKey]],
    memberships: Iterable[Membership],
    *,
    features: Mapping[RecordKey, Features],
    rules: SurvivorshipRules,
    at: datetime,
    pins: PinsOf = no_pins,
) -> Settled:
    """Store the golden records of these clusters, which are all that `memberships` are part of.

    `memberships` also names records that no cluster has any more (removed ones), so that the
    golden records they leave are retired or written anew.
    """
    rows = {member.key: member for member in memberships}
    previous = {key: row.golden_id for key, row in rows.items() if row.golden_id is not None}
    assignment = _assign(tx, entity, clusters, previous)
    golden_of = {
        key: id for id, cluster in zip(assignment.ids, clusters, strict=True) for key in cluster
    }
    moved = {
        row.record_id: golden_of.get(key)
        for key, row in rows.items()
        if row.golden_id != golden_of.get(key)
    }
    golden.assign(tx, moved)
    stored = golden.load(tx, {*assignment.ids, *assignment.retired})
    mapped = records.load(tx, [rows[key].record_id for key in golden_of])
    pinned = pins(tx, assignment.ids, assignment.retired)
    survivors = {
        id: survive([mapped[key] for key in cluster], rules, pinned.get(id, ()))
        for id, cluster in zip(assignment.ids, clusters, strict=True)
    }
    written = _write(
        tx,
        entity,
        dict(zip(assignment.ids, clusters, strict=True)),
        parted=assignment.parted,
        stored=stored,
        survivors=survivors,
        features=features,
        at=at,
    )
    golden.retire(tx, assignment.retired, at)
    golden.replace_keys(tx, dict.fromkeys(assignment.retired, ()))
    gone = _retirements(entity, assignment, stored)
    golden.append_events(tx, [*written, *gone], at)
    founded = frozenset(id for id in assignment.ids if id not in stored)
    return Settled(
        golden_of,
        founded,
        frozenset(assignment.retired),
        {event.golden_id: conflicts(survivors[event.golden_id]) for event in written},
    )


def _assign(
    tx: Transaction,
    entity: Entity,
    clusters: Sequence[Sequence[RecordKey]],
    previous: Mapping[RecordKey, str],
) -> Assignment:
    """Ids for the clusters, none of them an active golden record's elsewhere."""
    known = set(previous.values())
    taken: set[str] = set()
    while True:
        assignment = assign_ids(entity, clusters, previous, taken)
        fresh = set(assignment.ids) - known
        clash = {id for id, row in golden.load(tx, fresh).items() if row.state == "active"}
        if not clash:
            return assignment
        taken |= clash


def _write(
    tx: Transaction,
    entity: Entity,
    clusters: Mapping[str, Sequence[RecordKey]],
    *,
    parted: frozenset[str],
    stored: Mapping[str, StoredGolden],
    survivors: Mapping[str, Mapping[str, GoldenField]],
    features: Mapping[RecordKey, Features],
    at: datetime,
) -> list[NewEvent]:
    """Store the golden records that are new or say something new; returns their events."""
    new: list[StoredGolden] = []
    changed: list[StoredGolden] = []
    events: list[NewEvent] = []
    keys: dict[str, set[tuple[str, str]]] = {}
    for id, cluster in clusters.items():
        said = bodies.content(survivors[id], cluster)
        before = stored.get(id)
        if before and before.state == "active" and bodies.same_content(before.body, said):
            continue
        version = before.version + 1 if before else 1
        body = bodies.body(id, entity, version, at, said)
        created_at = before.created_at if before else at
        row = StoredGolden(id, entity, version, body, "active", created_at)
        (changed if before else new).append(row)
        keys[id] = bodies.lookup_keys(features[key] for key in cluster)
        events.append(NewEvent(id, entity, _kind(before, id in parted), version, body=body))
    golden.insert_new(tx, new, at)
    golden.rewrite(tx, changed, at)
    golden.replace_keys(tx, keys)
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


def receipts(
    first_time: Iterable[tuple[int | None, RecordKey]],
    settled: Settled,
    contested: frozenset[str],
) -> dict[int | None, Receipt]:
    """What became of records resolved for the first time, given as (run id, key), by run.

    A record of a golden record under review is held; the first of a founded one created it;
    the others were linked.
    """
    tally: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
    begun: set[str] = set()
    for run_id, key in sorted(first_time, key=lambda row: row[1]):
        golden_id = settled.golden_of.get(key)
        if golden_id is None:
            continue
        founds = golden_id in settled.founded and golden_id not in begun
        begun.add(golden_id)
        outcome = "held" if golden_id in contested else "created" if founds else "linked"
        tally[run_id][outcome] += 1
    return {run_id: Receipt(**counts) for run_id, counts in tally.items()}
