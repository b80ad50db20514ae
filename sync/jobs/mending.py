"""What a person does about a job: looks at it, tries it again, gives it up."""

from collections.abc import Sequence
from datetime import UTC, datetime

from daifuku.errors import ConflictError, NotFoundError
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import attempts, jobs
from daifuku.storage.repositories.attempts import Attempt
from daifuku.storage.repositories.jobs import Job

HINT = "`daifuku jobs list` shows those that wait, run or were given up."


def job_with_story(tx: Transaction, job_id: int) -> tuple[Job, Sequence[Attempt]]:
    """The job, and the attempts at it that are remembered.

    Raises:
        NotFoundError: there is no such job.
    """
    return _job(tx, job_id), attempts.of_job(tx, job_id)


def retry(store: Store, job_id: int) -> Job:
    """Queue a job for now that was given up, that failed, or that waits for later.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: it is running or done, or another job does the same work.
    """
    with store.write() as tx:
        job = _job(tx, job_id)
        if not jobs.revive(tx, job_id, datetime.now(UTC)):
            raise ConflictError(f"Job {job_id} is {job.state}, or another does its work.")
        return _job(tx, job_id)


def discard(store: Store, job_id: int) -> Job:
    """Give up a job that is queued or parked.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: it is running, or has ended.
    """
    with store.write() as tx:
        job = _job(tx, job_id)
        if not jobs.discard(tx, job_id, datetime.now(UTC)):
            raise ConflictError(f"Job {job_id} is {job.state}: only what waits can be discarded.")
        return _job(tx, job_id)


def _job(tx: Transaction, job_id: int) -> Job:
    job = jobs.get(tx, job_id)
    if job is None:
        raise NotFoundError(f"There is no job {job_id}.", hint=HINT)
    return job
