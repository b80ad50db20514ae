"""Mapped records by their keys: what they are, and whose."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.by_key import select_by_key
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import mapped_record


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A mapped record; `golden_id` is None while it awaits its first resolution or is gone."""

    id: int
    key: RecordKey
    entity: Entity
    golden_id: str | None


def find(tx: Transaction, keys: Iterable[RecordKey]) -> dict[RecordKey, NamedRecord]:
    """Those of these records that the store knows, removed ones too."""
    columns = mapped_record.c
    query = select(
        columns.id,
        columns.source,
        columns.stream,
        columns.external_id,
        columns.part,
        columns.entity,
        columns.golden_id,
    )
    found: dict[RecordKey, NamedRecord] = {}
    for row in select_by_key(tx, query, mapped_record, keys):
        key = RecordKey(row.source, row.stream, row.external_id, row.part)
        found[key] = NamedRecord(row.id, key, Entity(row.entity), row.golden_id)
    return found


def keys_of(tx: Transaction, ids: Iterable[int]) -> dict[int, RecordKey]:
    """The keys of these mapped records, by id."""
    columns = mapped_record.c
    query = select(columns.id, columns.source, columns.stream, columns.external_id, columns.part)
    return {
        row.id: RecordKey(row.source, row.stream, row.external_id, row.part)
        for row in select_in(tx, query, columns.id, ids)
    }
