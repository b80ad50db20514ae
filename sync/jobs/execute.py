"""Does one job under a lease: claims it, keeps the lease, and says in the row how it ended."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from daifuku.errors import DaifukuError
from daifuku.logs import get_logger, redactor
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs
from daifuku.storage.repositories.jobs import Job
from sync.jobs.kinds import AgainError, Work, run_kind
from sync.leases import kept_alive, lease_end

log = get_logger(__name__)

MAX_FAILURES = 10
"""So many failures in a row without progress, and a job is parked until somebody looks."""
LONGEST_BACKOFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Executor:
    """Does jobs for this process."""

    store: Store
    box: SecretBox
    lease_seconds: float
    stop: threading.Event = field(default_factory=threading.Event)

    def execute(self, job_id: int) -> bool:
        """Do the job unless another has it; False if it was not to be had."""
        with self.store.write() as tx:
            job = jobs.claim(
                tx, job_id, now=datetime.now(UTC), lease_until=lease_end(self.lease_seconds)
            )
        if job is None:
            return False
        if job.failures >= MAX_FAILURES:
            self._end(job, jobs.PARKED, "Its worker died each time it was tried.")
            return True
        progress = threading.Event()

        def renew(until: datetime) -> bool:
            with self.store.write() as tx:
                progressed = progress.is_set()
                return jobs.renew(tx, job.id, job.attempt, until, progressed=progressed)

        with kept_alive(renew, self.lease_seconds):
            error = self._try(job, progress)
        self._settle(job, error, progressed=progress.is_set())
        return True

    def _try(self, job: Job, progress: threading.Event) -> Exception | None:
        work = Work(self.store, self.box, job, self.lease_seconds, self.stop, progress.set)
        try:
            run_kind(work)
        except DaifukuError as error:
            return error
        except Exception as error:
            log.exception("a job failed for a fault of ours", job=job.id, kind=job.kind)
            return AgainError(f"The job failed: {type(error).__name__}. The log has the details.")
        return None

    def _settle(self, job: Job, error: Exception | None, *, progressed: bool) -> None:
        if error is None:
            self._end(job, jobs.DONE, None)
        elif isinstance(error, AgainError):
            self._again(job, error, 0 if progressed else job.failures)
        else:
            self._end(job, jobs.FAILED, str(error))

    def _again(self, job: Job, error: AgainError, failures: int) -> None:
        failures += error.failed
        if failures >= MAX_FAILURES:
            self._end(job, jobs.PARKED, str(error))
            return
        wait = backoff(failures) if error.seconds is None else timedelta(seconds=error.seconds)
        with self.store.write() as tx:
            jobs.put_back(
                tx,
                job.id,
                job.attempt,
                due_at=datetime.now(UTC) + wait,
                failures=failures,
                error=redactor.text(str(error)),
            )

    def _end(self, job: Job, state: str, error: str | None) -> None:
        if error is not None:
            error = redactor.text(error)
            log.warning("a job ended badly", job=job.id, kind=job.kind, state=state, error=error)
        with self.store.write() as tx:
            jobs.finish(tx, job.id, job.attempt, state=state, at=datetime.now(UTC), error=error)


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2, 4, 8 ... seconds, an hour at most."""
    return min(timedelta(seconds=2.0**failures), LONGEST_BACKOFF)
