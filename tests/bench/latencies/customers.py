"""The CRM world's records as the hub has them, and as they change one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from daifuku.storage.bulk import update_rows
from daifuku.storage.codec import dump_mapped
from daifuku.storage.driver import fetch_in
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories.landing import (
    Changes,
    new_source_ids,
    write,
)
from daifuku.storage.tables import mapped_record

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


def land(store: Store, records: Iterable[MappedRecord]) -> int:
    """Store new records, which then await resolution."""
    count = 0
    page: list[MappedRecord] = []
    for record in records:
        page.append(record)
        if len(page) == PAGE:
            count += _land(store, page)
            page = []
    return count + (_land(store, page) if page else 0)


def _land(store: Store, page: list[MappedRecord]) -> int:
    with store.write() as tx:
        changes = Changes()
        for id, record in zip(new_source_ids(tx, len(page)), page, strict=True):
            key, at = record.key, record.observed_at
            source = (id, key.source, key.stream, key.external_id, b"{}", b"", at, at, 1, False)
            changes.new.append((*source, None))
            body = (record.entity, dump_mapped(record), at, True, False, 1)
            changes.mapped.append((id, key.source, key.stream, key.external_id, key.part, *body))
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


def land_changes(store: Store, records: Sequence[MappedRecord]) -> None:
    """Store what records say now, also those that had gone."""
    with store.write() as tx:
        ids = _ids(tx, [record.key for record in records])
        rows = [(ids[r.key], dump_mapped(r), r.observed_at, True, False) for r in records]
        columns = ("id", "body", "observed_at", "pending", "removed")
        update_rows(tx, mapped_record, columns, rows)


def take_away(store: Store, keys: Sequence[RecordKey]) -> None:
    """Mark records as gone from their source."""
    with store.write() as tx:
        rows = [(id, True, True) for id in _ids(tx, keys).values()]
        update_rows(tx, mapped_record, ("id", "pending", "removed"), rows)


def _ids(tx: Transaction, keys: Sequence[RecordKey]) -> dict[RecordKey, int]:
    """The row of each of these records, which are unique by their last names alone."""
    wanted = {key.external_id: key for key in keys}
    query = (
        "SELECT external_id, id FROM mapped_record"
        " WHERE stream = 'customers' AND part = '' AND source = '{}' AND external_id IN (*)"
    )
    sources = {key.source for key in keys}
    found = [row for name in sources for row in fetch_in(tx, query.format(name), wanted)]
    return {wanted[external_id]: id for external_id, id in found}
