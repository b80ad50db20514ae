"""Mapped records as resolution takes them: those that await it, and those of a cluster."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_, update

from daifuku.records import MappedRecord, RecordKey
from daifuku.storage.bulk import update_rows
from daifuku.storage.codec import load_mapped
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import chunks, select_in
from daifuku.storage.tables import mapped_record, source_record


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """A record to resolve. `golden_id` and `feature_set_id` are those of the last time, if any."""

    id: int
    record: MappedRecord
    removed: bool
    revision: int
    golden_id: str | None
    feature_set_id: int | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A pending record's new feature set; None for a removed record."""

    id: int
    revision: int
    feature_set_id: int | None


def take(tx: Transaction, limit: int) -> list[PendingRecord]:
    """The oldest `limit` pending records."""
    rows = tx.execute(
        select(mapped_record, source_record.c.run_id)
        .join(source_record, source_record.c.id == mapped_record.c.source_record_id)
        .where(mapped_record.c.pending)
        .order_by(mapped_record.c.id)
        .limit(limit)
    )
    return [
        PendingRecord(
            id=row.id,
            record=load_mapped(
                RecordKey(row.source, row.stream, row.external_id, row.part),
                row.entity,
                row.observed_at,
                row.body,
            ),
            removed=row.removed,
            revision=row.revision,
            golden_id=row.golden_id,
            feature_set_id=row.feature_set_id,
            run_id=row.run_id,
        )
        for row in rows
    ]


def count(tx: Transaction) -> int:
    """How many records await resolution."""
    query = select(func.count()).select_from(mapped_record).where(mapped_record.c.pending)
    return int(tx.execute(query).scalar_one())


def mark_pending(tx: Transaction, keys: Iterable[RecordKey]) -> int:
    """Mark these records to be resolved again, as they are; returns how many there are."""
    columns = mapped_record.c
    named = tuple_(columns.source, columns.stream, columns.external_id, columns.part)
    marked = 0
    for piece in chunks(keys):
        names = [(key.source, key.stream, key.external_id, key.part) for key in piece]
        change = update(mapped_record).where(named.in_(names)).values(pending=True)
        marked += tx.execute(change).rowcount
    return marked


def mark_resolved(tx: Transaction, rows: Iterable[Resolved]) -> None:
    """Store the new feature sets and clear the marks; a row that landed anew keeps its mark."""
    by_id = {row.id: row for row in rows}
    columns = mapped_record.c
    wanted = select(columns.id, columns.revision).with_for_update()
    now = {row.id: row.revision for row in select_in(tx, wanted, columns.id, by_id)}
    values = [
        (row.id, row.feature_set_id, now[row.id] != row.revision)
        for row in by_id.values()
        if row.id in now
    ]
    update_rows(tx, mapped_record, ("id", "feature_set_id", "pending"), values)


def load(tx: Transaction, ids: Iterable[int]) -> dict[RecordKey, MappedRecord]:
    """These mapped records, by key."""
    found: dict[RecordKey, MappedRecord] = {}
    for row in select_in(tx, select(mapped_record), mapped_record.c.id, ids):
        key = RecordKey(row.source, row.stream, row.external_id, row.part)
        found[key] = load_mapped(key, row.entity, row.observed_at, row.body)
    return found
