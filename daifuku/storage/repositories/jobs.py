"""The queue of record: brokers carry ids, these rows are the truth.

A worker holds a job by a lease; the attempt number it claimed with is its fence. A worker
that lost its lease can neither renew nor finish the job any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import job

QUEUED, RUNNING = LIVE = ("queued", "running")
DONE, FAILED, PARKED, DISCARDED = ENDED = ("done", "failed", "parked", "discarded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work. `failures` counts those in a row without progress, kills included.

    `worker` is the last to have held it.
    """

    id: int
    kind: str
    args: Mapping[str, Any]
    dedup_key: str | None
    state: str
    due_at: datetime
    attempt: int
    failures: int
    error: str | None
    worker: str | None
    created_at: datetime
    finished_at: datetime | None


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
        .where(job.c.id == job_id, _free(now))
        .values(
            state=RUNNING,
            attempt=job.c.attempt + 1,
            failures=job.c.failures + case((job.c.state == RUNNING, 1), else_=0),
            lease_until=lease_until,
            worker=worker,
        )
        .returning(*_COLUMNS)
    )
    row = tx.execute(statement).one_or_none()
    return None if row is None else _job(row)


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
    """End the job as done, failed or parked; False if the lease was lost. `error` is redacted."""
    return _held(tx, job_id, attempt, state=state, error=error, finished_at=at, lease_until=None)


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


def to_nudge(
    tx: Transaction, *, now: datetime, nudged_before: datetime, limit: int = 100
) -> list[int]:
    """Jobs that can be claimed and that no worker was told of lately, marked as told now."""
    ready = (
        select(job.c.id)
        .where(_free(now), or_(job.c.nudged_at.is_(None), job.c.nudged_at < nudged_before))
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
        _free(now), or_(job.c.nudged_at.is_(None), job.c.nudged_at < nudged_before)
    )
    return tx.execute(wanted.limit(1)).first() is not None


def unfinished(tx: Transaction, dedup_key: str) -> bool:
    """Whether a job with this key is queued, running or parked."""
    wanted = select(job.c.id).where(job.c.dedup_key == dedup_key, job.c.state.in_((*LIVE, PARKED)))
    return tx.execute(wanted.limit(1)).first() is not None


def unpark(tx: Transaction, dedup_key: str) -> None:
    """Close parked jobs with this key as failed, so that new ones may be queued."""
    tx.execute(
        update(job).where(job.c.dedup_key == dedup_key, job.c.state == PARKED).values(state=FAILED)
    )


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
    """Give up a job that is queued or parked; False if it is neither."""
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_((QUEUED, PARKED)))
        .values(state=DISCARDED, finished_at=at, lease_until=None)
    )
    return result.rowcount == 1


def cancel(tx: Transaction, dedup_key: str, at: datetime) -> None:
    """Give up the running job with this key: its worker stops by itself, a dead one's is not
    done again."""
    tx.execute(
        update(job)
        .where(job.c.dedup_key == dedup_key, job.c.state == RUNNING)
        .values(state=DISCARDED, finished_at=at, lease_until=None)
    )


def live(tx: Transaction, dedup_key: str) -> Job | None:
    """The job with this key that is queued or running, if there is one."""
    wanted = select(*_COLUMNS).where(job.c.dedup_key == dedup_key, job.c.state.in_(LIVE))
    row = tx.execute(wanted).one_or_none()
    return None if row is None else _job(row)


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


def get(tx: Transaction, job_id: int) -> Job | None:
    """The job, if there is one."""
    row = tx.execute(select(*_COLUMNS).where(job.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def in_states(tx: Transaction, *states: str, limit: int = 100) -> list[Job]:
    """Jobs in these states, the newest first."""
    wanted = select(*_COLUMNS).where(job.c.state.in_(states)).order_by(job.c.id.desc()).limit(limit)
    return [_job(row) for row in tx.execute(wanted)]


def counted(tx: Transaction) -> dict[str, int]:
    """How many jobs are in each state."""
    wanted = select(job.c.state, func.count().label("held")).group_by(job.c.state)
    return {row.state: row.held for row in tx.execute(wanted)}


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


def _free(now: datetime) -> Any:
    return or_(
        and_(job.c.state == QUEUED, job.c.due_at <= now),
        and_(job.c.state == RUNNING, job.c.lease_until < now),
    )


def _held(tx: Transaction, job_id: int, attempt: int, **values: Any) -> bool:
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.attempt == attempt, job.c.state == RUNNING)
        .values(values)
    )
    return result.rowcount == 1


_COLUMNS = [
    job.c[name]
    for name in (
        *("id", "kind", "args", "dedup_key", "state"),
        *("due_at", "attempt", "failures", "error"),
        *("worker", "created_at", "finished_at"),
    )
]


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    values["args"] = orjson.loads(values["args"])
    return Job(**values)
