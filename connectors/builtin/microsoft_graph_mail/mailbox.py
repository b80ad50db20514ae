"""The requests to a mailbox at Microsoft Graph v1.0.

https://learn.microsoft.com/graph/api/message-delta?view=graph-rest-1.0
https://learn.microsoft.com/graph/outlook-get-mime-message
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.builtin.microsoft_graph_mail.config import GraphMailConfig
from connectors.http import Answer, HttpSource, Params
from connectors.mail.parsing import RawMail, mail_of
from daifuku.errors import AuthExpiredError, ConfigError, TransientError

_SAME_ID_WHEREVER = 'IdType="ImmutableId"'
_NO_LONGER_KNOWN = 410


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes of a folder, and the link that goes on from here; `last` ends the round."""

    changes: Sequence[Mapping[str, Any]]
    link: str
    last: bool


class Mailbox:
    """One user's mails, only read."""

    def __init__(self, http: HttpSource, config: GraphMailConfig) -> None:
        self._http = http
        self._config = config
        user = "me" if config.user == "me" else f"users/{quote(config.user, safe='@')}"
        self._path = f"/v1.0/{user}"

    def changes(self, folder: str, link: str) -> Page | None:
        """What changed in a folder since `link`, "" being the beginning; None if it expired."""
        params: dict[str, str] = {}
        if not link:
            link = f"{self._path}/mailFolders/{quote(folder, safe='')}/messages/delta"
            params = {"$select": "receivedDateTime,isDraft"}
        size = f"odata.maxpagesize={self._config.page_size}"
        answer = self._ask(link, params, prefer=f"{size}, {_SAME_ID_WHEREVER}")
        if answer.status == _NO_LONGER_KNOWN:
            return None
        if answer.status == 404:
            raise ConfigError(
                f"The mailbox has no folder {folder!r}, or there is no such mailbox.",
                hint="Check user and folders; a folder is a well-known name or its id.",
            )
        return _page(answer)

    def mail(self, message_id: str, received: datetime) -> RawMail | None:
        """A mail; None where it is gone."""
        answer = self._ask(f"{self._message(message_id)}/$value")
        return mail_of(answer.body, received) if answer.status == 200 else None

    def exists(self, message_id: str) -> bool:
        """Whether the mail is still somewhere in the mailbox."""
        return self._ask(self._message(message_id), {"$select": "id"}).status == 200

    def _message(self, message_id: str) -> str:
        return f"{self._path}/messages/{quote(message_id, safe='')}"

    def _ask(
        self, path: str, params: Params | None = None, *, prefer: str = _SAME_ID_WHEREVER
    ) -> Answer:
        answer = self._http.send(
            "GET",
            path,
            params=params or None,
            headers={"Prefer": prefer},
            answered=(401, 404, _NO_LONGER_KNOWN),
        )
        if answer.status == 401:
            raise AuthExpiredError(
                f"{answer.origin} no longer takes the access token.",
                hint="Sign in again; for an app, check its secret and permissions.",
            )
        return answer


def received_at(change: Mapping[str, Any]) -> datetime:
    """When a mail came in; 1970 where that is not told."""
    try:
        found = datetime.fromisoformat(str(change.get("receivedDateTime")))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _page(answer: Answer) -> Page:
    found = answer.json()
    if not isinstance(found, dict) or not isinstance(found.get("value"), list):
        raise TransientError(f"{answer.origin} answered something other than a list of changes.")
    onward, end = found.get("@odata.nextLink"), found.get("@odata.deltaLink")
    if not isinstance(onward or end, str):
        raise TransientError(f"{answer.origin} does not say how to go on from its changes.")
    changes = [change for change in found["value"] if isinstance(change, dict)]
    return Page(changes, _within(str(onward or end)), last=not onward)


def _within(link: str) -> str:
    """The link without its host, so that the credential goes to the source's host only."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
