"""A worker: threads that do jobs, and the tick that finds them. Many may run side by side."""

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from multiprocessing.connection import Connection
from types import FrameType, TracebackType
from typing import Self

import dramatiq

from daifuku.errors import BusyError, UserError
from daifuku.logs import configure_logs, get_logger
from daifuku.secrets import SecretBox, load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade
from sync.complaints import Complaints
from sync.jobs.broker import make_carrier
from sync.jobs.cleaning import clean_jobs
from sync.jobs.execute import HUNG_LEASES, Executor
from sync.jobs.tick import Tick
from sync.notices.watch import find_stale
from sync.pulse import keep_pulse
from sync.runs.cleaning import clean_runs
from sync.supervisor import supervise

log = get_logger(__name__)

TICK_SECONDS = 0.5
GRACE_MILLISECONDS = 20_000
"""How long jobs have to reach a checkpoint when the worker stops."""
CLEAN_SECONDS = 60.0
"""How often jobs that ended long ago are forgotten, and sources that went stale are looked for."""
PATIENCE_SECONDS = 10.0
"""Less than this without a pulse is nothing to kill a process for."""


class Role(StrEnum):
    """A part of the work that a worker can keep to, where a broker carries job ids to the others.

    Each needs at least one worker of the other role beside it.
    """

    SCHEDULER = "scheduler"
    """Finds what is due and sends job ids; any number may run, none is needed twice."""
    JOBS = "jobs"
    """Does the jobs whose ids come; any number share them."""


def need_broker(only: Role | None, has_broker: bool) -> None:
    """Raises:
    UserError: a worker is to keep to one part, and there is no broker to reach the others.
    """
    if only is not None and not has_broker:
        raise UserError(
            f"The role {only} needs a broker to reach the workers of the other role.",
            hint="Set DAIFUKU_REDIS_URL, or take on the whole work.",
        )


class EmbeddedWorker:
    """Does the work of a store while the `with` block runs, in threads of this process.

    With `redis_url` it shares the work with the other workers on that broker, and may keep to
    `only` one part of it.

    Raises:
        UserError: it is to keep to one part, and there is no broker to reach the others.
    """

    def __init__(
        self,
        store: Store,
        box: SecretBox,
        *,
        threads: int = 4,
        lease_seconds: float = 30.0,
        redis_url: str | None = None,
        only: Role | None = None,
        hung_leases: int = HUNG_LEASES,
    ) -> None:
        need_broker(only, redis_url is not None)
        self._only = only
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._store = store
        self._executor = Executor(store, box, lease_seconds, self._stop, hung_leases=hung_leases)
        carrier = make_carrier(redis_url, self._execute, threads=threads)
        self._broker = carrier.broker
        self._tick = Tick(store, carrier.send, timedelta(seconds=lease_seconds), carrier.room)
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=200)
        # A job lasts: ids fetched ahead of a free thread would wait here while others are idle.
        self._worker.queue_prefetch = threads
        self._ticker = threading.Thread(target=self._beat, name="tick", daemon=True)

    def __enter__(self) -> Self:
        if self._only is not Role.SCHEDULER:
            self._worker.start()
        if self._only is not Role.JOBS:
            self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._wake.set()
        if self._only is not Role.JOBS:
            self._ticker.join()
        if self._only is not Role.SCHEDULER:
            self._worker.stop(timeout=GRACE_MILLISECONDS)
        self._broker.close()

    @property
    def name(self) -> str:
        """What it is called in rows and logs: host:pid:uuid."""
        return self._executor.worker

    def wake(self) -> None:
        """Look for work now instead of at the next tick."""
        self._wake.set()

    def hangs(self) -> bool:
        """Whether a job here made no progress for so long that it was given to another worker.

        Its thread cannot be ended: the process is to be replaced.
        """
        return self._executor.hung.is_set()

    def _execute(self, job_id: int) -> None:
        if self._executor.execute(job_id):
            self.wake()  # there is room for another, and what follows from this one

    def _beat(self) -> None:
        clean_at, complaints = 0.0, Complaints(log)
        while not self._stop.is_set():
            try:
                self._tick.beat()
                if time.monotonic() >= clean_at:
                    clean_at = time.monotonic() + CLEAN_SECONDS
                    now = datetime.now(UTC)
                    clean_jobs(self._store, now)
                    clean_runs(self._store, now)
                    find_stale(self._store, now)
                complaints.over()
            except BusyError:
                log.info("the store is busy, the next tick tries again")
            except Exception as error:
                complaints.about(error)
            self._wake.wait(TICK_SECONDS)
            self._wake.clear()


def run_worker(
    settings: Settings, *, only: Role | None = None, pipe: Connection | None = None
) -> None:
    """Work until SIGTERM or SIGINT; what is in hand then stops at its next checkpoint.

    With a `pipe` a supervisor is told that we live, and we stop when it is gone.

    Raises:
        UserError: as `EmbeddedWorker`.
    """
    configure_logs(settings)
    upgrade(settings.store_url)
    store = open_store(settings.store_url)
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
    worker = EmbeddedWorker(
        store,
        load_box(settings),
        threads=settings.worker_threads,
        lease_seconds=settings.lease_seconds,
        redis_url=redis_url,
        only=only,
        hung_leases=settings.hung_leases,
    )
    if pipe is not None:
        keep_pulse(pipe, worker.hangs, stopping.set)
    with worker:
        log.info("worker started", worker=worker.name, threads=settings.worker_threads, only=only)
        stopping.wait()
        log.info("worker stopping")
    store.close()


def run_supervised(settings: Settings, *, processes: int, only: Role | None = None) -> None:
    """As `run_worker`, in so many processes that are replaced where they die or hang.

    Raises:
        UserError: as `EmbeddedWorker`.
    """
    need_broker(only, settings.redis_url is not None)
    configure_logs(settings)
    upgrade(settings.store_url)
    work = partial(_supervised, settings, only)
    supervise(work, processes=processes, patience=max(PATIENCE_SECONDS, settings.lease_seconds))


def _supervised(settings: Settings, only: Role | None, pipe: Connection) -> None:
    run_worker(settings, only=only, pipe=pipe)
