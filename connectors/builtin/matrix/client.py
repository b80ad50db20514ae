"""The parts of the Matrix Client-Server API that are read, v1.19, here under /_matrix/client/v3.

https://spec.matrix.org/v1.19/client-server-api/
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from connectors.http import Answer, HttpSource
from connectors.http_errors import DEFAULT_WAIT, raise_for_status, retry_after
from daifuku.errors import AuthExpiredError, ConfigError, RateLimitedError, TransientError

Event = Mapping[str, Any]
_SAID_IN_THE_BODY = frozenset({400, 401, 403, 404, 429})
_CLOSED = ("M_FORBIDDEN", "M_NOT_FOUND")
_LONGEST_WAIT = 24 * 3600.0
_NOTHING: Mapping[str, Any] = {"types": []}


class UnknownPositionError(ConfigError):
    """The homeserver does not know the position any more: read from the beginning."""


class MatrixClient:
    """Speaks to one homeserver for one account; `http` carries its access token.

    Every method raises AuthExpiredError where the session has ended, RateLimitedError where the
    server asks to wait, and otherwise as `HttpSource.get_json` says.
    """

    def __init__(self, http: HttpSource) -> None:
        self._http = http

    def whoami(self) -> str:
        """The id of the account."""
        user = self._get("/account/whoami").get("user_id")
        if not isinstance(user, str):
            raise TransientError("The homeserver does not say whose access token it is.")
        return user

    def sync(self, room_filter: Mapping[str, Any], since: str | None) -> Mapping[str, Any]:
        """What happened in the account's rooms since the position, all that is if None.

        Raises:
            UnknownPositionError: the homeserver does not take `since`.
        """
        wanted = {
            "room": {"ephemeral": _NOTHING, "account_data": _NOTHING, **room_filter},
            "presence": _NOTHING,
            "account_data": _NOTHING,
        }
        params = {"filter": orjson.dumps(wanted).decode(), "timeout": "0"}
        if since is not None:
            params["since"] = since
        found = self._content(_position_known(self._ask("/sync", params), since))
        if not isinstance(found.get("next_batch"), str):
            raise TransientError("The homeserver answered something other than a sync.")
        return found

    def messages_before(
        self, room: str, start: str, end: str | None, *, types: list[str], limit: int
    ) -> Mapping[str, Any] | None:
        """A page of a room's events back from `start` to `end`, to its beginning if None.

        None if the account may not read that room any more.

        Raises:
            UnknownPositionError: the homeserver does not take `start` or `end`.
        """
        params = {"dir": "b", "from": start, "limit": str(limit)}
        params["filter"] = orjson.dumps({"types": types}).decode()
        if end is not None:
            params["to"] = end
        answer = self._ask(f"/rooms/{quote(room, safe='')}/messages", params)
        _position_known(answer, start)
        return None if _code(answer) in _CLOSED else self._content(answer)

    def event(self, room: str, event_id: str) -> Event | None:
        """An event as it is now, None if it cannot be seen."""
        return self._find(f"/rooms/{quote(room, safe='')}/event/{quote(event_id, safe='')}")

    def joined_members(self, room: str) -> list[str]:
        """The ids of those in the room; none if the account has left it."""
        found = self._find(f"/rooms/{quote(room, safe='')}/joined_members") or {}
        joined = found.get("joined")
        return sorted(joined) if isinstance(joined, dict) else []

    def _get(self, path: str) -> Mapping[str, Any]:
        return self._content(self._ask(path))

    def _find(self, path: str) -> Mapping[str, Any] | None:
        answer = self._ask(path)
        return None if _code(answer) in _CLOSED else self._content(answer)

    def _ask(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        target = f"/_matrix/client/v3{path}"
        answer = self._http.send("GET", target, params=params, answered=_SAID_IN_THE_BODY)
        if answer.status == 401:
            raise AuthExpiredError(
                "The homeserver does not take the access token any more.",
                hint="Sign in as the account again and enter the new access token.",
            )
        if answer.status == 429:
            raise RateLimitedError(
                f"{answer.origin} asks to slow down (M_LIMIT_EXCEEDED).", retry_after=_wait(answer)
            )
        return answer

    def _content(self, answer: Answer) -> Mapping[str, Any]:
        raise_for_status(answer.origin, answer.status, answer.headers)
        content = answer.json()
        if not isinstance(content, dict):
            raise TransientError(f"{answer.origin} answered something other than an object.")
        return content


def _code(answer: Answer) -> str:
    """What the homeserver names a refusal; "" for an answer of something that stands before it."""
    if answer.status == 200:
        return ""
    try:
        code = answer.json()["errcode"]
    except (TransientError, KeyError, TypeError):
        return ""
    return code if isinstance(code, str) else ""


def _position_known(answer: Answer, position: str | None) -> Answer:
    """The answer, unless it refuses the position (400; servers give it several codes)."""
    if answer.status == 400 and position is not None and _code(answer):
        raise UnknownPositionError("The homeserver does not know the last position any more.")
    return answer


def _wait(answer: Answer) -> float:
    """Seconds by Retry-After, by `retry_after_ms` where the server is older than v1.10."""
    told = retry_after(answer.headers)
    if told is not None:
        return told
    try:
        wait = float(answer.json()["retry_after_ms"]) / 1_000
    except (TransientError, KeyError, TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(wait, 0.0), _LONGEST_WAIT)
