"""The CRM world's records as the hub has them, and as they change one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import text

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from daifuku.storage.codec import dump_mapped
from daifuku.storage.engine import Store
from daifuku.storage.repositories.landing import (
    MAPPED_COLUMNS,
    SOURCE_COLUMNS,
    Changes,
    new_source_ids,
    write,
)

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
PAGE = 20_000


def customers(path: Path, first: int = 0, count: int | None = None) -> Iterator[MappedRecord]:
    """The records of a prepared table, from the row `first` on."""
    row = 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=PAGE):
        for said in batch.to_pylist():
            if row >= first and (count is None or row < first + count):
                yield _customer(said)
            row += 1


def _customer(said: dict[str, Any]) -> MappedRecord:
    street = " ".join(filter(None, (said["street_no"], said["street_nm"])))
    parts = (said["postcode"], said["city"], street)
    return MappedRecord(
        key=RecordKey(said["source"], "customers", str(said["unique_id"])),
        entity=Entity.PERSON,
        observed_at=SEEN,
        given_name=said["first"],
        family_name=said["last"],
        birth_date=said["dob"],
        organization=said["company"],
        emails=(said["email"],) if said["email"] else (),
        phones=(f"+1{said['phone']}",) if said["phone"] else (),
        addresses=(
            (Address(postal_code=parts[0] or "", city=parts[1] or "", street=street),)
            if any(parts)
            else ()
        ),
        identifiers=(Identifier("customer", said["cust_no"]),) if said["cust_no"] else (),
    )


def land(store: Store, records: Iterator[MappedRecord] | list[MappedRecord]) -> int:
    """Store new records, which then await resolution."""
    count = 0
    page: list[MappedRecord] = []
    for record in records:
        page.append(record)
        if len(page) == PAGE:
            count += _land(store, page)
            page = []
    return count + _land(store, page)


def _land(store: Store, page: list[MappedRecord]) -> int:
    with store.write() as tx:
        changes = Changes()
        for id, record in zip(new_source_ids(tx, len(page)), page, strict=True):
            key, at = record.key, record.observed_at
            source = (id, key.source, key.stream, key.external_id, b"{}", b"", at, at, 1, False)
            changes.new.append((*source, None))
            body = (record.entity, dump_mapped(record), at, True, False, 1)
            changes.mapped.append((id, key.source, key.stream, key.external_id, key.part, *body))
        assert len(changes.new[0]) == len(SOURCE_COLUMNS) if page else True
        assert len(changes.mapped[0]) == len(MAPPED_COLUMNS) if page else True
        write(tx, changes)
    return len(page)


def changed(record: MappedRecord, number: int) -> MappedRecord:
    """The record with a new telephone number, or as if someone had moved or married."""
    later = record.observed_at + timedelta(days=1)
    if number % 3 == 0:
        return replace(record, observed_at=later, phones=(f"+1{2_000_000_000 + number * 7919}",))
    if number % 3 == 1:
        address = Address(
            postal_code=f"{10000 + number % 89999}", city="newtown", street="1 elm st"
        )
        return replace(record, observed_at=later, addresses=(address,))
    return replace(record, observed_at=later, emails=(*record.emails, f"c{number}@mail.example"))


def land_changes(store: Store, records: list[MappedRecord]) -> None:
    """Store what records say now."""
    columns = "body = :body, observed_at = :at, pending = true, revision = revision + 1"
    named = "source = :source AND stream = :stream AND external_id = :id AND part = ''"
    with store.write() as tx:
        sqlite = tx.dialect.name == "sqlite"
        for record in records:
            at = record.observed_at
            tx.execute(
                text(f"UPDATE mapped_record SET {columns} WHERE {named}"),
                {
                    "body": dump_mapped(record),
                    "at": f"{at:%Y-%m-%d %H:%M:%S.%f}" if sqlite else at,
                    "source": record.key.source,
                    "stream": record.key.stream,
                    "id": record.key.external_id,
                },
            )
