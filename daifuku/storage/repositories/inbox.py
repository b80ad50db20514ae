"""Deliveries from outside, stored before they are acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import inbox

RECEIVED, LANDED, FAILED = "received", "landed", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook or form post as it came; header names are lower case."""

    id: int
    source: str
    delivery_id: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    state: str
    error: str | None


def put(
    tx: Transaction,
    source: str,
    delivery_id: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> bool:
    """Store a delivery; False if one with this id of this source is there already."""
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(inbox)
        .values(
            source=source,
            delivery_id=delivery_id,
            received_at=at,
            headers=orjson.dumps(dict(headers)),
            body=body,
            state=RECEIVED,
        )
        .on_conflict_do_nothing()
        .returning(inbox.c.id)
    )
    return tx.execute(statement).first() is not None


def waiting(tx: Transaction, source: str, limit: int = 100) -> list[Delivery]:
    """Deliveries not landed yet, in the order they came."""
    wanted = (
        select(inbox)
        .where(inbox.c.source == source, inbox.c.state == RECEIVED)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [_delivery(row) for row in tx.execute(wanted)]


def sources_waiting(tx: Transaction) -> list[str]:
    """Sources with deliveries that wait to be landed."""
    wanted = select(inbox.c.source).where(inbox.c.state == RECEIVED).distinct()
    return list(tx.execute(wanted).scalars())


def mark(tx: Transaction, delivery: int, state: str, error: str | None = None) -> None:
    """Say what became of a delivery. The body of a landed one is dropped: its records are kept."""
    values: dict[str, Any] = {"state": state, "error": error}
    if state == LANDED:
        values |= {"body": b"", "headers": b"{}"}
    tx.execute(update(inbox).where(inbox.c.id == delivery).values(values))


def retry_failed(tx: Transaction, source: str) -> int:
    """Let the failed deliveries of a source be tried again; returns how many there are."""
    result = tx.execute(
        update(inbox)
        .where(inbox.c.source == source, inbox.c.state == FAILED)
        .values(state=RECEIVED, error=None)
    )
    return result.rowcount


def counts(tx: Transaction, source: str) -> dict[str, int]:
    """State -> how many deliveries of the source are in it."""
    wanted = (
        select(inbox.c.state, func.count()).where(inbox.c.source == source).group_by(inbox.c.state)
    )
    return {str(row[0]): int(row[1]) for row in tx.execute(wanted)}


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    values["headers"] = orjson.loads(values["headers"])
    return Delivery(**values)
