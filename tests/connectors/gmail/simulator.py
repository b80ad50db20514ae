"""A Gmail mailbox: mails and the history of their changes in memory behind the Gmail API v1.

Speaks what https://developers.google.com/workspace/gmail/api/reference/rest describes of
users.getProfile, users.messages.list and get, and users.history.list, with errors as
https://developers.google.com/workspace/gmail/api/guides/handle-errors shows them.
"""

import base64
import re
from collections.abc import Iterable
from email.parser import BytesHeaderParser
from typing import Any

from demo.simulators.http import Request, Response, Simulator

ADDRESS = "support@daifuku.example"
RECEIVED = 1_775_000_000_000
_REASONS = {401: "authError", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded"}


class GmailSimulator(Simulator):
    """A mailbox with the given mails, oldest first; `add`, `label` and `delete` change it."""

    def __init__(
        self,
        mails: Iterable[bytes] = (),
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
    ) -> None:
        super().__init__()
        self._token = token
        self._mails: dict[str, dict[str, Any]] = {}
        self._history: list[tuple[int, dict[str, Any]]] = []
        self._sequence = 1_000
        self._added = 0
        self._oldest = 0
        self._tokens: set[str] = set()
        self.history_per_page = 500
        path = "/gmail/v1/users/{user}"
        self.route("GET", f"{path}/profile", self._profile)
        self.route("GET", f"{path}/messages", self._list)
        self.route("GET", f"{path}/messages/{{id}}", self._get)
        self.route("GET", f"{path}/history", self._changes)
        for raw in mails:
            self.add(raw)

    def config(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "client_id": "demo-client",
            "access_token": self._token,
            "own_domains": ["daifuku.example"],
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def add(self, raw: bytes, *labels: str) -> str:
        """A mail arrives, in the inbox or with these labels."""
        with self.lock:
            number = self._added
            self._added += 1
            message_id = f"{0x18F000 + number:x}"
            self._mails[message_id] = {
                "id": message_id,
                "threadId": message_id,
                "labelIds": list(labels or ("INBOX", "UNREAD")),
                "internalDate": str(RECEIVED + number * 60_000),
                "raw": raw,
            }
            self._note("messagesAdded", message_id)
            return message_id

    def label(self, message_id: str, *, add: str = "", remove: str = "") -> None:
        with self.lock:
            labels = self._mails[message_id]["labelIds"]
            if add:
                labels.append(add)
                self._note("labelsAdded", message_id, [add])
            if remove:
                labels.remove(remove)
                self._note("labelsRemoved", message_id, [remove])

    def delete(self, message_id: str) -> None:
        """Deleted for ever, not just thrown away."""
        with self.lock:
            del self._mails[message_id]
            self._note("messagesDeleted", message_id)

    def forget_history(self) -> None:
        """Ids given out so far are no longer known, as after a week."""
        self._oldest = self._sequence + 1
        self._sequence += 10

    def expire_page_tokens(self) -> None:
        self._tokens.clear()

    def ids(self) -> set[str]:
        return set(self._mails)

    def error_body(self, status: int) -> Any:
        return _error(status, _REASONS.get(status, "backendError"))

    def _note(self, kind: str, message_id: str, labels: list[str] | None = None) -> None:
        self._sequence += 7
        told = {"message": {"id": message_id, "threadId": message_id}}
        self._history.append(
            (self._sequence, {kind: [{**told, **({"labelIds": labels} if labels else {})}]})
        )

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return Response(self.error_body(401), 401)
        return None

    def _profile(self, request: Request) -> Response:
        told = {"emailAddress": ADDRESS, "messagesTotal": 1, "historyId": str(self._sequence)}
        return self._refused(request) or Response(told)

    def _list(self, request: Request) -> Response:
        with self.lock:
            refused = self._refused(request)
            if refused:
                return refused
            after = re.search(r"after:(\d+)", request.query.get("q", ""))
            first = int(after[1]) * 1000 if after else 0
            hidden = {"SPAM", "TRASH"} | (
                {"DRAFT"} if "-in:drafts" in request.query.get("q", "") else set()
            )
            found = [
                held
                for held in reversed(self._mails.values())
                if not hidden & set(held["labelIds"]) and int(held["internalDate"]) >= first
            ]
            token = request.query.get("pageToken", "")
            if token and token not in self._tokens:
                return Response(_error(400, "invalidArgument"), 400)
            start = int(token.removeprefix("p") or 0)
            size = int(request.query.get("maxResults", 100))
            page = [{"id": h["id"], "threadId": h["threadId"]} for h in found[start : start + size]]
            answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
            if page:
                answer["messages"] = page
            if start + size < len(found):
                answer["nextPageToken"] = f"p{start + size}"
                self._tokens.add(answer["nextPageToken"])
            return Response(answer)

    def _get(self, request: Request) -> Response:
        with self.lock:
            refused = self._refused(request)
            held = self._mails.get(request.params["id"])
            if refused or held is None:
                return refused or Response(self.error_body(404), 404)
            told = {**held, "sizeEstimate": len(held["raw"]), "historyId": "1"}
            raw = told.pop("raw")
            if request.query.get("format") == "raw":
                told["raw"] = base64.urlsafe_b64encode(raw).decode()
            else:
                items = BytesHeaderParser().parsebytes(raw).items()
                told["payload"] = {"headers": [{"name": n, "value": str(v)} for n, v in items]}
            return Response(told)

    def _changes(self, request: Request) -> Response:
        with self.lock:
            refused = self._refused(request)
            if refused:
                return refused
            start = int(request.query["startHistoryId"])
            if start < self._oldest:
                return Response(self.error_body(404), 404)
            found = [
                {"id": str(number), **change}
                for number, change in self._history
                if number > start and "labelsAdded" not in change
            ]
            first = int(request.query.get("pageToken", "h0").removeprefix("h"))
            page = found[first : first + self.history_per_page]
            answer: dict[str, Any] = {"historyId": str(self._sequence)}
            if page:
                answer["history"] = page
            if first + self.history_per_page < len(found):
                answer["nextPageToken"] = f"h{first + self.history_per_page}"
            return Response(answer)


def _error(status: int, reason: str) -> dict[str, Any]:
    listed = [{"domain": "global", "reason": reason, "message": "It failed"}]
    return {"error": {"code": status, "message": "It failed", "errors": listed}}
