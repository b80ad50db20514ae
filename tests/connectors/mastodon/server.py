"""A Mastodon server in memory, written from the reference of Mastodon 4.6.

Followers are paged by ids that no entry shows; a page is newest first whichever way it was asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from demo.simulators.http import Request, Response, Simulator

OWN, TOKEN = "14715", "planted-mastodon-token"


def account(number: int, **more: Any) -> dict[str, Any]:
    """Someone of another server."""
    return {
        "id": str(900_000 + number),
        "username": f"hanako{number}",
        "acct": f"hanako{number}@social.example",
        "display_name": f"はなこ{number} :sakura:",
        "locked": False,
        "bot": False,
        "created_at": "2023-02-08T00:00:00.000Z",
        "note": "<p>お茶が好きです</p>",
        "url": f"https://social.example/@hanako{number}",
        "uri": f"https://social.example/users/hanako{number}",
        "avatar": "https://social.example/avatar.png",
        "followers_count": 547 + number,
        "statuses_count": 28_468,
        "last_status_at": "2026-09-01",
        "emojis": [],
        "fields": [],
        **more,
    }


def status(number: int, author: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": str(110_000_000_000_000_000 + number),
        "created_at": f"2026-09-01T09:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "visibility": "public",
        "language": "ja",
        "spoiler_text": "",
        "url": f"https://social.example/@x/{number}",
        "content": "<p>新茶は<br />いつ届きますか</p>",
        "account": author,
        "mentions": [],
        "favourites_count": number,
        **more,
    }


class MastodonSimulator(Simulator):
    """A server with one account of ours; entries are kept oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.followers: list[tuple[int, dict[str, Any]]] = []
        self.notifications: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self._numbers = 0
        self.route("GET", "/api/v1/accounts/verify_credentials", self._own)
        self.route("GET", "/api/v2/instance", lambda _: Response({"domain": "mastodon.example"}))
        self.route("GET", "/api/v1/accounts/{id}/followers", self._followers)
        self.route("GET", "/api/v1/accounts/{id}/statuses", self._statuses)
        self.route("GET", "/api/v1/notifications", self._notifications)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a source that reads our account."""
        usual = {"base_url": self.url, "access_token": TOKEN}
        return {**usual, "allow_private": True, "tries": 1, **more}

    def error_body(self, status: int) -> Any:
        return {"error": str(status)}

    def follow(self, who: Mapping[str, Any]) -> None:
        with self.lock:
            self._numbers += 3
            self.followers.append((self._numbers, dict(who)))

    def unfollow(self, key: str) -> None:
        with self.lock:
            self.followers = [(n, who) for n, who in self.followers if who["id"] != key]

    def notify(self, kind: str, who: Mapping[str, Any], about: Any = None) -> str:
        """Someone did something; gives the notification's id."""
        with self.lock:
            self._numbers += 1
            key = str(34_975_000 + self._numbers)
            entry = {"id": key, "type": kind, "created_at": "2026-09-01T09:00:00.000Z"}
            self.notifications.append({**entry, "account": who, "status": about})
        return key

    def post(self, entry: Mapping[str, Any]) -> None:
        """We write something."""
        with self.lock:
            self.statuses.append(dict(entry))

    def _own(self, request: Request) -> Response:
        own = account(0, id=OWN, username="daifuku", acct="daifuku")
        return self._refused(request) or Response(own)

    def _followers(self, request: Request) -> Response:
        return self._refused(request) or self._paged(request, self.followers)

    def _statuses(self, request: Request) -> Response:
        entries = [(int(entry["id"]), entry) for entry in self.statuses]
        return self._refused(request) or self._paged(request, entries)

    def _notifications(self, request: Request) -> Response:
        entries = [(int(entry["id"]), entry) for entry in self.notifications]
        return self._refused(request) or self._paged(request, entries)

    def _paged(self, request: Request, held: Sequence[tuple[int, dict[str, Any]]]) -> Response:
        query, limit = request.query, min(int(request.query.get("limit", 40)), 80)
        with self.lock:
            entries = sorted(held, key=lambda entry: entry[0], reverse=True)
        if "max_id" in query:
            entries = [entry for entry in entries if entry[0] < int(query["max_id"])]
        if "min_id" in query:
            entries = [entry for entry in entries if entry[0] > int(query["min_id"])][-limit:]
        page = entries[:limit]
        links = []
        if len(page) == limit:
            links.append(self._link(request, "next", max_id=page[-1][0]))
        if page:
            links.append(self._link(request, "prev", min_id=page[0][0]))
        return Response([entry for _, entry in page], 200, {"Link": ", ".join(links)})

    def _link(self, request: Request, relation: str, **place: int) -> str:
        query = urlencode({"limit": request.query.get("limit", 40), **place})
        return f'<https://mastodon.example{request.path}?{query}>; rel="{relation}"'

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {TOKEN}":
            return None
        return Response({"error": "The access token is invalid"}, 401)
