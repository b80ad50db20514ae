"""Deliveries from outside, stored before they are acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import inbox
from daifuku.storage.types import UtcDateTime

RECEIVED, LANDED, FAILED = "received", "landed", "failed"
_DROPPED = b"{}"
"""The headers of a delivery whose body is kept no longer: each has at least when it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook or form post as it came; header names are lower case.

    It first landed at `landed_at`, and was asked for again at `replayed_at`.
    """

    id: int
    source: str
    delivery_id: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    state: str
    error: str | None
    landed_at: datetime | None
    replayed_at: datetime | None


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


def is_full(tx: Transaction, source: str, most: int) -> bool:
    """Whether more than `most` deliveries of the source wait to be landed."""
    wanted = (
        select(inbox.c.id)
        .where(inbox.c.source == source, inbox.c.state == RECEIVED)
        .order_by(inbox.c.id)
        .offset(most)
        .limit(1)
    )
    return tx.execute(wanted).first() is not None


def landed(tx: Transaction, delivery: int, at: datetime) -> None:
    """The delivery is landed. What it said is kept until `drop_bodies`."""
    first = func.coalesce(inbox.c.landed_at, bindparam("at", at, type_=UtcDateTime()))
    values = {"state": LANDED, "error": None, "landed_at": first}
    tx.execute(update(inbox).where(inbox.c.id == delivery).values(values))


def failed(tx: Transaction, delivery: int, error: str) -> None:
    """The delivery cannot be landed for this reason, redacted; the others go on."""
    tx.execute(
        update(inbox).where(inbox.c.id == delivery).values({"state": FAILED, "error": error})
    )


def replay(
    tx: Transaction, source: str, at: datetime, *, failed_only: bool, since: datetime | None = None
) -> int:
    """Let deliveries of a source be landed again, those received at `since` or later if that is
    given; returns how many. One whose body is no longer kept cannot be."""
    states = (FAILED,) if failed_only else (FAILED, LANDED)
    wanted = (inbox.c.source == source) & inbox.c.state.in_(states) & (inbox.c.headers != _DROPPED)
    if since is not None:
        wanted &= inbox.c.received_at >= since
    result = tx.execute(
        update(inbox).where(wanted).values(state=RECEIVED, error=None, replayed_at=at)
    )
    return result.rowcount


def drop_bodies(tx: Transaction, source: str, before: datetime) -> int:
    """Forget what deliveries said that landed before then; that they came stays known."""
    result = tx.execute(
        update(inbox)
        .where(
            inbox.c.source == source,
            inbox.c.state == LANDED,
            inbox.c.landed_at < before,
            inbox.c.headers != _DROPPED,
        )
        .values(body=b"", headers=_DROPPED)
    )
    return result.rowcount


def forget(tx: Transaction, source: str, before: datetime) -> int:
    """Forget that deliveries came which landed before then: they would be taken as new."""
    landed_before = (inbox.c.state == LANDED) & (inbox.c.landed_at < before)
    return tx.execute(delete(inbox).where(inbox.c.source == source, landed_before)).rowcount


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
