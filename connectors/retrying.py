"""Tries a call again at once where its failure usually passes within seconds.

What lasts longer is the run's business, which the hub repeats: a worker never sleeps long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from daifuku.errors import TransientError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, and how long: no pause begins that would end after `seconds`.

    Before the second try it pauses up to `first` seconds, before each further one up to twice as
    long as before, at random, so that many clients of a server that fell do not return at once.
    """

    tries: int = 3
    seconds: float = 5.0
    first: float = 0.5


def patiently(call: Callable[[], T], patience: Patience) -> T:
    """What `call` returns; it must be safe to repeat.

    Raises:
        TransientError: that of the last try. Every other error is raised at once.
    """
    if patience.tries == 1:
        return call()
    retrying = Retrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(patience.tries) | stop_before_delay(patience.seconds),
        wait=wait_random_exponential(multiplier=patience.first, max=patience.seconds),
        reraise=True,
    )
    return retrying(call)
