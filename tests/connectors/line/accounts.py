"""Followers and events of a LINE account for the tests."""

from typing import Any


def user(number: int) -> str:
    """A LINE user id."""
    return f"U{number:032x}"


def profile(number: int) -> dict[str, Any]:
    return {"userId": user(number), "displayName": f"友だち{number}", "language": "ja"}


def event(number: int, kind: str = "message", **content: Any) -> dict[str, Any]:
    """An event as in a webhook, without the parts that belong to the delivery."""
    if kind == "message":
        content.setdefault("message", {"type": "text", "id": str(number), "text": "在庫ありますか"})
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1_790_000_000_000 + number,
        "source": {"type": "user", "userId": user(number)},
        "webhookEventId": f"01{number:024X}",
        "replyToken": f"planted-reply-token-{number}",
        **content,
    }
