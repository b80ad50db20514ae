"""A homeserver in memory, written from the Client-Server API v1.19: for what Synapse does not do
on demand. Positions count events; a sync shows the last of each room's new events.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import orjson

from demo.simulators.http import Request, Response, Simulator

USER, ROOM, TOKEN = "@support:hub.test", "!room:hub.test", "planted-token"
HANAKO = "@hanako:hub.test"


def said(number: int) -> dict[str, Any]:
    """A message."""
    return {
        "event_id": f"$event-{number}",
        "type": "m.room.message",
        "sender": HANAKO,
        "origin_server_ts": 1_790_000_000_000 + number,
        "content": {"msgtype": "m.text", "body": f"本文 {number}"},
    }


def member(user: str) -> dict[str, Any]:
    """Someone in the room."""
    return {
        "event_id": f"$member-{user}",
        "type": "m.room.member",
        "sender": user,
        "state_key": user,
        "origin_server_ts": 1_790_000_000_000,
        "content": {"membership": "join", "displayname": "山田 花子"},
    }


class HomeserverSimulator(Simulator):
    """One room with `members` in which `events` were said.

    With `endless` its history gives the same page for ever.
    """

    def __init__(
        self,
        events: Sequence[Mapping[str, Any]],
        members: Sequence[Mapping[str, Any]] = (),
        *,
        endless: bool = False,
    ) -> None:
        super().__init__()
        self.events = list(events)
        self._members = list(members)
        self._endless = endless
        base = "/_matrix/client/v3"
        self.route("GET", f"{base}/account/whoami", self._whoami)
        self.route("GET", f"{base}/sync", self._sync)
        self.route("GET", f"{base}/rooms/{{room}}/messages", self._messages)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a source that reads this server."""
        return {"base_url": self.url, "access_token": TOKEN, **more}

    def error_body(self, status: int) -> Any:
        return {"errcode": "M_UNKNOWN", "error": str(status)}

    def _whoami(self, request: Request) -> Response:
        return self._refused(request) or Response({"user_id": USER})

    def _sync(self, request: Request) -> Response:
        since = int(request.query.get("since", "s0").removeprefix("s"))
        news = self.events[since:]
        answer: dict[str, Any] = {"next_batch": f"s{len(self.events)}"}
        wanted = orjson.loads(request.query["filter"])["room"]["state"]["types"]
        state = self._members if wanted == ["m.room.member"] and not since else []
        if news or state:
            limited = {"limited": len(news) > 1, "prev_batch": f"s{len(self.events) - 1}"}
            shown = news[-1:] if wanted != ["m.room.member"] else []
            room = {"timeline": {"events": shown, **limited}, "state": {"events": state}}
            answer["rooms"] = {"join": {ROOM: room}}
        return self._refused(request) or Response(answer)

    def _messages(self, request: Request) -> Response:
        start = int(request.query["from"].removeprefix("s"))
        end = int(request.query.get("to", "s0").removeprefix("s"))
        first = max(end, start - int(request.query["limit"]))
        page: dict[str, Any] = {"start": f"s{start}", "chunk": self.events[first:start][::-1]}
        if self._endless:
            page["end"] = f"s{start}"
        elif first > end:
            page["end"] = f"s{first}"
        assert unquote(request.params["room"]) == ROOM
        return self._refused(request) or Response(page)

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {TOKEN}":
            return None
        return Response({"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token"}, 401)
