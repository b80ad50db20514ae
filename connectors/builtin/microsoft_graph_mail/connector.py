"""The `microsoft_graph_mail` connector: customers and their mails from a mailbox at Microsoft.

API: Microsoft Graph v1.0, https://learn.microsoft.com/graph/api/resources/message
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.builtin.microsoft_graph_mail.config import FLOW, GraphMailConfig
from connectors.builtin.microsoft_graph_mail.mailbox import Mailbox
from connectors.builtin.microsoft_graph_mail.reading import MailboxPass
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
    name="microsoft_graph_mail",
    title={"en": "Microsoft 365 mail", "ja": "Microsoft 365 メール"},
    kind="email",
    config=GraphMailConfig,
    streams=mail_specs("immutable id", cursor="deltaLink", deletes=DeletePolicy.TOMBSTONE),
    oauth=FLOW,
)

_LARGEST = 160 * MEGABYTE
"""Of an answer: Exchange Online takes mails of up to 150 MB."""


class GraphMailConnector:
    """Reads one mailbox, without marking anything in it."""

    spec = SPEC

    def __init__(self, config: GraphMailConfig) -> None:
        self._config = config
        self._tokens = Tokens(config.flow, config)

    def check(self) -> CheckResult:
        """Ask for the first changes of every folder, and for one mail."""
        try:
            self._let_in()
            with self._session() as http:
                self._ask_all(Mailbox(http, self._config))
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"Folders: {', '.join(self._config.folders)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        self._let_in()
        with self._session() as http:
            self._ask_all(Mailbox(http, self._config))
        return mail_streams(SPEC.streams)

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read both streams in one pass where both are asked for."""
        wanted = {stream.name for stream in chosen(SPEC, streams)}
        ordered = [stream.name for stream in SPEC.streams if stream.name in wanted]
        with self._session() as http:
            mailbox = Mailbox(http, self._config)
            reading = MailboxPass(mailbox, self._config, ordered, state, self._tokens.renewed)
            yield from read_mailbox(ordered, state, reading.messages)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """The state in which all mails from that moment on are read."""
        del stream, state
        return {"since": int(since.timestamp())}

    def _ask_all(self, mailbox: Mailbox) -> None:
        for folder in self._config.folders:
            mailbox.changes(folder, "")

    def _let_in(self) -> None:
        """Get an app its token, which nobody has to keep: it can get another at any time."""
        if self._config.sign_in == "app":
            for _ in self._tokens.renewed():
                pass

    def _session(self) -> HttpSource:
        return HttpSource(
            self._config.base_url,
            auth=self._tokens.auth(),
            outgoing=self._config,
            limits=replace(Limits.of(self._config), body=_LARGEST),
        )


def connect(config: GraphMailConfig) -> Connector:
    """The connector for a validated config."""
    return GraphMailConnector(config)
