"""The requests to a Gmail mailbox.

https://developers.google.com/workspace/gmail/api/reference/rest (v1)
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.builtin.gmail.config import GmailConfig
from connectors.google.api import GoogleApi
from connectors.mail.parsing import RawMail, mail_of
from daifuku.errors import ConfigError, TransientError

_NOT_MAIL = frozenset(("DRAFT", "SPAM", "TRASH", "CHAT"))
_RETURNING = frozenset(("DRAFT", "SPAM", "TRASH"))
_HISTORY_PER_PAGE = 500


class Mailbox:
    """One user's mails, only read."""

    def __init__(self, api: GoogleApi, config: GmailConfig) -> None:
        self._api = api
        self._config = config
        self._path = f"/gmail/v1/users/{quote(config.user, safe='@')}"

    def profile(self) -> tuple[str, str]:
        """The mailbox's address, lower case, and the id of its latest change."""
        found = self._api.get(f"{self._path}/profile")
        return str(found.get("emailAddress", "")).lower(), _text(found, "historyId")

    def listed(self, since: datetime | None, token: str) -> dict[str, Any] | None:
        """A page of `messages`, newest first; None where the token is no longer known."""
        params: dict[str, str | int] = {"maxResults": self._config.page_size}
        if self._config.bodies:  # who may see headers only, may not search
            after = f" after:{int(since.timestamp())}" if since else ""
            params["q"] = f"-in:drafts -in:chats{after}"
        params |= {"pageToken": token} if token else {}
        try:
            return self._api.get(f"{self._path}/messages", params)
        except ConfigError as error:
            if token and "(400)" in error.message:
                return None
            raise

    def changes(self, start: str, token: str) -> dict[str, Any] | None:
        """A page of `history` after that id, oldest first; None where the id is too old."""
        params: dict[str, str | int | list[str]] = {
            "startHistoryId": start,
            "maxResults": _HISTORY_PER_PAGE,
            "historyTypes": ["messageAdded", "messageDeleted", "labelRemoved"],
        }
        params |= {"pageToken": token} if token else {}
        return self._api.find(f"{self._path}/history", params)

    def mail(self, message_id: str, since: datetime | None) -> RawMail | None:
        """A mail; None if it is gone, older than `since`, or a draft, spam, thrown away or chat.

        Raises:
            TransientError: it comes without its content.
        """
        found = self._api.find(
            f"{self._path}/messages/{quote(message_id, safe='')}",
            {"format": "raw" if self._config.bodies else "metadata"},
        )
        if found is None or _NOT_MAIL & set(found.get("labelIds") or ()):
            return None
        received = _moment(found.get("internalDate"))
        if since and received < since:
            return None
        return mail_of(_content(found), received)


def changed_ids(change: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The ids of the mails that a history record adds, or brings back, and of those it deletes."""
    added = [_id(item) for item in change.get("messagesAdded") or ()]
    added += [
        _id(item)
        for item in change.get("labelsRemoved") or ()
        if _RETURNING & set(item.get("labelIds") or ())
    ]
    deleted = [_id(item) for item in change.get("messagesDeleted") or ()]
    return list(filter(None, added)), list(filter(None, deleted))


def _id(item: Mapping[str, Any]) -> str:
    return str((item.get("message") or {}).get("id", ""))


def _content(message: Mapping[str, Any]) -> bytes:
    """The mail's bytes, or its header where no more was asked for."""
    if "raw" in message:
        raw = str(message["raw"])
        try:
            return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        except (binascii.Error, ValueError):
            raise TransientError("Gmail gave a mail that is not base64.") from None
    headers = (message.get("payload") or {}).get("headers")
    if not isinstance(headers, list):
        raise TransientError("Gmail gave a mail without its content.")
    lines = (f"{h.get('name')}: {' '.join(str(h.get('value', '')).split())}" for h in headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _moment(milliseconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value.isdigit():
        raise TransientError(f"Gmail answered without {key}.")
    return value
