"""A worker: threads that do jobs, and the tick that finds them. Many may run side by side."""

import signal
import threading
from datetime import timedelta
from enum import StrEnum
from types import FrameType, TracebackType
from typing import Self

import dramatiq

from daifuku.errors import UserError
from daifuku.logs import configure_logs, get_logger
from daifuku.secrets import SecretBox, load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade
from sync.jobs.broker import job_actor, make_broker
from sync.jobs.execute import Executor
from sync.jobs.tick import Tick

log = get_logger(__name__)

TICK_SECONDS = 0.5
GRACE_MILLISECONDS = 20_000
"""How long jobs have to reach a checkpoint when the worker stops."""


class Role(StrEnum):
    """A part of the work that a worker can keep to, where a broker carries job ids to the others.

    Each needs at least one worker of the other role beside it.
    """

    SCHEDULER = "scheduler"
    """Finds what is due and sends job ids; any number may run, none is needed twice."""
    JOBS = "jobs"
    """Does the jobs whose ids come; any number share them."""


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
    ) -> None:
        if only is not None and redis_url is None:
            raise UserError(
                f"The role {only} needs a broker to reach the workers of the other role.",
                hint="Set DAIFUKU_REDIS_URL, or take on the whole work.",
            )
        self._only = only
        self._stop = threading.Event()
        self._wake = threading.Event()
        executor = Executor(store, box, lease_seconds, self._stop)
        self._broker = make_broker(redis_url)
        send = job_actor(self._broker, executor.execute)
        self._tick = Tick(store, send, timedelta(seconds=lease_seconds))
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=200)
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

    def wake(self) -> None:
        """Look for work now instead of at the next tick."""
        self._wake.set()

    def _beat(self) -> None:
        while not self._stop.is_set():
            try:
                self._tick.beat()
            except Exception:
                log.warning("a tick failed, the next one tries again", exc_info=True)
            self._wake.wait(TICK_SECONDS)
            self._wake.clear()


def run_worker(settings: Settings, *, only: Role | None = None) -> None:
    """Work until SIGTERM or SIGINT; what is in hand then stops at its next checkpoint.

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
    )
    with worker:
        log.info("worker started", threads=settings.worker_threads, only=only)
        stopping.wait()
        log.info("worker stopping")
    store.close()
