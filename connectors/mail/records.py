"""The two streams of every mail connector, and the records that mails become in them."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors.mail.parsing import RawMail, read_mail
from connectors.mail.sightings import MailRecords, records_of
from connectors.protocol import (
    Checkpoint,
    DeletePolicy,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import RecordError, SourceError

PEOPLE, MESSAGES = "people", "messages"
_RECORDS_PER_CHECKPOINT = 900

_TEXT = {"type": "string"}
_PARTY = {
    "type": "object",
    "properties": dict.fromkeys(("address", "name", "role", "person_id"), _TEXT),
}
_PARTIES = {"type": "array", "items": _PARTY}
_TEXTS = ("name", "kana", "company", "department", "title", "postal_code", "address", "url")
_SIGNATURE = {
    **dict.fromkeys(_TEXTS, _TEXT),
    **{key: {"type": "array", "items": _TEXT} for key in ("phones", "mobiles", "emails")},
}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    PEOPLE: {
        "address": {"type": "string", "format": "email"},
        "name": _TEXT,
        "role": {"enum": ["person", "shared", "automatic", "bulk"]},
        "signature": {"type": "object", "properties": _SIGNATURE},
        "seen_at": {"type": "string", "format": "date"},
    },
    MESSAGES: {
        "message_id": _TEXT,
        "date": {"type": "string", "format": "date-time"},
        "subject": _TEXT,
        "direction": {"enum": ["in", "out"]},
        "from": _PARTY,
        "to": _PARTIES,
        "cc": _PARTIES,
        "counterparts": _PARTIES,
        "in_reply_to": _TEXT,
        "snippet": _TEXT,
    },
}


def mail_specs(
    message_key: str, *, cursor: str, deletes: DeletePolicy = DeletePolicy.NONE
) -> tuple[StreamSpec, ...]:
    """The two streams as a connector's spec names them; `deletes` is that of messages."""
    people = StreamSpec(PEOPLE, primary_key="address, name, role, signature", cursor=cursor)
    return (
        people,
        StreamSpec(MESSAGES, message_key, cursor, deletes=deletes, depends_on=(PEOPLE,)),
    )


def mail_streams(specs: Sequence[StreamSpec]) -> list[StreamInfo]:
    """What discovery tells of the streams of a mail connector."""
    return [StreamInfo(spec, _PROPERTIES[spec.name]) for spec in specs]


def read_mailbox(
    streams: Sequence[str],
    state: Mapping[str, StreamState],
    messages: Callable[[], Iterator[Message]],
) -> Iterator[Message]:
    """The messages of a pass that reads all of `streams` at once, their statuses included."""
    for stream in streams:
        yield Status(stream, StreamStatus.STARTED)
    try:
        yield from messages()
    except SourceError as error:
        for stream in streams:
            yield StreamFailure(stream, error)
            yield Status(stream, StreamStatus.INCOMPLETE)
        return
    for stream in streams:
        yield Status(stream, StreamStatus.COMPLETE, full_pass=not state.get(stream))


class MailEmitter:
    """Gives the records of mails, each record once however many mails of a pass show it.

    Within a batch with many recipients `overdue` asks for a checkpoint: of the state before the
    batch, so that its mails come again.
    """

    def __init__(self, streams: Collection[str], is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self._emitted: dict[str, set[int]] = {stream: set() for stream in streams}
        self._since_checkpoint = dict.fromkeys(streams, 0)

    def records(
        self, raw: RawMail | None, wanting: Collection[str], place: str, *, message_id: str = ""
    ) -> Iterator[Record | Unreadable]:
        """The mail's records in the streams `wanting`; None stands for one that none can give.

        `place` names the mail at its source; `message_id` is the message's external id there, by
        default that which all copies of the mail share.
        """
        try:
            if raw is None:
                raise RecordError("The server cannot give this mail.")
            found = records_of(read_mail(raw), self._is_own)
        except RecordError as error:
            for stream in wanting:
                yield Unreadable(stream, place, "unreadable_mail", error.message)
            return
        for stream in wanting:
            for external_id, data in _of_stream(stream, found, message_id):
                if self._is_new(stream, external_id):
                    yield Record(stream, external_id, data)

    def gone(self, message_id: str) -> Record:
        """The tombstone of a message that was deleted."""
        self._since_checkpoint[MESSAGES] += 1
        return Record(MESSAGES, message_id, {"id": message_id}, deleted=True)

    def overdue(self, stream: str) -> bool:
        """Whether so many records came since the last checkpoint that one is due now."""
        return self._since_checkpoint.get(stream, 0) >= _RECORDS_PER_CHECKPOINT

    def checkpoint(self, stream: str, state: Mapping[str, Any]) -> Checkpoint:
        self._since_checkpoint[stream] = 0
        return Checkpoint(stream, state)

    def _is_new(self, stream: str, external_id: str) -> bool:
        digest = hashlib.blake2b(external_id.encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big")
        if number in self._emitted[stream]:
            return False
        self._emitted[stream].add(number)
        self._since_checkpoint[stream] += 1
        return True


def _of_stream(
    stream: str, found: MailRecords, message_id: str
) -> list[tuple[str, Mapping[str, Any]]]:
    if stream == PEOPLE:
        return list(found.people.items())
    return [(message_id or found.message_id, found.message)]
