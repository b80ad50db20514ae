"""Reads each of the streams of an account.

Followers are listed whole each time, for nothing tells who left. Notifications and posts are
read forward from the last one; the newest few are read again, because entries that are written
at the same time may become visible in another order than that of their ids.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.builtin.mastodon.client import Entity, MastodonClient, Page
from connectors.builtin.mastodon.shapes import account_data, notification_data, post_data
from connectors.protocol import Checkpoint, Message, Record, StreamState, Unreadable

FOLLOWERS, CONTACTS, NOTIFICATIONS, POSTS = "followers", "contacts", "notifications", "posts"
RECENT = 20
"""So many of the newest entries are read again."""

_NOTIFICATIONS = "/api/v1/notifications"
_KINDS = {
    "types[]": ("mention", "quote", "reblog", "favourite", "follow", "follow_request"),
    "include_filtered": "true",
}
"""What people do; not what the server or its moderators tell."""

_CHECKPOINT_EVERY = 800


def followers(
    client: MastodonClient, domain: str, own: Mapping[str, Any], state: StreamState
) -> Iterator[Message]:
    """Everyone who follows the account, from the place in `state` on."""
    start = state.get("older")
    since = 0
    for page in client.older(f"/api/v1/accounts/{own['id']}/followers", start):
        for account in page.entries:
            yield _record(FOLLOWERS, account, account_data(account, domain))
        since += len(page.entries)
        if page.older is None or since >= _CHECKPOINT_EVERY:
            yield Checkpoint(FOLLOWERS, {"older": page.older} if page.older else {})
            since = 0


def contacts(
    client: MastodonClient, domain: str, own: Mapping[str, Any], state: StreamState
) -> Iterator[Message]:
    """Everyone who did something to the account or its posts, as they are now."""
    del own

    def people(notification: Entity) -> Iterator[Message]:
        account = notification.get("account")
        if isinstance(account, dict):
            yield _record(CONTACTS, account, account_data(account, domain))

    pages = client.newer(_NOTIFICATIONS, state.get("min_id"), _KINDS)
    return _forward(pages, CONTACTS, state, people)


def notifications(
    client: MastodonClient, domain: str, own: Mapping[str, Any], state: StreamState
) -> Iterator[Message]:
    """What people did: mentions (direct ones too), quotes, boosts, favourites, follows."""
    del own

    def event(notification: Entity) -> Iterator[Message]:
        data = notification_data(notification, domain)
        yield _record(NOTIFICATIONS, notification, data)

    pages = client.newer(_NOTIFICATIONS, state.get("min_id"), _KINDS)
    return _forward(pages, NOTIFICATIONS, state, event)


def posts(
    client: MastodonClient, domain: str, own: Mapping[str, Any], state: StreamState
) -> Iterator[Message]:
    """What the account wrote to someone: its posts that mention others, direct ones too."""
    del domain

    def reply(status: Entity) -> Iterator[Message]:
        data = post_data(status, own["id"])
        if data["mentions"]:
            yield _record(POSTS, status, data)

    path = f"/api/v1/accounts/{own['id']}/statuses"
    pages = client.newer(path, state.get("min_id"), {"exclude_reblogs": "true"})
    return _forward(pages, POSTS, state, reply)


READERS: Mapping[
    str, Callable[[MastodonClient, str, Mapping[str, Any], StreamState], Iterator[Message]]
] = {FOLLOWERS: followers, CONTACTS: contacts, NOTIFICATIONS: notifications, POSTS: posts}


def _forward(
    pages: Iterator[Page],
    stream: str,
    state: StreamState,
    told: Callable[[Entity], Iterator[Message]],
) -> Iterator[Message]:
    """What `told` makes of each entry, oldest first, with a checkpoint after each page."""
    start = state.get("min_id")
    recent = deque([start] if start else [], maxlen=RECENT)
    for page in pages:
        for entry in reversed(page.entries):
            recent.append(str(entry.get("id")))
            yield from told(entry)
        yield Checkpoint(stream, {"min_id": recent[-1]})
    yield Checkpoint(stream, {"min_id": recent[0]} if recent else {})


def _record(stream: str, entity: Mapping[str, Any], data: dict[str, Any]) -> Record | Unreadable:
    key = entity.get("id")
    if not isinstance(key, str) or not key:
        return Unreadable(stream, "", "no_key", "The record has no id, which identifies it.")
    return Record(stream, key, data)
