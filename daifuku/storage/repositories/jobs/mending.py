"""What people, and time, do to jobs: done again, given up, forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.jobs.following import queue_follow_up
from daifuku.storage.repositories.jobs.rows import DISCARDED, FAILED, LIVE, PARKED, QUEUED, RUNNING
from daifuku.storage.tables import job


def revive(tx: Transaction, job_id: int, now: datetime) -> bool:
    """Queue a job that was given up, or that waits for later, for now.

    False if it is running or done, or if another live job has its key.
    """
    held = select(job.c.dedup_key).where(job.c.id == job_id).scalar_subquery()
    other = job.alias()
    taken = select(other.c.id).where(
        other.c.dedup_key == held, other.c.state.in_(LIVE), other.c.id != job_id
    )
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_((QUEUED, FAILED, PARKED)), ~taken.exists())
        .values(
            state=QUEUED, due_at=now, failures=0, finished_at=None, lease_until=None, nudged_at=None
        )
    )
    return result.rowcount == 1


def discard(tx: Transaction, job_id: int, at: datetime) -> bool:
    """Give up a job that is queued or parked, though not what was to follow it.

    False if it is neither.
    """
    given_up = _give_up(tx, at, job.c.id == job_id, job.c.state.in_((QUEUED, PARKED)))
    return len(given_up) == 1


def cancel(tx: Transaction, dedup_key: str, at: datetime) -> None:
    """Give up the running job with this key, though not what was to follow it: its worker stops
    by itself, a dead one's is not done again."""
    _give_up(tx, at, job.c.dedup_key == dedup_key, job.c.state == RUNNING)


def clean(tx: Transaction, state: str, before: datetime, limit: int = 1000) -> int:
    """Forget jobs that ended in this state before then, up to `limit`; returns how many."""
    old = (
        select(job.c.id)
        .where(job.c.state == state, job.c.due_at < before, job.c.finished_at < before)
        .order_by(job.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tx.execute(delete(job).where(job.c.id.in_(old))).rowcount


def _give_up(tx: Transaction, at: datetime, *which: ColumnElement[bool]) -> Sequence[int]:
    given_up = (
        update(job)
        .where(*which)
        .values(state=DISCARDED, finished_at=at, lease_until=None)
        .returning(job.c.id)
    )
    ids = tx.execute(given_up).scalars().all()
    for job_id in ids:
        queue_follow_up(tx, job_id, at)
    return ids
