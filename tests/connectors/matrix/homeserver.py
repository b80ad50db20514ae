"""A homeserver that misbehaves in ways that Synapse does not on demand."""

from collections.abc import Sequence
from typing import Any

from demo.simulators.http import Request, Response, Simulator

USER, ROOM = "@support:hub.test", "!room:hub.test"


def said(number: int) -> dict[str, Any]:
    """A message."""
    return {
        "event_id": f"$event-{number}",
        "type": "m.room.message",
        "sender": "@hanako:hub.test",
        "origin_server_ts": 1_790_000_000_000 + number,
        "content": {"msgtype": "m.text", "body": f"本文 {number}"},
    }


class HomeserverSimulator(Simulator):
    """One room whose messages are `events`, of which a sync shows the last one.

    With `endless` its history gives the same page for ever.
    """

    def __init__(self, events: Sequence[dict[str, Any]], *, endless: bool = False) -> None:
        super().__init__()
        self.events = list(events)
        self._endless = endless
        base = "/_matrix/client/v3"
        self.route("GET", f"{base}/account/whoami", lambda _: Response({"user_id": USER}))
        self.route("GET", f"{base}/sync", self._sync)
        self.route("GET", f"{base}/rooms/{{room}}/messages", self._messages)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a source that reads this server."""
        return {"base_url": self.url, "access_token": "planted-token", **more}

    def error_body(self, status: int) -> Any:
        return {"errcode": "M_UNKNOWN", "error": str(status)}

    def _sync(self, request: Request) -> Response:
        del request
        count = len(self.events)
        timeline = {"events": self.events[-1:], "limited": True, "prev_batch": str(count - 1)}
        room = {"timeline": timeline, "state": {"events": []}}
        return Response({"next_batch": f"s{count}", "rooms": {"join": {ROOM: room}}})

    def _messages(self, request: Request) -> Response:
        start, limit = int(request.query["from"]), int(request.query["limit"])
        first = max(0, start - limit)
        page: dict[str, Any] = {"start": str(start), "chunk": self.events[first:start][::-1]}
        if self._endless:
            page["end"] = str(start)
        elif first:
            page["end"] = str(first)
        return Response(page)
