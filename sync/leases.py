"""Keeps a lease alive while work goes on, from a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from daifuku.errors import BusyError
from daifuku.logs import get_logger, redactor
from daifuku.storage.engine import StoreUnavailable
from daifuku.storage.known_errors import reason_of

log = get_logger(__name__)

Renew = Callable[[], bool]
"""Extends a lease; False once it is lost. A BusyError, or any other, leaves it as it was."""


def lease_end(seconds: float) -> datetime:
    """When a lease taken now runs out. Ask within the transaction: one may wait to be begun."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


@contextmanager
def kept_alive(
    renew: Renew, seconds: float, soon: threading.Event | None = None
) -> Iterator[threading.Event]:
    """Renew a lease of `seconds` three times as often as needed, until the block ends.

    Setting `soon` has it renewed at once. Yields an event that is set when the lease is lost:
    somebody else goes on with the work.
    """
    lost, wake, ended = threading.Event(), soon or threading.Event(), False

    def beat() -> None:
        while True:
            wake.wait(seconds / 3)
            wake.clear()
            if ended:
                return
            try:
                if not renew():
                    lost.set()
                    return
            except BusyError:
                wake.set()  # the wait is over already: it was for the store
            except StoreUnavailable as error:
                reason = redactor.text(reason_of(error))
                log.warning("a lease could not be renewed, trying again", reason=reason)
            except Exception:
                log.warning("a lease could not be renewed, trying again", exc_info=True)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        ended = True
        wake.set()
        thread.join()
