"""A bound on one whole exchange, where sockets only bound the silence between two reads."""

import math
import time

from daifuku.errors import TransientError


class Deadline:
    """The time that an exchange with `origin` may take; begun anew for each one by `start`.

    It belongs to one session, which has one exchange at a time.
    """

    def __init__(self, origin: str, total: float) -> None:
        self.origin = origin
        self.total = total
        self._end = time.monotonic() + total

    def start(self, origin: str | None = None) -> None:
        """Begin an exchange, with `origin` from now on if given."""
        self.origin = origin or self.origin
        self._end = time.monotonic() + self.total

    def lift(self) -> None:
        """Let the exchange take as long as it takes: its answer is read as a stream."""
        self._end = math.inf

    def left(self, at_most: float | None = None) -> float:
        """The seconds to wait for the next step: what is left, and `at_most` seconds.

        Raises:
            TransientError: nothing is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TransientError(f"{self.origin} took more than {self.total:g} s for one answer.")
        return left if at_most is None else min(left, at_most)
