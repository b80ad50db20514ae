"""Keeps worker processes going: replaces one that died or hangs, and ends them all in the end.

Each child has a pipe to its supervisor. It sends a pulse over it: one that is not heard for a
while holds the interpreter or is stopped, and has lost its leases. And it reads from it: the
pipe ends with the supervisor, however that ends, so that no child outlives it.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from daifuku.logs import get_logger
from sync.pulse import HUNG

log = get_logger(__name__)

START_SECONDS = 60.0
"""How long a child may take to its first pulse."""
STOP_SECONDS = 30.0
"""How long children have to stop by themselves: longer than jobs have to reach a checkpoint."""
STEADY_SECONDS = 10.0
"""A child that lived for less died at once: the next one waits."""
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 30.0
LOOK_SECONDS = 0.5

Work = Callable[[Connection], None]
"""What a child does until it is told to stop; the connection is its end of the pipe."""


@dataclass(slots=True)
class _Child:
    """One of the processes: the one that runs, or when the next one is to start."""

    number: int
    work: Work
    patience: float
    process: SpawnProcess | None = None
    pipe: Connection | None = None
    born: float = 0.0
    heard: float | None = None
    stopping_since: float | None = None
    start_at: float = 0.0
    wait: float = field(default=0.0)

    def tend(self) -> None:
        """Start it if it is not there, hear it if it is, end it if it is past hope."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self._start(now)
        elif self.process.exitcode is not None:
            self._bury(now)
        else:
            self._listen(now)
            self._end_if_hung(now)

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.exitcode is None:
            self.process.terminate()

    def join(self, deadline: float) -> None:
        """Wait for it to stop; after the deadline it is killed."""
        if self.process is not None:
            self.process.join(max(0.0, deadline - time.monotonic()))
            if self.process.exitcode is None:
                log.error("a worker process did not stop and is killed", pid=self.process.pid)
                self.process.kill()
            self.process.join()

    def _start(self, now: float) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=self.work, args=(theirs,), name=f"worker-{self.number}"
        )
        self.process.start()
        theirs.close()
        self.born, self.heard, self.stopping_since = now, None, None
        log.info("worker process started", number=self.number, pid=self.process.pid)

    def _listen(self, now: float) -> None:
        try:
            while self.pipe is not None and self.pipe.poll():
                self.heard = now
                if self.pipe.recv_bytes() == HUNG and self.stopping_since is None:
                    log.error("a job hangs in a worker process, which is replaced", pid=self._pid)
                    self.stopping_since = now
                    self.stop()
        except (EOFError, OSError):
            return  # it is ending: its exit code says how

    def _end_if_hung(self, now: float) -> None:
        silent = self.heard is not None and now - self.heard > self.patience
        never = self.heard is None and now - self.born > max(START_SECONDS, self.patience)
        lingers = self.stopping_since is not None and now - self.stopping_since > STOP_SECONDS
        if self.process is not None and (silent or never or lingers):
            log.error("a worker process hangs and is killed", pid=self._pid)
            self.process.kill()
            self.process.join()

    def _bury(self, now: float) -> None:
        self.wait = wait_after(self.wait, lived=now - self.born)
        self.start_at = now + self.wait
        if self.process is not None and self.pipe is not None:
            how = self.process.exitcode
            log.warning("a worker process ended", pid=self._pid, exit=how, again_in=self.wait)
            self.pipe.close()
            self.process.close()
        self.process = self.pipe = None

    @property
    def _pid(self) -> int | None:
        return self.process.pid if self.process is not None else None


def wait_after(wait: float, *, lived: float) -> float:
    """How long the next process waits: longer each time that one dies at once."""
    if lived >= STEADY_SECONDS:
        return 0.0
    return min(max(2 * wait, SHORTEST_WAIT), LONGEST_WAIT)


def supervise(work: Work, *, processes: int, patience: float) -> None:
    """Keep so many processes doing `work` until SIGTERM, SIGINT, or our parent is gone.

    A child not heard for `patience` seconds is killed and replaced; `work` must be importable.
    """
    stopping = threading.Event()
    with _signals(stopping):
        ours = _Parent()
        children = [_Child(number, work, patience) for number in range(1, processes + 1)]
        try:
            while not stopping.is_set() and ours.is_there():
                for child in children:
                    child.tend()
                _wait_for_news(children)
        finally:
            log.info("stopping the worker processes")
            for child in children:
                child.stop()
            deadline = time.monotonic() + STOP_SECONDS
            for child in children:
                child.join(deadline)


def _wait_for_news(children: list[_Child]) -> None:
    """Wait until one of them speaks or ends, or it is time to look."""
    news = [child.process.sentinel for child in children if child.process is not None]
    if news:
        wait(news, LOOK_SECONDS)
    else:
        time.sleep(SHORTEST_WAIT / 2)


class _Parent:
    """The process that started us: where it goes away, so do we, unless we were detached from it.

    Detached is what leads a session of its own (setsid) or ignores hang-ups (nohup).
    """

    def __init__(self) -> None:
        self._id = os.getppid()
        detached = os.getsid(0) == os.getpid() or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        self._matters = self._id > 1 and not detached

    def is_there(self) -> bool:
        return not self._matters or os.getppid() == self._id


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """While the block runs, SIGTERM and SIGINT set the event."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
