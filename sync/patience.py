"""Waits for a busy store where what is to be written cannot be had again."""

from collections.abc import Callable
from typing import TypeVar

from daifuku.errors import BusyError
from daifuku.logs import get_logger

log = get_logger(__name__)

ROUNDS = 30
"""So often a store is asked for that does not come free: about half an hour."""

T = TypeVar("T")


def patiently(write: Callable[[], T]) -> T:
    """The result of `write`, begun anew while the store is busy.

    For the end of a run or job, which somebody waits for, and for a credential that a source
    changed, without which the source is lost.

    Raises:
        BusyError: the store did not come free.
    """
    for _ in range(ROUNDS - 1):
        try:
            return write()
        except BusyError:
            log.info("the store is busy: what is to be written waits for it")
    return write()
