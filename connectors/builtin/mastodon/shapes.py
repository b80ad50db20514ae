"""What is kept of Mastodon's entities: no counters, which change all the time, and no pictures."""

from collections.abc import Mapping
from typing import Any

_ACCOUNT = (
    *("id", "username", "acct", "display_name", "url", "uri", "note", "fields"),
    *("bot", "group", "locked", "created_at", "suspended"),
)
_STATUS = (
    *("id", "url", "created_at", "edited_at", "visibility", "language", "spoiler_text"),
    *("content", "in_reply_to_id", "in_reply_to_account_id"),
)
_NOTIFICATION = ("id", "type", "created_at")


def account_data(account: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """An account, with its `address`: unlike `acct` it has the domain for local accounts too."""
    acct = account.get("acct")
    kept = {name: account[name] for name in _ACCOUNT if name in account}
    if isinstance(acct, str) and acct:
        kept["address"] = acct if "@" in acct else f"{acct}@{domain}"
    return kept


def notification_data(notification: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """What someone did, who, and to which post."""
    account, status = notification.get("account"), notification.get("status")
    return {
        **{name: notification.get(name) for name in _NOTIFICATION},
        "account": account_data(account, domain) if isinstance(account, dict) else None,
        "status": _status(status) if isinstance(status, dict) else None,
    }


def post_data(status: Mapping[str, Any], own: str) -> dict[str, Any]:
    """A post of the account, with whom else it mentions."""
    mentions = status.get("mentions")
    others = [
        {name: mention.get(name) for name in ("id", "acct", "url")}
        for mention in (mentions if isinstance(mentions, list) else ())
        if isinstance(mention, dict) and mention.get("id") != own
    ]
    return {**_status(status), "mentions": others}


def _status(status: Mapping[str, Any]) -> dict[str, Any]:
    return {name: status.get(name) for name in _STATUS}
