"""What an answer means: go on, wait a little, or end the stream with an error classed by cure."""

from collections.abc import Mapping, Sequence
from typing import Any

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.streams.http.error_handlers import (
    BackoffStrategy,
    ErrorHandler,
    ErrorResolution,
    ResponseAction,
)
from airbyte_cdk.sources.streams.http.error_handlers.default_error_mapping import (
    DEFAULT_ERROR_MAPPING,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from connectors.http_errors import DEFAULT_WAIT, LONGEST_WAIT, raise_for_status, retry_after
from connectors.manifest.bounds import Bounds
from connectors.manifest.redaction import Redactor
from connectors.manifest.transport import origin_of
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)

Outcome = requests.Response | Exception | None
_HEARD = (requests.Response, requests.RequestException)
FIRST_WAIT = 0.5
UNLIMITED = 1_000
"""Tries the CDK may make: `CappedBackoff` ends them long before."""

_ALWAYS_SAID = {resolution.error_message for resolution in DEFAULT_ERROR_MAPPING.values()}
"""What the CDK says of a status where the manifest says nothing: less than our own hints."""


class Verdict:
    """Classes the failures of one requester. `signs_in` says that its key is an OAuth token."""

    def __init__(self, redact: Redactor, *, signs_in: bool) -> None:
        self._redact = redact
        self._signs_in = signs_in

    def of(self, outcome: Outcome, *, said: str = "", wait: float | None = None) -> SourceError:
        """The error for a failed answer; `said` is the manifest's own explanation of it."""
        if not isinstance(outcome, requests.Response):
            return _of_exception(outcome)
        origin, status = origin_of(outcome.url), outcome.status_code
        headers = {name.lower(): value for name, value in outcome.headers.items()}
        try:
            raise_for_status(origin, status, headers)
        except RateLimitedError as error:
            return RateLimitedError(error.message, retry_after=wait or error.retry_after)
        except ConfigError as error:
            if status == 401 and self._signs_in:
                return AuthExpiredError(error.message, hint="Sign in again.")
            own = "" if said in _ALWAYS_SAID else self._redact(said)
            return ConfigError(error.message, hint=own or error.hint)
        except SourceError as error:
            return error
        return ConfigError(
            f"{origin} answered with an error: {self._redact(said) or 'it gives no reason.'}"
        )


class ClassifyingHandler(ErrorHandler):
    """The manifest's error handler, except that a failure is raised as the hub's own error.

    The CDK would put request, response and headers into its message and logs, call every last
    failure a config error, and print a rate limit to standard output.
    """

    def __init__(self, inner: ErrorHandler, verdict: Verdict) -> None:
        self._inner = inner
        self._verdict = verdict

    @property
    def max_retries(self) -> int:
        return UNLIMITED

    @property
    def max_time(self) -> int:
        return UNLIMITED

    def interpret_response(self, response_or_exception: Outcome) -> ErrorResolution:
        """What to do with the answer.

        Raises:
            SourceError: the manifest, or the CDK's default, says that it is a failure.
        """
        found = self._inner.interpret_response(response_or_exception)
        if found.response_action is ResponseAction.FAIL:
            raise self._verdict.of(response_or_exception, said=found.error_message or "")
        if found.response_action is ResponseAction.RATE_LIMITED:
            return ErrorResolution(ResponseAction.RETRY, found.failure_type, found.error_message)
        return found


class CappedBackoff(BackoffStrategy):
    """Short waits between tries: as the manifest says, else by Retry-After, else doubling."""

    def __init__(
        self, strategies: Sequence[BackoffStrategy], bounds: Bounds, verdict: Verdict
    ) -> None:
        self._strategies = strategies
        self._bounds = bounds
        self._verdict = verdict

    def backoff_time(self, response_or_exception: Outcome, attempt_count: int) -> float:
        """Seconds to wait before the next try.

        Raises:
            SourceError: the wait is too long for a worker, there were enough tries, or another
                is of no use.
        """
        asked = self._asked(response_or_exception, attempt_count)
        wait = FIRST_WAIT * 2 ** (attempt_count - 1) if asked is None else asked
        error = self._verdict.of(response_or_exception, wait=asked)
        hopeless = asked is None and isinstance(error, ConfigError)
        spent = attempt_count > self._bounds.retries or wait > self._bounds.longest_wait
        if hopeless or spent:
            raise error
        return wait

    def _asked(self, outcome: Outcome, attempt: int) -> float | None:
        heard = outcome if isinstance(outcome, _HEARD) else None
        for strategy in self._strategies:
            try:
                wait = strategy.backoff_time(response_or_exception=heard, attempt_count=attempt)
            except AirbyteTracedException:
                return DEFAULT_WAIT
            if wait:
                return min(float(wait), LONGEST_WAIT)
        if isinstance(outcome, requests.Response):
            return retry_after(_lower(outcome.headers))
        return None


def of_cdk(error: AirbyteTracedException, redact: Redactor) -> SourceError:
    """The hub's error for one the CDK raised itself, by its failure type."""
    message = redact(str(error.message or error.internal_message or "The source failed."))
    if error.failure_type is FailureType.transient_error:
        return TransientError(message)
    return ConfigError(message)


def _of_exception(error: Exception | None) -> SourceError:
    url = getattr(getattr(error, "request", None), "url", None)
    origin = origin_of(url) if url else "The source"
    if isinstance(error, requests.Timeout):
        return TransientError(f"{origin} did not answer in time.")
    return TransientError(f"The connection to {origin} broke before the answer was complete.")


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}
