"""Says once what goes wrong again and again, and once that it is over."""

from dramatiq.errors import DramatiqError
from redis import RedisError
from structlog.stdlib import BoundLogger

from daifuku.logs import redactor
from daifuku.storage.engine import StoreUnavailable
from daifuku.storage.known_errors import reason_of

_BROKER = (RedisError, DramatiqError)


class Complaints:
    """What a loop that goes on has to say of its failures: a log fills up fast otherwise."""

    def __init__(self, log: BoundLogger) -> None:
        self._log = log
        self._failing: type[Exception] | None = None

    def about(self, error: Exception) -> None:
        """Tell of a failure, unless the last time was for the same."""
        if type(error) is self._failing:
            return
        self._failing = type(error)
        if isinstance(error, StoreUnavailable):
            reason = redactor.text(reason_of(error))
            self._log.error("the database cannot be used; work waits for it", reason=reason)
        elif isinstance(error, _BROKER):
            reason = redactor.text(str(error))
            self._log.error("the broker cannot be used; work waits for it", reason=reason)
        else:
            self._log.warning("a tick failed, the next one tries again", exc_info=error)

    def over(self) -> None:
        """Tell that it goes well again, if it did not."""
        if self._failing is not None:
            self._log.info("the tick works again")
            self._failing = None
