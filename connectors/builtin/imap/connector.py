"""The `imap` connector: customers and their mails from a mailbox.

Two streams: `people`, one record per way an address presented itself, and `messages`, one record
per mail. The mailbox is only read; nothing in it changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.cursor import StreamCursor
from connectors.builtin.imap.reading import MailboxPass
from connectors.builtin.imap.session import open_session
from connectors.mail.records import MESSAGES, PEOPLE, mail_specs, mail_streams, read_mailbox
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    Message,
    StreamInfo,
    StreamState,
)
from daifuku.errors import ConfigError, SourceError

SPEC = ConnectorSpec(
    name="imap",
    title={"en": "E-mail (IMAP)", "ja": "メール(IMAP)"},
    kind="email",
    config=ImapConfig,
    streams=mail_specs("message_id", cursor="uid"),
)


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
        return mail_streams(SPEC.streams)

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
        yield from read_mailbox(ordered, state, lambda: self._pass(ordered, state))

    def _pass(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        with open_session(self._config) as session:
            yield from MailboxPass(session, self._config, streams, state).messages()

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says, by when the server received the mails.

        Raises:
            SourceError: the server cannot be asked.
        """
        del stream  # both are read by the same mails
        cursor = StreamCursor(state)
        with open_session(self._config) as session:
            for folder in session.folders():
                cursor.reopened(folder, session.open(folder))
                first = session.first_since(since.date())
                cursor.set_back(folder, first or session.status(folder).uidnext or 1)
        return cursor.state()


def connect(config: ImapConfig) -> Connector:
    """The connector for a validated config."""
    return ImapConnector(config)
