"""What an HTTP failure means for a sync: pause, wait, or try again."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError

NOT_FOUND = (404, 410)
DEFAULT_WAIT = 60.0
"""Seconds to wait where a 429 does not say how long."""

LONGEST_WAIT = 24 * 3600.0
_TRY_AGAIN = (408, 409, 423, 425)
_REFUSALS = {
    401: "Check its key, token or password.",
    402: "Its plan does not include this.",
    403: "Give the account behind the key the right to read this.",
    404: "Check the source's address.",
    410: "Check the source's address.",
}


def raise_for_status(origin: str, status: int, headers: Mapping[str, str]) -> None:
    """Return for 2xx, else raise.

    Raises:
        RateLimitedError: 429, and 503 with a Retry-After.
        TransientError: 5xx, and the 4xx that mean "not now".
        ConfigError: every other answer, a redirect included.
    """
    if 200 <= status < 300:
        return
    wait = retry_after(headers)
    if status == 429 or (status == 503 and wait is not None):
        raise RateLimitedError(
            f"{origin} asks to slow down ({status}).",
            retry_after=DEFAULT_WAIT if wait is None else wait,
            hint="" if wait is None else f"It may be asked again in {wait:.0f} seconds.",
        )
    if status >= 500 or status in _TRY_AGAIN:
        raise TransientError(f"{origin} failed with {status}.", hint="It is tried again.")
    if 300 <= status < 400:
        raise ConfigError(
            f"{origin} redirects elsewhere ({status}).",
            hint="Write the address it redirects to: a credential is not carried along.",
        )
    raise ConfigError(
        f"{origin} refuses the request ({status}).",
        hint=_REFUSALS.get(status, "Check the source's settings."),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110 10.2.3: seconds or a date), or None."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)


def class_of_exception(origin: str, error: Exception) -> SourceError:
    """The error for a request that got no answer; it says nothing of the request's content."""
    causes = list(_causes(error))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return ConfigError(f"{origin} was asked for an address that is none.")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConfigError(
            f"The TLS certificate of {origin} is not valid.",
            hint="Install a valid one, or correct the host name.",
        )
    if any(isinstance(c, socket.gaierror) and c.errno == socket.EAI_NONAME for c in causes):
        return ConfigError(f"The host of {origin} does not exist.", hint="Check the address.")
    return TransientError(_passing(origin, error))


def _passing(origin: str, error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"{origin} did not answer in time."
    if isinstance(error, httpx.ConnectError):
        return f"{origin} cannot be reached: check that it runs and that the port is right."
    if isinstance(error, httpx.DecodingError):
        return f"{origin} sent a body that cannot be decompressed."
    return f"The connection to {origin} broke before the answer was complete."


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
