"""All mapped records of an entity that their sources still say, a page at a time."""

from collections.abc import Iterator

from sqlalchemy import select

from daifuku.records import Entity, MappedRecord, RecordKey
from daifuku.storage.codec import load_mapped
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import mapped_record

PAGE = 5_000


def records_of(tx: Transaction, entity: Entity, page: int = PAGE) -> Iterator[MappedRecord]:
    """The records of an entity, in the order in which they first came."""
    columns, last = mapped_record.c, 0
    query = select(
        columns.id,
        columns.source,
        columns.stream,
        columns.external_id,
        columns.part,
        columns.entity,
        columns.observed_at,
        columns.body,
    ).where(columns.entity == entity, columns.removed.is_(False))
    while True:
        rows = tx.execute(query.where(columns.id > last).order_by(columns.id).limit(page)).all()
        for row in rows:
            key = RecordKey(row.source, row.stream, row.external_id, row.part)
            yield load_mapped(key, row.entity, row.observed_at, row.body)
        if len(rows) < page:
            return
        last = rows[-1].id
