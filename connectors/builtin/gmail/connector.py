"""The `gmail` connector: customers and their mails from a Gmail mailbox.

API: Gmail API v1, https://developers.google.com/workspace/gmail/api/reference/rest
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.builtin.gmail.config import FLOW, GmailConfig
from connectors.builtin.gmail.mailbox import Mailbox
from connectors.builtin.gmail.reading import MailboxPass
from connectors.google.api import GoogleApi
from connectors.http import MEGABYTE, HttpSource, Limits
from connectors.mail.records import mail_specs, mail_streams, read_mailbox
from connectors.oauth import Tokens
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    DeletePolicy,
    Message,
    StreamInfo,
    StreamState,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError

SPEC = ConnectorSpec(
    name="gmail",
    title={"en": "Gmail", "ja": "Gmail"},
    kind="email",
    config=GmailConfig,
    streams=mail_specs("Gmail's message id", cursor="historyId", deletes=DeletePolicy.TOMBSTONE),
    oauth=FLOW,
)

_LARGEST = 96 * MEGABYTE
"""Of an answer: Gmail takes mails of up to 50 MB, a third more as base64."""


class GmailConnector:
    """Reads one mailbox, without marking anything in it."""

    spec = SPEC

    def __init__(self, config: GmailConfig) -> None:
        self._config = config
        self._tokens = Tokens(FLOW, config)

    def check(self) -> CheckResult:
        """Ask whose mailbox it is, and for one mail of it."""
        try:
            with self._session() as http:
                mailbox = Mailbox(GoogleApi(http), self._config)
                address, _ = mailbox.profile()
                mailbox.listed(None, "")
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"The mailbox is {address}.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        with self._session() as http:
            Mailbox(GoogleApi(http), self._config).profile()
        return mail_streams(SPEC.streams)

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read both streams in one pass where both are asked for."""
        wanted = {stream.name for stream in chosen(SPEC, streams)}
        ordered = [stream.name for stream in SPEC.streams if stream.name in wanted]
        with self._session() as http:
            mailbox = Mailbox(GoogleApi(http), self._config)
            reading = MailboxPass(mailbox, self._config, ordered, state, self._tokens.renewed)
            yield from read_mailbox(ordered, state, reading.messages)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which all mails from that moment on are read."""
        del stream, state
        return {"since": int(since.timestamp())}

    def _session(self) -> HttpSource:
        return HttpSource(
            self._config.base_url,
            auth=self._tokens.auth(),
            outgoing=self._config,
            limits=replace(Limits.of(self._config), body=_LARGEST),
        )


def connect(config: GmailConfig) -> Connector:
    """The connector for a validated config."""
    return GmailConnector(config)
