"""Keeps the garbage collector from looking through a batch while it is being resolved.

A batch makes a hundred thousand objects, nearly none of them in a cycle, and the collector would
go through them again and again: a third of a batch's time. What a batch leaves behind is mostly
what is kept for the next ones, so that there is nothing to find at its end either.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

YOUNG = 50_000
"""Objects made and not freed before the collector looks for cycles among them, in a process that
resolves. They take some 10 MB."""

UNSEEN = 5_000_000
"""Objects that batches left behind before the collector looks at everything."""

_lock = Lock()
_pausing = 0
_unseen = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """The process's collector is off until the last such block ends, if it was on before.

    What is in no cycle is freed as ever. Afterwards the collector waits for `YOUNG` objects.
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
                    _resume()


def _resume() -> None:
    """Set the collector going, which need not look at what is there now."""
    global _unseen  # noqa: PLW0603 - the collector is the whole process's
    often, *seldom = gc.get_threshold()
    if 0 < often < YOUNG:
        gc.set_threshold(YOUNG, *seldom)
    left = gc.get_count()[0]
    if left > YOUNG and not gc.get_freeze_count():
        _unseen += left
        if _unseen > UNSEEN:
            _unseen = 0
            gc.collect()
        else:
            gc.freeze()
            gc.unfreeze()  # into the oldest generation, without a look at any of them
    gc.enable()
