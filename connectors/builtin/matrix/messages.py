"""Reads what was said in the account's rooms.

A sync gives each room's latest events. Where it says that it left some out (`limited`), they are
paged through backwards from there to the last position, and the stretches still to be paged
through are part of the state: an interrupted reading goes on with them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.builtin.matrix.client import Event, MatrixClient
from connectors.builtin.matrix.events import (
    CREATE,
    ENCRYPTED,
    MESSAGE,
    REDACTION,
    events_in,
    held,
    is_redacted,
    latest_edit,
    message_data,
    redacted_by,
    replaced_by,
    rooms_in,
)
from connectors.builtin.matrix.progress import Gap, Progress
from connectors.protocol import Checkpoint, Log, Message, Record
from daifuku.errors import TransientError

MESSAGES = "messages"
_TYPES = [MESSAGE, ENCRYPTED, REDACTION]
_CHECKPOINT_EVERY = 500

Side = Callable[[str, str], Mapping[str, Any]]
"""From a sender and a room what is added to a message: whether it is ours, and to whom it goes."""


class MessageReader:
    """Reads on from `progress`, which then tells how far it came.

    `rooms` is the part of the filter that chooses rooms.
    """

    def __init__(
        self,
        client: MatrixClient,
        rooms: Mapping[str, Any],
        side: Side,
        page_size: int,
        progress: Progress,
    ) -> None:
        self._client = client
        self._rooms = rooms
        self._side = side
        self._page_size = page_size
        self._encrypted: set[str] = set()
        self._since_checkpoint = 0
        self.progress = progress

    def read(self) -> Iterator[Message]:
        """The messages of one reading, with a last checkpoint.

        Raises:
            SourceError: as `MatrixClient` says; the checkpoints yielded so far stay valid.
        """
        yield from self._gaps()
        yield from self._news()
        yield from self._gaps()
        yield self._checkpoint()
        if self._encrypted:
            yield Log(
                "warning",
                f"Rooms with encrypted messages: {len(self._encrypted)}. Who wrote and when is"
                " read from them, not what.",
            )

    def _news(self) -> Iterator[Message]:
        since = self.progress.since
        # Of a first sync the server sends all rooms at once: little of each, the rest in pages.
        limit = self._page_size if since is not None else 1
        wanted = {
            **self._rooms,
            "timeline": {"types": _TYPES, "limit": limit},
            "state": {"types": [CREATE]},
        }
        found = self._client.sync(wanted, since)
        gaps = []
        for room, section in rooms_in(found):
            events = list(events_in(section, "timeline"))
            gap = _gap(room, section, since)
            gaps += [gap] if gap else []
            whole = gap is not None and gap.end is None
            yield from self._told(room, events, originals_follow=whole)
        self.progress = Progress(found["next_batch"], tuple(gaps))

    def _gaps(self) -> Iterator[Message]:
        seen: set[tuple[str, str]] = set()
        while self.progress.gaps:
            gap, *rest = self.progress.gaps
            if (gap.room, gap.start) in seen:
                raise TransientError(
                    "The homeserver gives the same page of a room's history again.",
                    hint="It is tried again; if it happens every time, tell its administrator.",
                )
            seen.add((gap.room, gap.start))
            page = self._client.messages_before(
                gap.room, gap.start, gap.end, types=_TYPES, limit=self._page_size
            )
            if page is None:
                yield Log("warning", f"The account may not read the room {gap.room} any more.")
            found = (page or {}).get("chunk")
            events = [event for event in found or () if isinstance(event, dict)][::-1]
            yield from self._told(gap.room, events, originals_follow=gap.end is None)
            following = (page or {}).get("end")
            left = [replace(gap, start=following)] if isinstance(following, str) else []
            self.progress = replace(self.progress, gaps=(*left, *rest))
            if self._since_checkpoint >= _CHECKPOINT_EVERY:
                yield self._checkpoint()

    def _told(
        self, room: str, events: Sequence[Event], *, originals_follow: bool
    ) -> Iterator[Message]:
        """What these events say, oldest first; an edited message is read anew as it is now.

        With `originals_follow` the messages edited here come later, with their edits.
        """
        edited = list(filter(None, map(replaced_by, events)))
        bare = {event.get("event_id") for event in events if latest_edit(event) is None}
        here = {event.get("event_id") for event in events}
        anew = {id_ for id_ in edited if id_ in bare or not (id_ in here or originals_follow)}
        for event in events:
            redaction = event.get("type") == REDACTION
            event_id = redacted_by(event) if redaction else event.get("event_id")
            if isinstance(event_id, str) and event_id not in anew and not replaced_by(event):
                yield from self._message(room, event_id, event)
        for event_id in dict.fromkeys(id_ for id_ in edited if id_ in anew):
            found = self._client.event(room, event_id)
            if found is not None:
                yield from self._message(room, event_id, found)

    def _message(self, room: str, event_id: str, event: Event) -> Iterator[Message]:
        if event.get("type") == REDACTION or is_redacted(event):
            yield Record(MESSAGES, event_id, {}, deleted=True)
        elif event.get("type") in (MESSAGE, ENCRYPTED):
            if event["type"] == ENCRYPTED:
                self._encrypted.add(room)
            side = self._side(str(event.get("sender")), room)
            yield Record(MESSAGES, event_id, {**message_data(event, room), **side})
        else:
            return
        self._since_checkpoint += 1
        if self._since_checkpoint >= 2 * _CHECKPOINT_EVERY:
            yield self._checkpoint()

    def _checkpoint(self) -> Checkpoint:
        """Within a sync or a page: the position before it, so that it comes again."""
        self._since_checkpoint = 0
        return Checkpoint(MESSAGES, self.progress.to_state())


def _gap(room: str, section: Mapping[str, Any], since: str | None) -> Gap | None:
    """What the sync left out of a room's timeline, None if nothing."""
    start = held(section, "timeline", "prev_batch")
    if not held(section, "timeline", "limited") or not isinstance(start, str):
        return None
    # The room's beginning is sent in the state of a room that the account came into since.
    new = any(event.get("type") == CREATE for event in events_in(section, "state"))
    return Gap(room, start, None if new else since)
