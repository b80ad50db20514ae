"""Jobs on their way to a worker: queued under a key, and told of once they can be claimed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.jobs.rows import LIVE, PARKED, QUEUED, free
from daifuku.storage.tables import job


def enqueue(
    tx: Transaction,
    kind: str,
    args: Mapping[str, Any],
    *,
    now: datetime,
    dedup_key: str | None = None,
    due_at: datetime | None = None,
) -> int | None:
    """Add a job and return its id, or None if a live one has this `dedup_key`."""
    values = _queued(kind, args, dedup_key, due_at or now, now)
    return tx.execute(_insert(tx).values(values).returning(job.c.id)).scalar()


def enqueue_all(
    tx: Transaction, kind: str, wanted: Sequence[tuple[str, Mapping[str, Any]]], *, now: datetime
) -> None:
    """Add a job of one kind for each key and arguments, but where a live one has the key."""
    rows = [_queued(kind, args, key, now, now) for key, args in wanted]
    if rows:
        tx.execute(_insert(tx), rows)


def unfinished(tx: Transaction, dedup_key: str) -> bool:
    """Whether a job with this key is queued, running or parked."""
    wanted = select(job.c.id).where(job.c.dedup_key == dedup_key, job.c.state.in_((*LIVE, PARKED)))
    return tx.execute(wanted.limit(1)).first() is not None


def to_nudge(
    tx: Transaction, *, now: datetime, nudged_before: datetime, limit: int = 100
) -> list[int]:
    """Jobs that can be claimed and that no worker was told of lately, marked as told now."""
    ready = (
        select(job.c.id)
        .where(free(now), or_(job.c.nudged_at.is_(None), job.c.nudged_at < nudged_before))
        .order_by(job.c.due_at, job.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.execute(ready).scalars())
    if ids:
        tx.execute(update(job).where(job.c.id.in_(ids)).values(nudged_at=now))
    return ids


def any_ready(tx: Transaction, *, now: datetime, nudged_before: datetime) -> bool:
    """Whether `to_nudge` would find one, without writing."""
    wanted = select(job.c.id).where(
        free(now), or_(job.c.nudged_at.is_(None), job.c.nudged_at < nudged_before)
    )
    return tx.execute(wanted.limit(1)).first() is not None


def _queued(
    kind: str, args: Mapping[str, Any], dedup_key: str | None, due_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "kind": kind,
        "args": orjson.dumps(dict(args)),
        "dedup_key": dedup_key,
        "state": QUEUED,
        "due_at": due_at,
        "attempt": 0,
        "failures": 0,
        "created_at": now,
    }


def _insert(tx: Transaction) -> Any:
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    return dialect.insert(job).on_conflict_do_nothing()
