"""What each kind of job does, and what its errors mean for the queue."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daifuku.errors import (
    ConflictError,
    DaifukuError,
    RateLimitedError,
    SystemFault,
    TransientError,
)
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories.jobs import Job
from sync.inbox import process_inbox
from sync.reading import RunStoppedError
from sync.resolution.resolver import resolve_pending
from sync.runner import RunOptions, run_source

SYNC, INBOX, RESOLVE = "sync", "inbox", "resolve"


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is done with. Call `progressed` where a kill from now on would lose nothing."""

    store: Store
    box: SecretBox
    job: Job
    lease_seconds: float
    stop: threading.Event
    progressed: Callable[[], None]


class AgainError(DaifukuError):
    """The job is to be done again: after `seconds`, or with backoff if that is None.

    `failed` says whether this counts towards parking the job.
    """

    kind = "again"

    def __init__(self, message: str, *, seconds: float | None = None, failed: bool = True) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.failed = failed


def run_kind(work: Work) -> None:
    """Do the job.

    Raises:
        AgainError: it is to be done again.
        DaifukuError: it failed, and doing it again would not help.
    """
    kind = KINDS.get(work.job.kind)
    if kind is None:
        raise SystemFault(f"There is no kind of job {work.job.kind!r}: is this worker too old?")
    kind(work)


def _sync(work: Work) -> None:
    options = RunOptions(
        lease_seconds=work.lease_seconds,
        attempt=work.job.attempt,
        progress=lambda _stream, _receipt: work.progressed(),
        stop=work.stop,
    )
    try:
        error = run_source(work.store, work.box, str(work.job.args["source"]), options).error
    except ConflictError as conflict:
        seconds = work.lease_seconds / 3
        raise AgainError(str(conflict), seconds=seconds, failed=False) from None
    if isinstance(error, RateLimitedError):
        raise AgainError(str(error), seconds=error.retry_after, failed=False)
    if isinstance(error, RunStoppedError):
        raise AgainError(str(error), seconds=0, failed=False)
    if isinstance(error, TransientError):
        raise AgainError(str(error))
    if error is not None:
        raise error


def _inbox(work: Work) -> None:
    try:
        process_inbox(work.store, work.box, str(work.job.args["source"]))
    except DaifukuError as error:  # the deliveries are still there to be landed
        raise AgainError(str(error)) from error


def _resolve(work: Work) -> None:
    try:
        resolve_pending(work.store, progress=lambda _done, _due: work.progressed())
    except DaifukuError as error:  # the records are still pending
        raise AgainError(str(error)) from error


KINDS: Mapping[str, Callable[[Work], None]] = {SYNC: _sync, INBOX: _inbox, RESOLVE: _resolve}
