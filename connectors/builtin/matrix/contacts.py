"""Who is, or was, in the account's rooms: the members' names as the rooms show them."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from connectors.builtin.matrix.client import Event, MatrixClient
from connectors.builtin.matrix.events import MEMBER, events_in, held, rooms_in, text
from connectors.protocol import Checkpoint, Message, Record, StreamState
from connectors.shaping import CHECKPOINT_RECORDS

CONTACTS = "contacts"
_IN, _OUT = "join", ("leave", "ban")


def contacts(
    client: MatrixClient, rooms: Mapping[str, Any], own: Container[str], since: str | None
) -> Iterator[Message]:
    """A record per person whose membership or name changed since the position.

    `rooms` is the part of the filter that chooses rooms; those in `own` are left out.
    """
    # A timeline that was cut is no loss here: `state` then holds each membership as it came out.
    members = {"types": [MEMBER]}
    wanted = {**rooms, "state": members, "timeline": {**members, "limit": 1}}
    found = client.sync(wanted, since)
    before: StreamState = {"since": since}
    for count, (user, event) in enumerate(_newest(found, own).items(), start=1):
        yield Record(CONTACTS, user, _data(user, event))
        if count % CHECKPOINT_RECORDS == 0:
            yield Checkpoint(CONTACTS, before)
    yield Checkpoint(CONTACTS, {"since": found["next_batch"]})


def _newest(found: Mapping[str, Any], own: Container[str]) -> dict[str, Event]:
    """For each person the latest event that tells their name, of all rooms."""
    newest: dict[str, Event] = {}
    for _, section in rooms_in(found):
        for part in ("state", "timeline"):
            for event in events_in(section, part):
                user = text(event.get("state_key"))
                if event.get("type") != MEMBER or not user or user in own:
                    continue
                if _profile(event) is None or _age(event) < _age(newest.get(user, {})):
                    continue
                newest[user] = event
    return newest


def _profile(event: Event) -> Mapping[str, Any] | None:
    """The name and picture that a membership shows, None if it is of someone who never came in.

    Who leaves takes the name along, so that it is read from the membership before.
    """
    content, before = event.get("content"), held(event, "unsigned", "prev_content")
    if held(content, "membership") == _IN and isinstance(content, dict):
        return content
    if held(content, "membership") in _OUT and held(before, "membership") == _IN:
        return dict(before)
    return None


def _age(event: Event) -> int:
    stamp = event.get("origin_server_ts")
    return stamp if isinstance(stamp, int) else 0


def _data(user: str, event: Event) -> dict[str, Any]:
    profile = _profile(event) or {}
    return {
        "user_id": user,
        "displayname": profile.get("displayname"),
        "avatar_url": profile.get("avatar_url"),
        "changed_at": event.get("origin_server_ts"),
    }
