"""Work shared among processes. What comes out does not depend on how many there are."""

import atexit
import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType
from typing import TypeVar

from api.dedupe.passing import pass_as_parts

_AHEAD = 4
"""Tasks a process has waiting, so that it never waits itself and memory stays bounded."""

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """Processes that are started when there is enough work for them. Use as a context manager."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=kind is not None)
            self._pool = None

    def start(self) -> None:
        """Start the processes, if there are to be several, so that they are ready when asked."""
        if self._pool is None and self._count > 1:
            pass_as_parts()
            self._pool = ProcessPoolExecutor(
                self._count, mp_context=get_context("spawn"), initializer=_prepare
            )
            for _ in range(self._count):
                self._pool.submit(_nothing)

    def each(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """`work` of each task, in their order; by this process where none were started."""
        if self._pool is None:
            yield from map(work, tasks)
            return
        waiting: deque[Future[R]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(work, task))
            if len(waiting) > _AHEAD * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def no_collecting() -> Iterator[None]:
    """Without the collector of reference cycles: among millions of values that all live on, and
    that make no cycles, looking for them takes as long as making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _prepare() -> None:
    pass_as_parts()
    gc.disable()
    atexit.register(os._exit, 0)  # taking apart all that was remembered takes seconds


def _nothing() -> None:
    """The first task of a process, which is started for it."""
