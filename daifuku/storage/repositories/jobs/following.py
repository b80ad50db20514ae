"""What is asked for while a live job has its key: kept in that job's row, queued once it ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.jobs.rows import COLUMNS, LIVE, QUEUED, Job, job_of
from daifuku.storage.tables import job


def live_ones(tx: Transaction, dedup_keys: Iterable[str]) -> list[Job]:
    """The jobs with these keys that are queued or running, which stay so in this transaction."""
    wanted = (
        select(*COLUMNS)
        .where(job.c.dedup_key.in_(list(dedup_keys)), job.c.state.in_(LIVE))
        .order_by(job.c.id)
        .with_for_update()
    )
    return [job_of(row) for row in tx.execute(wanted)]


def ask_otherwise(tx: Transaction, job_id: int, args: Mapping[str, Any]) -> None:
    """Have a job that has not begun do this instead."""
    tx.execute(update(job).where(job.c.id == job_id).values(args=orjson.dumps(dict(args))))


def follow_up_with(tx: Transaction, job_id: int, args: Mapping[str, Any]) -> None:
    """Have a job with these arguments queued once this live one has ended."""
    tx.execute(update(job).where(job.c.id == job_id).values(follow_up=orjson.dumps(dict(args))))


def queue_follow_up(tx: Transaction, job_id: int, now: datetime) -> None:
    """Queue what was to follow a job that has ended just now."""
    ended = select(job).where(job.c.id == job_id, job.c.follow_up.is_not(None))
    row = tx.execute(ended).one_or_none()
    if row is None:
        return
    tx.execute(update(job).where(job.c.id == job_id).values(follow_up=None))
    tx.execute(
        insert(job).values(
            kind=row.kind,
            args=row.follow_up,
            dedup_key=row.dedup_key,
            state=QUEUED,
            due_at=now,
            attempt=0,
            failures=0,
            created_at=now,
        )
    )
