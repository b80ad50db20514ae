"""A LINE official account: followers in memory behind the Messaging API, and signed webhooks.

Speaks what https://developers.line.biz/en/reference/messaging-api/ describes of bot info,
follower ids, profiles and webhooks.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx
import orjson

from demo.simulators.http import Request, Response, Simulator

_MOST_IDS = 1_000
_DEFAULT_IDS = 300
_MESSAGES = {
    400: "The request body has 1 error(s)",
    401: "Authentication failed due to the following reason: invalid token.",
    403: "Access to this API is not available for your account",
    404: "Not found",
    429: "The API rate limit has been exceeded. Try again later.",
}
Event = Mapping[str, Any]


class LineSimulator(Simulator):
    """An account with the given `profiles` as its followers.

    `blocked` ids are still listed but have no profile any more. With `endless` the list of
    followers never stops to give another token.
    """

    def __init__(
        self,
        profiles: Iterable[Mapping[str, Any]] = (),
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
        secret: str = "demo-secret",  # noqa: S107 - the same
        blocked: Iterable[str] = (),
        endless: bool = False,
    ) -> None:
        super().__init__()
        self._profiles = {str(profile["userId"]): dict(profile) for profile in profiles}
        self._token = token
        self._secret = secret
        self._blocked = set(blocked)
        self._endless = endless
        self._starts: dict[str, int] = {}
        self.route("GET", "/v2/bot/info", self._info)
        self.route("GET", "/v2/bot/followers/ids", self._ids)
        self.route("GET", "/v2/bot/profile/{user}", self._profile)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a `line` source that reads this account."""
        return {
            "base_url": self.url,
            "allow_private": True,
            "channel_access_token": self._token,
            "channel_secret": self._secret,
            **more,
        }

    def error_body(self, status: int) -> Any:
        return {"message": _MESSAGES.get(status, "Internal server error")}

    def follow(self, profile: Mapping[str, Any]) -> None:
        """Someone new follows, or changes the profile."""
        with self.lock:
            self._profiles[str(profile["userId"])] = dict(profile)
            self._blocked.discard(str(profile["userId"]))

    def unfollow(self, user: str) -> None:
        """Someone blocks the account."""
        with self.lock:
            self._profiles.pop(user, None)

    def expire_tokens(self) -> None:
        """Forget the continuation tokens given out, as LINE does after a day."""
        with self.lock:
            self._starts.clear()

    def delivery(
        self, events: Sequence[Event], *, redelivered: bool = False
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook that delivers `events`."""
        context = {"deliveryContext": {"isRedelivery": redelivered}}
        body = orjson.dumps(
            {"destination": "U" + "0" * 32, "events": [{**event, **context} for event in events]}
        )
        signature = base64.b64encode(hmac.digest(self._secret.encode(), body, hashlib.sha256))
        return {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": signature.decode(),
        }, body

    def post_events(self, url: str, events: Sequence[Event], *, redelivered: bool = False) -> int:
        """Deliver `events` to a webhook address and give the status answered."""
        headers, body = self.delivery(events, redelivered=redelivered)
        return httpx.post(url, headers=headers, content=body, trust_env=False).status_code

    def _info(self, request: Request) -> Response:
        return self._refused(request) or Response(
            {
                "userId": "U" + "0" * 32,
                "basicId": "@daifuku",
                "displayName": "大福茶舗",
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    def _ids(self, request: Request) -> Response:
        limit = int(request.query.get("limit", _DEFAULT_IDS))
        start = request.query.get("start")
        with self.lock:
            refused = self._refused(request)
            if refused or not 1 <= limit <= _MOST_IDS or (start and start not in self._starts):
                return refused or Response(self.error_body(400), 400)
            begin = self._starts[start] if start else 0
            ids = sorted(self._profiles.keys() | self._blocked)
            page: dict[str, Any] = {"userIds": ids[begin : begin + limit]}
            if begin + limit < len(ids) or self._endless:
                page["next"] = f"token-{len(self._starts)}"
                self._starts[page["next"]] = begin + limit if begin + limit < len(ids) else 0
        return Response(page)

    def _profile(self, request: Request) -> Response:
        user = request.params["user"]
        with self.lock:
            profile = None if user in self._blocked else self._profiles.get(user)
        if profile is None:
            return self._refused(request) or Response(self.error_body(404), 404)
        return self._refused(request) or Response(profile)

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {self._token}":
            return None
        return Response(self.error_body(401), 401)
