"""Jobs as they stand, for those who look at them."""

from sqlalchemy import select

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.jobs.rows import COLUMNS, LIVE, Job, job_of
from daifuku.storage.tables import job


def get(tx: Transaction, job_id: int) -> Job | None:
    """The job, if there is one."""
    row = tx.execute(select(*COLUMNS).where(job.c.id == job_id)).one_or_none()
    return None if row is None else job_of(row)


def live(tx: Transaction, dedup_key: str) -> Job | None:
    """The job with this key that is queued or running, if there is one."""
    wanted = select(*COLUMNS).where(job.c.dedup_key == dedup_key, job.c.state.in_(LIVE))
    row = tx.execute(wanted).one_or_none()
    return None if row is None else job_of(row)


def in_states(tx: Transaction, *states: str, limit: int = 100) -> list[Job]:
    """Jobs in these states, the newest first."""
    wanted = select(*COLUMNS).where(job.c.state.in_(states)).order_by(job.c.id.desc()).limit(limit)
    return [job_of(row) for row in tx.execute(wanted)]
