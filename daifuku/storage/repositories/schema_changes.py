"""What changed about the fields of streams, and whether their owner has accepted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import schema_change


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """A field that was added, is gone, or has another type. One that `pauses` holds its stream
    until it is accepted."""

    source: str
    stream: str
    run_id: int
    kind: str
    field: str
    before: str | None
    after: str | None
    pauses: bool
    seen_at: datetime
    accepted_at: datetime | None = None


def add(tx: Transaction, changes: Sequence[SchemaChange]) -> None:
    """Note them."""
    names = SchemaChange.__slots__
    rows = [{name: getattr(change, name) for name in names} for change in changes]
    if rows:
        tx.execute(insert(schema_change), rows)


def of_source(tx: Transaction, source: str, *, limit: int = 100) -> list[SchemaChange]:
    """Those of a source, the newest first."""
    wanted = select(schema_change).where(schema_change.c.source == source)
    return [_change(r) for r in tx.execute(wanted.order_by(schema_change.c.id.desc()).limit(limit))]


def open_ones(tx: Transaction, source: str, stream: str) -> list[SchemaChange]:
    """Those that hold the stream and are not accepted."""
    wanted = select(schema_change).where(
        schema_change.c.source == source,
        schema_change.c.stream == stream,
        schema_change.c.pauses,
        schema_change.c.accepted_at.is_(None),
    )
    return [_change(row) for row in tx.execute(wanted.order_by(schema_change.c.id))]


def accept(tx: Transaction, source: str, stream: str, at: datetime) -> None:
    """All that was noted of the stream so far is as its owner wants it."""
    tx.execute(
        update(schema_change)
        .where(
            schema_change.c.source == source,
            schema_change.c.stream == stream,
            schema_change.c.accepted_at.is_(None),
        )
        .values(accepted_at=at)
    )


def _change(row: Row[Any]) -> SchemaChange:
    return SchemaChange(**{name: getattr(row, name) for name in SchemaChange.__slots__})
