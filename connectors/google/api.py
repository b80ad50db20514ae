"""Asks one of Google's JSON APIs, which say in the body of a refusal what is meant by it.

https://developers.google.com/workspace/gmail/api/guides/handle-errors
"""

from typing import Any

from connectors.http import Answer, HttpSource, Params
from connectors.http_errors import DEFAULT_WAIT, raise_for_status, retry_after
from connectors.oauth import OAuth2
from daifuku.errors import AuthExpiredError, ConfigError, RateLimitedError, TransientError

_TOO_FAST = frozenset(("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"))
_USED_UP = frozenset(("quotaExceeded", "dailyLimitExceeded"))
_SWITCHED_OFF = frozenset(("accessNotConfigured", "SERVICE_DISABLED"))
_NARROW = frozenset(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
_UNTIL_RENEWED = 3600.0


def sign_in(*scopes: str) -> OAuth2:
    """How a Google account lets the hub in; it gives a refresh token that lasts."""
    return OAuth2(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scopes=tuple(f"https://www.googleapis.com/auth/{scope}" for scope in scopes),
        extra={"access_type": "offline", "prompt": "consent"},
    )


class GoogleApi:
    """Reads objects through an `HttpSource`."""

    def __init__(self, http: HttpSource) -> None:
        self._http = http

    def get(self, path: str, params: Params | None = None) -> dict[str, Any]:
        """The object at `path`.

        Raises:
            SourceError: as `HttpSource.get_json` says; a spent quota is a RateLimitedError, and
                a token that is no longer taken an AuthExpiredError.
        """
        answer = self._ask(path, params)
        if answer.status == 404:
            raise_for_status(answer.origin, answer.status, answer.headers)
        return _object(answer)

    def find(self, path: str, params: Params | None = None) -> dict[str, Any] | None:
        """As `get`, but None where there is no such thing (404)."""
        answer = self._ask(path, params)
        return None if answer.status == 404 else _object(answer)

    def _ask(self, path: str, params: Params | None) -> Answer:
        answer = self._http.send("GET", path, params=params, answered=(401, 403, 404))
        if answer.status == 401:
            raise AuthExpiredError(
                f"{answer.origin} no longer takes the access token.", hint="Sign in again."
            )
        if answer.status == 403:
            _raise_for_reason(answer)
        return answer


def _raise_for_reason(answer: Answer) -> None:
    reasons = _reasons(answer)
    if reasons & (_TOO_FAST | _USED_UP):
        wait = _UNTIL_RENEWED if reasons & _USED_UP else DEFAULT_WAIT
        raise RateLimitedError(
            f"{answer.origin} says that its quota is used up (403).",
            retry_after=retry_after(answer.headers) or wait,
        )
    if reasons & _SWITCHED_OFF:
        raise ConfigError(
            "This API is not enabled in the Google Cloud project of the client.",
            hint="Enable it there under APIs & Services > Library.",
        )
    if reasons & _NARROW:
        raise ConfigError(
            "The sign-in to Google does not cover what is to be read.",
            hint="Sign in again, and leave every box ticked.",
        )
    raise_for_status(answer.origin, answer.status, answer.headers)


def _reasons(answer: Answer) -> set[str]:
    """The reasons named in an error, in the older form (`errors`) and the newer (`details`)."""
    try:
        error = answer.json()["error"]
        listed = [*(error.get("errors") or []), *(error.get("details") or [])]
        return {str(item["reason"]) for item in listed if "reason" in item}
    except (TransientError, LookupError, TypeError, AttributeError):
        return set()


def _object(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise TransientError(f"{answer.origin} answered something other than an object.")
    return found
