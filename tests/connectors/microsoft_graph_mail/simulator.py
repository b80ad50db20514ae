"""A mailbox at Microsoft 365: folders in memory behind Microsoft Graph v1.0, and its tokens.

Speaks what https://learn.microsoft.com/graph/api/message-delta and
https://learn.microsoft.com/graph/outlook-get-mime-message describe: rounds of changes by opaque
links, ids that a move does not change, MIME content, 410 for a link that expired; and the client
credentials grant of https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

from demo.simulators.http import Request, Response, Simulator

FIRST = datetime(2026, 4, 1, tzinfo=UTC)


class GraphSimulator(Simulator):
    """A mailbox with the given mails by folder; `add`, `read`, `move` and `delete` change it."""

    def __init__(
        self,
        folders: Mapping[str, Iterable[bytes]],
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
        secret: str = "demo-secret",  # noqa: S107 - the same
    ) -> None:
        super().__init__()
        self._token = token
        self._secret = secret
        self._mails: dict[str, dict[str, Any]] = {}
        self._log: dict[str, list[tuple[str, bool]]] = {folder: [] for folder in folders}
        self._oldest = 0
        self._round = 0
        for user in ("/v1.0/me", "/v1.0/users/{user}"):
            self.route("GET", f"{user}/mailFolders/{{folder}}/messages/delta", self._delta)
            self.route("GET", f"{user}/messages/{{id}}/$value", self._mime)
            self.route("GET", f"{user}/messages/{{id}}", self._message)
        self.route("POST", "/{tenant}/oauth2/v2.0/token", self._grant)
        for folder, mails in folders.items():
            for raw in mails:
                self.add(raw, folder)

    def config(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "login_url": self.url,
            "client_id": "demo-client",
            "client_secret": self._secret,
            "access_token": self._token,
            "own_domains": ["daifuku.example"],
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def add(self, raw: bytes, folder: str = "inbox", *, draft: bool = False) -> str:
        with self.lock:
            number = len(self._mails)
            message_id = f"AAkALg=={number:05}"
            received = (FIRST + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            told = {"receivedDateTime": received, "isDraft": draft, "raw": raw, "folder": folder}
            self._mails[message_id] = told
            self._log[folder].append((message_id, False))
            return message_id

    def read(self, message_id: str) -> None:
        """Someone reads the mail: it is reported as changed."""
        with self.lock:
            self._log[self._mails[message_id]["folder"]].append((message_id, False))

    def move(self, message_id: str, folder: str) -> None:
        with self.lock:
            mail = self._mails[message_id]
            self._log[mail["folder"]].append((message_id, True))
            mail["folder"] = folder
            self._log.setdefault(folder, []).append((message_id, False))

    def delete(self, message_id: str) -> None:
        """Deleted for ever, the folder of deleted mails emptied."""
        with self.lock:
            mail = self._mails.pop(message_id)
            self._log[mail["folder"]].append((message_id, True))

    def expire_links(self) -> None:
        self._oldest = self._round + 1

    def ids(self) -> set[str]:
        return set(self._mails)

    def error_body(self, status: int) -> Any:
        codes = {
            401: "InvalidAuthenticationToken",
            403: "ErrorAccessDenied",
            404: "ErrorItemNotFound",
        }
        code = {410: "syncStateNotFound", 429: "TooManyRequests"}.get(status)
        return {"error": {"code": code or codes.get(status, "InternalServerError"), "message": "-"}}

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return Response(self.error_body(401), 401)
        return None

    def _delta(self, request: Request) -> Response:
        with self.lock:
            folder = unquote(request.params["folder"])
            if refused := self._refused(request):
                return refused
            if folder not in self._log:
                return Response(self.error_body(404), 404)
            prefers = request.headers.get("prefer", "")
            assert 'IdType="ImmutableId"' in prefers
            size = int(prefers.partition("maxpagesize=")[2].split(",")[0] or 10)
            token = request.query.get("$skiptoken") or request.query.get("$deltatoken") or ""
            start, round_ = map(int, token.split("-")) if token else (0, self._started())
            if round_ < self._oldest:
                return Response(self.error_body(410), 410)
            log = self._log[folder]
            page = log[start : start + size]
            ended = start + size >= len(log)
            kind = "deltaLink" if ended else "nextLink"
            name = "$deltatoken" if ended else "$skiptoken"
            link = f"{self.url}{request.path}?{name}={min(start + size, len(log))}-{round_}"
            value = [self._told(i, removed, folder) for i, removed in page]
            return Response({"value": value, f"@odata.{kind}": link})

    def _started(self) -> int:
        self._round = max(self._round + 1, self._oldest)
        return self._round

    def _told(self, message_id: str, removed: bool, folder: str) -> dict[str, Any]:
        mail = self._mails.get(message_id)
        if removed or mail is None or mail["folder"] != folder:
            return {"id": message_id, "@removed": {"reason": "deleted"}}
        return {
            "id": message_id,
            "receivedDateTime": mail["receivedDateTime"],
            "isDraft": mail["isDraft"],
        }

    def _mime(self, request: Request) -> Response:
        mail = self._mails.get(unquote(request.params["id"]))
        if refused := self._refused(request):
            return refused
        if mail is None:
            return Response(self.error_body(404), 404)
        return Response(mail["raw"], headers={"Content-Type": "text/plain"})

    def _message(self, request: Request) -> Response:
        message_id = unquote(request.params["id"])
        if refused := self._refused(request):
            return refused
        found = message_id in self._mails
        return Response(
            {"id": message_id} if found else self.error_body(404), 200 if found else 404
        )

    def _grant(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode()))
        if form.get("client_secret") != self._secret or not form["scope"].endswith("/.default"):
            return Response({"error": "invalid_client"}, 401)
        return Response({"access_token": self._token, "expires_in": 3599, "token_type": "Bearer"})
