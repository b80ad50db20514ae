"""The story of a job: each attempt at it, when, by which worker, and how it ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import job_attempt

DONE, FAILED, PARKED = "done", "failed", "parked"
AGAIN, HUNG, DIED = "again", "hung", "died"

KEPT = 20
"""The latest attempts of a job that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt at a job; without an outcome while it goes on."""

    attempt: int
    worker: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error: str | None


def begin(tx: Transaction, job_id: int, attempt: int, worker: str, at: datetime) -> None:
    """Note that the worker claimed the job. What the one before it did not end, it died of."""
    columns = job_attempt.c
    if attempt > 1:
        tx.execute(
            update(job_attempt)
            .where(columns.job_id == job_id, columns.outcome.is_(None))
            .values(outcome=DIED, ended_at=at)
        )
    if attempt > KEPT:
        tx.execute(
            delete(job_attempt).where(columns.job_id == job_id, columns.attempt <= attempt - KEPT)
        )
    tx.execute(
        insert(job_attempt).values(job_id=job_id, attempt=attempt, worker=worker, began_at=at)
    )


def end(
    tx: Transaction,
    job_id: int,
    attempt: int,
    *,
    outcome: str,
    at: datetime,
    error: str | None = None,
) -> None:
    """Note how the attempt ended. `error` is redacted."""
    tx.execute(
        update(job_attempt)
        .where(job_attempt.c.job_id == job_id, job_attempt.c.attempt == attempt)
        .values(outcome=outcome, ended_at=at, error=error)
    )


def of_job(tx: Transaction, job_id: int) -> list[Attempt]:
    """The attempts at a job that are remembered, the first one first."""
    columns = [job_attempt.c[name] for name in Attempt.__dataclass_fields__]
    wanted = select(*columns).where(job_attempt.c.job_id == job_id).order_by(job_attempt.c.attempt)
    return [Attempt(**row._mapping) for row in tx.execute(wanted)]
