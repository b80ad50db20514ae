"""Lands mapped records straight into a store, for tests of what comes after landing."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update

from daifuku.records import MappedRecord, RecordKey
from daifuku.storage.codec import dump_mapped
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.tables import golden_record, mapped_record, source_record


def land(store: Store, records: Iterable[MappedRecord], run_id: int | None = None) -> None:
    """Store these records as new or changed ones that await resolution."""
    with store.write() as tx:
        for record in records:
            key, columns = record.key, mapped_record.c
            row = tx.execute(
                select(columns.id).where(
                    columns.source == key.source,
                    columns.stream == key.stream,
                    columns.external_id == key.external_id,
                    columns.part == key.part,
                )
            ).first()
            values = {
                "entity": record.entity,
                "body": dump_mapped(record),
                "observed_at": record.observed_at,
                "pending": True,
                "removed": False,
            }
            if row is None:
                tx.execute(
                    insert(mapped_record).values(
                        source_record_id=_source_record(tx, record, run_id),
                        source=key.source,
                        stream=key.stream,
                        external_id=key.external_id,
                        part=key.part,
                        revision=1,
                        **values,
                    )
                )
            else:
                tx.execute(
                    update(mapped_record)
                    .where(columns.id == row.id)
                    .values(revision=columns.revision + 1, **values)
                )


def remove(store: Store, keys: Iterable[RecordKey]) -> None:
    """Mark these records as gone from their source."""
    columns = mapped_record.c
    with store.write() as tx:
        for key in keys:
            tx.execute(
                update(mapped_record)
                .where(
                    columns.source == key.source,
                    columns.stream == key.stream,
                    columns.external_id == key.external_id,
                    columns.part == key.part,
                )
                .values(removed=True, pending=True, revision=columns.revision + 1)
            )


def partition(store: Store) -> set[frozenset[RecordKey]]:
    """The records that are there, grouped by their golden record."""
    groups: dict[str, set[RecordKey]] = {}
    with store.read() as tx:
        for row in tx.execute(select(mapped_record).where(mapped_record.c.removed.is_(False))):
            key = RecordKey(row.source, row.stream, row.external_id, row.part)
            groups.setdefault(row.golden_id, set()).add(key)
    return {frozenset(group) for group in groups.values()}


def active_goldens(store: Store) -> set[str]:
    """The ids of golden records in use."""
    with store.read() as tx:
        wanted = select(golden_record.c.id).where(golden_record.c.state == "active")
        return set(tx.execute(wanted).scalars())


def _source_record(tx: Transaction, record: MappedRecord, run_id: int | None) -> int:
    result = tx.execute(
        insert(source_record).values(
            source=record.key.source,
            stream=record.key.stream,
            external_id=f"{record.key.external_id}#{record.key.part}",
            payload=b"{}",
            content_hash=b"",
            first_seen_at=record.observed_at,
            observed_at=record.observed_at,
            generation=1,
            deleted=False,
            run_id=run_id,
        )
    )
    (row_id,) = result.inserted_primary_key or (0,)
    return int(row_id)
