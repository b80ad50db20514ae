"""The `imap` connector: customers and their mails from a mailbox.

Two streams: `people`, one record per way an address presented itself, and `messages`, one record
per mail. The mailbox is only read; nothing in it changes.
"""

from collections.abc import Iterator, Mapping, Sequence

from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.reading import MESSAGES, PEOPLE, MailboxPass
from connectors.builtin.imap.session import open_session
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import ConfigError, SourceError

SPEC = ConnectorSpec(
    name="imap",
    title={"en": "E-mail (IMAP)", "ja": "メール(IMAP)"},
    kind="email",
    config=ImapConfig,
    streams=(
        StreamSpec(PEOPLE, primary_key="address, name, role, signature", cursor="uid"),
        StreamSpec(MESSAGES, primary_key="message_id", cursor="uid", depends_on=(PEOPLE,)),
    ),
)

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


class ImapConnector:
    """Reads one mailbox."""

    spec = SPEC

    def __init__(self, config: ImapConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Log in and find the folders."""
        try:
            with open_session(self._config) as session:
                return CheckResult(True, f"Folders: {', '.join(session.folders())}.")
        except SourceError as error:
            return CheckResult(False, str(error))

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        with open_session(self._config) as session:
            session.folders()
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read both streams in one pass over the mailbox where both are asked for."""
        unknown = set(streams) - {stream.name for stream in SPEC.streams}
        if unknown:
            raise ConfigError(
                f"A mailbox has no stream named {min(unknown)!r}.",
                hint=f"It has: {PEOPLE}, {MESSAGES}.",
            )
        # People first: a message refers to them.
        ordered = [stream.name for stream in SPEC.streams if stream.name in streams]
        for stream in ordered:
            yield Status(stream, StreamStatus.STARTED)
        try:
            with open_session(self._config) as session:
                yield from MailboxPass(session, self._config, ordered, state).messages()
        except SourceError as error:
            for stream in ordered:
                yield StreamFailure(stream, error)
                yield Status(stream, StreamStatus.INCOMPLETE)
            return
        for stream in ordered:
            yield Status(stream, StreamStatus.COMPLETE, full_pass=not state.get(stream))


def connect(config: ImapConfig) -> Connector:
    """The connector for a validated config."""
    return ImapConnector(config)
