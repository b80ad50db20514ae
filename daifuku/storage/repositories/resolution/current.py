"""All mapped records of an entity that their sources still say, a page at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from daifuku.records import Entity, MappedRecord, RecordKey
from daifuku.storage.codec import load_mapped
from daifuku.storage.driver import fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.tables import mapped_record

PAGE = 5_000


def records_of(tx: Transaction, entity: Entity, page: int = PAGE) -> Iterator[MappedRecord]:
    """The records of an entity, in the order in which they first came."""
    for row in _rows(tx, _query(entity), page):
        yield _mapped(row)


def settled_of(
    tx: Transaction, entity: Entity, page: int = PAGE
) -> Iterator[tuple[Membership, MappedRecord]]:
    """Those that belong to golden records of the entity, and what they came to, in the same order.

    Some may await resolution by now: they say something else than when they came to it.
    """
    columns = mapped_record.c
    query = _query(entity).add_columns(columns.feature_set_id, columns.golden_id)
    for row in _rows(tx, query.where(columns.golden_id.is_not(None)), page):
        if row.golden_id.startswith(entity.value[0]):
            record = _mapped(row)
            yield Membership(row.id, record.key, row.feature_set_id, row.golden_id), record


def leaving(tx: Transaction, entity: Entity) -> list[Membership]:
    """The records that are to leave golden records of the entity: they are gone, or of another
    entity by now. They have no feature set."""
    query = (
        "SELECT id, golden_id, source, stream, external_id, part FROM mapped_record"
        " WHERE pending AND golden_id LIKE ? AND (removed OR entity <> ?)"
    )
    rows = fetch(tx, query, (f"{entity.value[0]}%", entity.value))
    return [Membership(id, RecordKey(*key), None, golden_id) for id, golden_id, *key in rows]


def _query(entity: Entity) -> Select[Any]:
    columns = mapped_record.c
    return select(
        columns.id,
        columns.source,
        columns.stream,
        columns.external_id,
        columns.part,
        columns.entity,
        columns.observed_at,
        columns.body,
    ).where(columns.entity == entity, columns.removed.is_(False))


def _rows(tx: Transaction, query: Select[Any], page: int) -> Iterator[Any]:
    id, last = mapped_record.c.id, 0
    while True:
        rows = tx.execute(query.where(id > last).order_by(id).limit(page)).all()
        yield from rows
        if len(rows) < page:
            return
        last = rows[-1].id


def _mapped(row: Any) -> MappedRecord:
    key = RecordKey(row.source, row.stream, row.external_id, row.part)
    return load_mapped(key, row.entity, row.observed_at, row.body)
