"""What room events say: messages, their edits and redactions.

https://spec.matrix.org/v1.19/client-server-api/#event-replacements
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.builtin.matrix.client import Event

MESSAGE, ENCRYPTED, REDACTION = "m.room.message", "m.room.encrypted", "m.room.redaction"
MEMBER, CREATE = "m.room.member", "m.room.create"


def held(value: Any, *path: str) -> Any:
    """What lies at `path` in nested objects, None where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text(value: Any) -> str:
    """A text as it is, "" for everything else."""
    return value if isinstance(value, str) else ""


def events_in(section: Mapping[str, Any], part: str) -> Iterator[Event]:
    """The events in a part of a room's section of a sync, `timeline` or `state`."""
    found = held(section, part, "events")
    for event in found if isinstance(found, list) else ():
        if isinstance(event, dict):
            yield event


def rooms_in(sync: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rooms with news that the account is in, and those that it has left since."""
    for kind in ("join", "leave"):
        for room, section in (held(sync, "rooms", kind) or {}).items():
            if isinstance(section, dict):
                yield room, section


def replaced_by(event: Event) -> str:
    """The id of the message that this event edits, "" if it is no edit."""
    relation = held(event, "content", "m.relates_to")
    edits = held(relation, "rel_type") == "m.replace"
    return text(held(relation, "event_id")) if edits else ""


def redacted_by(event: Event) -> str:
    """The id of the event that this redaction takes back (before room version 11 said outside)."""
    return text(held(event, "content", "redacts")) or text(event.get("redacts"))


def is_redacted(event: Event) -> bool:
    """Whether the event was taken back: the server keeps its envelope only."""
    return held(event, "unsigned", "redacted_because") is not None


def latest_edit(event: Event) -> Event | None:
    """The most recent edit, where the server sends it along."""
    edit = held(event, "unsigned", "m.relations", "m.replace")
    return edit if isinstance(edit, dict) else None


def message_data(event: Event, room: str) -> dict[str, Any]:
    """The message as it reads now, without what changes from request to request.

    Of an encrypted message the envelope alone is kept: no one here has its key.
    """
    kind, content = event.get("type"), event.get("content")
    data: dict[str, Any] = {
        "event_id": event.get("event_id"),
        "room_id": room,
        "type": kind,
        "sender": event.get("sender"),
        "origin_server_ts": event.get("origin_server_ts"),
    }
    if kind == ENCRYPTED:
        return data | {"encrypted": True}
    data["content"] = content
    edit = latest_edit(event)
    edited = held(edit, "content", "m.new_content")
    if edit is not None and isinstance(edited, dict):
        data |= {"content": _edited(content, edited), "edited_at": edit.get("origin_server_ts")}
    return data


def _edited(original: Any, edited: Mapping[str, Any]) -> dict[str, Any]:
    """`edited`, but what the message answers to is the original's to say."""
    content = {name: value for name, value in edited.items() if name != "m.relates_to"}
    relation = held(original, "m.relates_to")
    return content if relation is None else {**content, "m.relates_to": relation}
