"""What each kind of job does, and what its errors mean for the queue."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from daifuku.errors import (
    BusyError,
    ConflictError,
    DaifukuError,
    RateLimitedError,
    SystemFault,
    TransientError,
)
from daifuku.secrets import SecretBox
from daifuku.settings import load_settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories.jobs import Job
from daifuku.storage.repositories.resolution import golden
from sync.inbox import process_inbox
from sync.jobs.asking import SYNC
from sync.jobs.wishes import Wish
from sync.models.anew import resolve_due
from sync.models.asked import MODEL, do_asked
from sync.models.force import DescribedOtherwiseError
from sync.notices.deliver import deliver
from sync.notices.watch import NOTICE
from sync.runner import RunOptions, run_source
from sync.runs.context import RunLostError, RunStoppedError
from sync.runs.guards import Guards

INBOX, RESOLVE = "inbox", "resolve"

NEWER_ELSEWHERE = 60.0
"""Seconds after which what needs another version of Daifuku is tried again."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is done with. Call `progressed` where a kill from now on would lose nothing."""

    store: Store
    box: SecretBox
    job: Job
    lease_seconds: float
    stop: threading.Event
    progressed: Callable[[], None]
    alive: Callable[[], None]
    """To be called where it goes on, though a kill would lose what it did."""


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
    try:
        kind(work)
    except BusyError as busy:
        raise _again(busy) from busy


def _again(error: DaifukuError) -> AgainError:
    """The job is to be done again after this error; a busy store is no failure of its own."""
    if isinstance(error, BusyError):
        return AgainError(str(error), seconds=error.retry_after, failed=False)
    return AgainError(str(error))


def _sync(work: Work) -> None:
    wish = Wish.of(work.job.args)
    options = RunOptions(
        streams=wish.streams,
        since=wish.since,
        full=wish.full,
        asked_at=wish.asked_at or work.job.created_at,
        lease_seconds=work.lease_seconds,
        attempt=work.job.attempt,
        guards=_guards(),
        progress=lambda _stream, _receipt: work.progressed(),
        stop=work.stop,
    )
    try:
        error = run_source(work.store, work.box, str(work.job.args["source"]), options).error
    except ConflictError as conflict:
        seconds = work.lease_seconds / 3
        raise AgainError(str(conflict), seconds=seconds, failed=False) from None
    if isinstance(error, RunLostError):
        return  # cancelled, or another goes on with it: not to be done again
    if isinstance(error, RateLimitedError):
        raise AgainError(str(error), seconds=error.retry_after, failed=False)
    if isinstance(error, RunStoppedError):
        raise AgainError(str(error), seconds=0, failed=False)
    if isinstance(error, TransientError):
        raise _again(error)
    if error is not None:
        raise error


def _guards() -> Guards:
    settings = load_settings()
    return Guards(settings.smallest_pass, settings.largest_pass)


def _inbox(work: Work) -> None:
    try:
        keep = timedelta(days=load_settings().deliveries_kept_days)
        process_inbox(work.store, work.box, str(work.job.args["source"]), keep=keep)
    except DaifukuError as error:  # the deliveries are still there to be landed
        raise _again(error) from error


def _resolve(work: Work) -> None:
    def tell(_done: int, _due: int) -> None:
        if _any_golden(work.store):
            work.progressed()
        else:  # the first load is one transaction
            work.alive()

    def describing(_what: str, _done: int, _of: int | None) -> None:
        work.alive()

    try:
        resolve_due(work.store, progress=tell, describing=describing)
    except DescribedOtherwiseError as error:  # for a worker that is upgraded
        raise AgainError(str(error), seconds=NEWER_ELSEWHERE, failed=False) from error
    except DaifukuError as error:  # the records are still pending
        raise _again(error) from error


def _model(work: Work) -> None:
    def tell(_what: str, _done: int, _of: int | None) -> None:
        work.alive()

    try:
        do_asked(work.store, work.job.args, tell)
    except DescribedOtherwiseError as error:
        raise AgainError(str(error), seconds=NEWER_ELSEWHERE, failed=False) from error
    except BusyError as error:
        raise _again(error) from error


def _any_golden(store: Store) -> bool:
    with store.read() as tx:
        return golden.any_stored(tx)


def _notice(work: Work) -> None:
    args = work.job.args
    target, incident, over = str(args["target"]), int(args["incident"]), bool(args["over"])
    try:
        deliver(work.store, work.box, load_settings(), target, incident, over=over)
    except RateLimitedError as error:
        raise AgainError(str(error), seconds=error.retry_after, failed=False) from None
    except TransientError as error:
        raise _again(error) from None


KINDS: Mapping[str, Callable[[Work], None]] = {
    SYNC: _sync,
    INBOX: _inbox,
    RESOLVE: _resolve,
    MODEL: _model,
    NOTICE: _notice,
}
