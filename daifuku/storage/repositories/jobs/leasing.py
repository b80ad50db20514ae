"""A job in a worker's hands.

A worker holds a job by a lease; the attempt number it claimed with is its fence. A worker
that lost its lease can neither renew nor finish the job any more.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import case, update

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.jobs.following import queue_follow_up
from daifuku.storage.repositories.jobs.rows import (
    COLUMNS,
    PARKED,
    QUEUED,
    RUNNING,
    Job,
    free,
    job_of,
)
from daifuku.storage.tables import job


def claim(
    tx: Transaction,
    job_id: int,
    *,
    now: datetime,
    lease_until: datetime,
    worker: str | None = None,
) -> Job | None:
    """Take the job if it is due or its holder's lease ran out; None if it is not to be had.

    A lease that ran out counts as a failure: a job that kills its worker must not go on for ever.
    """
    statement = (
        update(job)
        .where(job.c.id == job_id, free(now))
        .values(
            state=RUNNING,
            attempt=job.c.attempt + 1,
            failures=job.c.failures + case((job.c.state == RUNNING, 1), else_=0),
            lease_until=lease_until,
            worker=worker,
        )
        .returning(*COLUMNS)
    )
    row = tx.execute(statement).one_or_none()
    return None if row is None else job_of(row)


def renew(
    tx: Transaction, job_id: int, attempt: int, lease_until: datetime, *, progressed: bool = False
) -> bool:
    """Extend the lease; False if it was lost. Progress forgives the failures so far."""
    values: dict[str, Any] = {"lease_until": lease_until}
    if progressed:
        values["failures"] = 0
    return _held(tx, job_id, attempt, **values)


def finish(
    tx: Transaction,
    job_id: int,
    attempt: int,
    *,
    state: str,
    at: datetime,
    error: str | None = None,
) -> bool:
    """End the job as done, failed or parked; False if the lease was lost. `error` is redacted.

    What was to follow it is queued, unless it is parked: then it may be done again.
    """
    ended = _held(tx, job_id, attempt, state=state, error=error, finished_at=at, lease_until=None)
    if ended and state != PARKED:
        queue_follow_up(tx, job_id, at)
    return ended


def put_back(
    tx: Transaction,
    job_id: int,
    attempt: int,
    *,
    due_at: datetime,
    failures: int,
    error: str | None = None,
) -> bool:
    """Queue the job again for `due_at`, with so many failures; False if the lease was lost."""
    return _held(
        tx,
        job_id,
        attempt,
        state=QUEUED,
        due_at=due_at,
        failures=failures,
        error=error,
        lease_until=None,
        nudged_at=None,
    )


def _held(tx: Transaction, job_id: int, attempt: int, **values: Any) -> bool:
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.attempt == attempt, job.c.state == RUNNING)
        .values(values)
    )
    return result.rowcount == 1
