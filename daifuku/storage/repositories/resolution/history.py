"""What happened to golden records, as the change feed has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from daifuku.records import ChangeKind, Entity
from daifuku.storage.driver import fetch_in
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import change_event, golden_record

_NEAR = 5_000
"""Events on either side of one among which those of the same batch are looked for."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of the feed. `body` is what the golden record said from then on, if anything."""

    sequence: int
    golden_id: str
    entity: Entity
    kind: ChangeKind
    version: int
    into: str | None
    at: datetime
    body: bytes | None
    decision_id: int | None


def of(tx: Transaction, golden_id: str) -> list[StoredEvent]:
    """The events of a golden record and of those merged into it, in their order."""
    columns = change_event.c
    concerned = or_(columns.golden_id == golden_id, columns.into_id == golden_id)
    query = select(change_event).where(concerned).order_by(columns.sequence)
    return [_event(row) for row in tx.execute(query)]


def since(tx: Transaction, sequence: int) -> list[StoredEvent]:
    """The events after that one, in their order."""
    columns = change_event.c
    query = select(change_event).where(columns.sequence > sequence).order_by(columns.sequence)
    return [_event(row) for row in tx.execute(query)]


def page(
    tx: Transaction, after: int, up_to: int, limit: int, entity: Entity | None = None
) -> list[StoredEvent]:
    """At most `limit` events after one and up to another, in their order; of one entity or both."""
    columns = change_event.c
    query = select(change_event).where(columns.sequence > after, columns.sequence <= up_to)
    if entity is not None:
        query = query.where(columns.entity == entity)
    return [_event(row) for row in tx.execute(query.order_by(columns.sequence).limit(limit))]


def of_batch(tx: Transaction, event: StoredEvent) -> list[StoredEvent]:
    """The events of the batch that this one is of, as far as they are near it."""
    columns = change_event.c
    near = columns.sequence.between(event.sequence - _NEAR, event.sequence + _NEAR)
    query = select(change_event).where(near, columns.at == event.at).order_by(columns.sequence)
    return [_event(row) for row in tx.execute(query)]


def body_at(tx: Transaction, golden_id: str, version: int) -> bytes | None:
    """What a golden record said at a version; None if it never had it, or was retired by it."""
    columns = change_event.c
    query = select(columns.body).where(columns.golden_id == golden_id, columns.version == version)
    body = tx.execute(query).scalar()
    return None if body is None else bytes(body)


def merged_into(tx: Transaction, golden_ids: Iterable[str]) -> list[tuple[str, str, bytes]]:
    """What is merged into these golden records: (survivor, retired id, what that said last)."""
    query = "SELECT merged_into, id, body FROM golden_record WHERE merged_into IN (*)"
    return [(survivor, id, body) for survivor, id, body in fetch_in(tx, query, golden_ids)]


def lead(tx: Transaction, survivors: Mapping[str, str]) -> None:
    """Let retired ids lead to other survivors than before."""
    for id, survivor in survivors.items():
        retired = (golden_record.c.id == id) & (golden_record.c.state == "merged")
        tx.execute(update(golden_record).where(retired).values(merged_into=survivor))


def was_active(events: Iterable[StoredEvent], golden_id: str, sequence: int) -> bool:
    """Whether a golden record, whose events are among these, was in use before that one."""
    before = [e for e in events if e.golden_id == golden_id and e.sequence < sequence]
    return bool(before) and max(before, key=lambda e: e.sequence).body is not None


def last_merges(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, StoredEvent]:
    """The last merge of each of these golden records that was merged into another."""
    wanted = [*golden_ids]
    if not wanted:
        return {}
    columns = change_event.c
    query = select(change_event).where(columns.kind == ChangeKind.MERGED)
    rows = select_in(tx, query, columns.golden_id, wanted)
    ordered = sorted(rows, key=lambda row: row.sequence)
    return {row.golden_id: _event(row) for row in ordered}


def body_before(tx: Transaction, golden_id: str, sequence: int) -> bytes | None:
    """What a golden record said before an event of the feed."""
    columns = change_event.c
    query = (
        select(columns.body)
        .where(columns.golden_id == golden_id, columns.sequence < sequence)
        .where(columns.body.is_not(None))
        .order_by(columns.sequence.desc())
        .limit(1)
    )
    body = tx.execute(query).scalar()
    return None if body is None else bytes(body)


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        row.sequence,
        row.golden_id,
        Entity(row.entity),
        ChangeKind(row.kind),
        row.version,
        row.into_id,
        row.at,
        row.body,
        row.decision_id,
    )
