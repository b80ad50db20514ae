"""Does one job under a lease: claims it, keeps the lease, and says in the row how it ended."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from daifuku.errors import BusyError, DaifukuError
from daifuku.logs import get_logger, redactor
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs
from daifuku.storage.repositories.jobs import Job
from sync.jobs.identity import worker_name
from sync.jobs.kinds import AgainError, Work, run_kind
from sync.jobs.poison import free_source, park_poison
from sync.leases import kept_alive, lease_end
from sync.patience import patiently

log = get_logger(__name__)

MAX_FAILURES = 10
"""So many failures in a row without progress, and a job is parked until somebody looks."""
LONGEST_BACKOFF = timedelta(hours=1)
HUNG_LEASES = 60
"""So many leases without progress, and a job is hung."""


@dataclass(frozen=True, slots=True)
class Executor:
    """Does jobs for this process.

    A job without progress for `hung_leases` is given to another worker, and `hung` is set:
    its thread cannot be ended, so that the process is to be replaced.
    """

    store: Store
    box: SecretBox
    lease_seconds: float
    stop: threading.Event = field(default_factory=threading.Event)
    worker: str = field(default_factory=worker_name)
    hung_leases: int = HUNG_LEASES
    hung: threading.Event = field(default_factory=threading.Event)

    def execute(self, job_id: int) -> bool:
        """Do the job unless another has it; False if it was not to be had."""
        try:
            job = self._claimed(job_id)
        except BusyError:
            log.info("the store is busy: a job is sent again later", job=job_id)
            return False
        if job is None:
            return False
        if job.failures >= MAX_FAILURES:
            patiently(lambda: park_poison(self.store, job))
            return True
        hold = _Hold(self, job)
        with kept_alive(hold.renew, self.lease_seconds, hold.soon):
            error = self._try(job, hold)
        patiently(lambda: self._settle(job, error, hold.failures))
        return True

    def give_up(self, job: Job, failures: int) -> None:
        """Leave a job that hangs to another worker."""
        self.hung.set()
        seconds = self.hung_leases * self.lease_seconds
        error = AgainError(f"It made no progress for {seconds:g} seconds.")
        log.error("a job hangs; this process should be replaced", job=job.id, kind=job.kind)
        self._again(job, error, failures, outcome=attempts.HUNG)
        free_source(self.store, job)

    def _claimed(self, job_id: int) -> Job | None:
        now = datetime.now(UTC)
        with self.store.write() as tx:
            until = lease_end(self.lease_seconds)
            job = jobs.claim(tx, job_id, now=now, lease_until=until, worker=self.worker)
            if job is not None:
                attempts.begin(tx, job.id, job.attempt, self.worker, now)
        return job

    def _try(self, job: Job, hold: "_Hold") -> Exception | None:
        work = Work(
            store=self.store,
            box=self.box,
            job=job,
            lease_seconds=self.lease_seconds,
            stop=self.stop,
            progressed=hold.progress,
            alive=hold.alive,
        )
        try:
            run_kind(work)
        except DaifukuError as error:
            return error
        except Exception as error:
            log.exception("a job failed for a fault of ours", job=job.id, kind=job.kind)
            return AgainError(f"The job failed: {type(error).__name__}. The log has the details.")
        return None

    def _settle(self, job: Job, error: Exception | None, failures: int) -> None:
        if error is None:
            self._end(job, jobs.DONE, None)
        elif isinstance(error, AgainError):
            self._again(job, error, failures)
        else:
            self._end(job, jobs.FAILED, str(error))

    def _again(
        self, job: Job, error: AgainError, failures: int, outcome: str = attempts.AGAIN
    ) -> None:
        failures += error.failed
        if failures >= MAX_FAILURES:
            self._end(job, jobs.PARKED, str(error))
            return
        if error.seconds is None:
            wait = spread(backoff(failures))
        else:
            wait = timedelta(seconds=error.seconds)
        now, said = datetime.now(UTC), redactor.text(str(error))
        with self.store.write() as tx:
            put_back = jobs.put_back(
                tx, job.id, job.attempt, due_at=now + wait, failures=failures, error=said
            )
            if put_back:
                attempts.end(tx, job.id, job.attempt, outcome=outcome, at=now, error=said)

    def _end(self, job: Job, state: str, error: str | None) -> None:
        if error is not None:
            error = redactor.text(error)
            log.warning("a job ended badly", job=job.id, kind=job.kind, state=state, error=error)
        now = datetime.now(UTC)
        with self.store.write() as tx:
            if jobs.finish(tx, job.id, job.attempt, state=state, at=now, error=error):
                attempts.end(tx, job.id, job.attempt, outcome=state, at=now, error=error)


class _Hold:
    """The hold on a job while it is done: what renews its lease, and sees whether it goes on."""

    def __init__(self, executor: Executor, job: Job) -> None:
        self._executor, self._job = executor, job
        self._patience = executor.hung_leases * executor.lease_seconds
        self._progressed = False
        self._heard = time.monotonic()
        self.soon = threading.Event()
        """Set where the row is to be written at once: by the lease's thread, as the job's own may
        be in a transaction."""

    @property
    def failures(self) -> int:
        """Failures in a row: progress has forgiven those before it."""
        return 0 if self._progressed else self._job.failures

    def alive(self) -> None:
        """Note that the job goes on, without anything to show for it yet."""
        self._heard = time.monotonic()

    def progress(self) -> None:
        """Note that the job goes on, and what it did so far is committed.

        The first time is written down at once: a worker killed soon after did get somewhere.
        """
        self.alive()
        if not self._progressed:
            self._progressed = True
            if self._job.failures:
                self.soon.set()

    def renew(self) -> bool:
        """Extend the lease, unless the job hangs."""
        if time.monotonic() - self._heard > self._patience:
            self._executor.give_up(self._job, self.failures)
            return False
        job = self._job
        with self._executor.store.write() as tx:
            until = lease_end(self._executor.lease_seconds)
            return jobs.renew(tx, job.id, job.attempt, until, progressed=self._progressed)


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2, 4, 8 ... seconds, an hour at most."""
    return min(timedelta(seconds=2.0**failures), LONGEST_BACKOFF)


def spread(wait: timedelta) -> timedelta:
    """Somewhere in the second half of a wait: what failed together does not come back together."""
    return wait * random.uniform(0.5, 1.0)  # noqa: S311 no secret
