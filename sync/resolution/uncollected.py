"""Keeps the garbage collector from looking through a batch while it is being resolved.

A batch makes a hundred thousand objects, nearly none of them in a cycle, and the collector would
go through them again and again: a third of a batch's time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pausing = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """The process's collector is off until the last such block ends, if it was on before.

    What is in no cycle is freed as ever.
    """
    global _pausing  # noqa: PLW0603 - the collector is the whole process's
    with _lock:
        paused = gc.isenabled() or _pausing > 0
        if paused:
            _pausing += 1
            gc.disable()
    try:
        yield
    finally:
        if paused:
            with _lock:
                _pausing -= 1
                if not _pausing:
                    gc.enable()
