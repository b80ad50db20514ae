"""Rejected records, as people look at them."""

from sqlalchemy import func, select

from daifuku.records import RecordKey, RejectedRecord
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import rejected_record


def of_source(tx: Transaction, source: str, limit: int) -> list[RejectedRecord]:
    """The latest rejected records of a source, newest first."""
    columns = rejected_record.c
    rows = tx.execute(
        select(rejected_record)
        .where(columns.source == source)
        .order_by(columns.rejected_at.desc(), columns.source_record_id.desc())
        .limit(limit)
    )
    return [
        RejectedRecord(
            RecordKey(row.source, row.stream, row.external_id), row.code, row.reason, row.field
        )
        for row in rows
    ]


def count(tx: Transaction, source: str) -> int:
    """How many records of a source are rejected."""
    query = select(func.count()).where(rejected_record.c.source == source)
    return int(tx.execute(query).scalar_one())
