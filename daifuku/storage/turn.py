"""Whose turn it is to write to SQLite, which has one writer at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from daifuku.storage.known_errors import busy_error


class Turn:
    """The turn of one of the threads of this process, which wait for it for so many `seconds`."""

    def __init__(self, seconds: float, lock: "threading.Lock | None" = None) -> None:
        self.seconds = seconds
        self._lock = lock or threading.Lock()

    def hurried(self, seconds: float) -> "Turn":
        """The same for somebody who waits for no longer than this."""
        return Turn(seconds, self._lock)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn while the block runs.

        Raises:
            BusyError: it did not come within the time.
        """
        if not self._lock.acquire(timeout=self.seconds):
            raise busy_error()
        try:
            yield
        finally:
            self._lock.release()
