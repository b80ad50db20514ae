"""The `line` connector: followers of a LINE official account, and events by webhook.

`followers` is a whole pass each time, there is no cursor: who is not in it has unfollowed.
`events` come by webhook only; LINE keeps no history to read. The list of followers is open to
verified and premium accounts; others read `events` alone.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence

from pydantic import Field, SecretStr

from connectors.builtin.line.followers import FOLLOWERS, FollowerPages, followers
from connectors.builtin.line.webhook import EVENTS, check_signature, delivery_key, events_of
from connectors.http import HttpSource
from connectors.outgoing import Outgoing
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    DeletePolicy,
    Message,
    PushConnector,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import ConfigError, SourceError


class LineConfig(Outgoing):
    """A channel of the Messaging API, as the LINE Developers console shows it."""

    channel_access_token: SecretStr = Field(description="Long-lived channel access token")
    channel_secret: SecretStr = Field(description="Signs the webhooks")
    base_url: str = Field("https://api.line.me", description="Only for tests and proxies")
    page_size: int = Field(1_000, ge=1, le=1_000, description="Follower ids per request")


SPEC = ConnectorSpec(
    name="line",
    title={"en": "LINE official account", "ja": "LINE公式アカウント"},
    kind="social",
    config=LineConfig,
    streams=(
        StreamSpec(FOLLOWERS, primary_key="userId", deletes=DeletePolicy.FULL_PASS),
        StreamSpec(EVENTS, primary_key="webhookEventId", depends_on=(FOLLOWERS,)),
    ),
    pushes=True,
)

_TEXT = {"type": "string"}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    FOLLOWERS: dict.fromkeys(
        ("userId", "displayName", "pictureUrl", "statusMessage", "language"), _TEXT
    ),
    EVENTS: {
        "type": _TEXT,
        "timestamp": {"type": "integer", "description": "milliseconds since 1970"},
        "webhookEventId": _TEXT,
        "source": {"type": "object", "properties": {"type": _TEXT, "userId": _TEXT}},
        "message": {"type": "object", "properties": {"type": _TEXT, "text": _TEXT}},
        "postback": {"type": "object", "properties": {"data": _TEXT}},
        "link": {"type": "object", "properties": {"result": _TEXT, "nonce": _TEXT}},
    },
}


class LineConnector:
    """Reads one official account and takes its webhooks."""

    spec = SPEC

    def __init__(self, config: LineConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Ask for the account that the token belongs to."""
        try:
            with self._session() as http:
                info = http.get_json("/v2/bot/info")
        except SourceError as error:
            return CheckResult(False, str(error))
        name = info.get("displayName", "") if isinstance(info, dict) else ""
        return CheckResult(True, f"The account is {name}." if name else "The account answers.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        with self._session() as http:
            http.get_json("/v2/bot/info")
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read the followers; `events` has nothing to be read."""
        unknown = set(streams) - {stream.name for stream in SPEC.streams}
        if unknown:
            raise ConfigError(
                f"A LINE account has no stream named {min(unknown)!r}.",
                hint=f"It has: {FOLLOWERS}, {EVENTS}.",
            )
        answers = True
        if FOLLOWERS in streams:
            answers = yield from self._followers(state.get(FOLLOWERS) or {})
        if EVENTS in streams:
            yield Status(EVENTS, StreamStatus.STARTED)
            yield Checkpoint(EVENTS, {})
            # Nothing was asked for it, so it must not make a failed account look half well.
            yield Status(EVENTS, StreamStatus.COMPLETE if answers else StreamStatus.INCOMPLETE)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The events of a delivery; raises as `PushConnector.parse_webhook` says."""
        check_signature(self._config.channel_secret.get_secret_value(), headers, body)
        return events_of(body)

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The same for a redelivery of the same events."""
        del headers
        return delivery_key(body)

    def _followers(self, state: StreamState) -> Generator[Message, None, bool]:
        """Read them; returns whether all went well."""
        yield Status(FOLLOWERS, StreamStatus.STARTED)
        try:
            with self._session() as http:
                pages = FollowerPages(http, self._config.page_size, str(state.get("start", "")))
                yield from followers(http, pages)
        except SourceError as error:
            yield StreamFailure(FOLLOWERS, error)
            yield Status(FOLLOWERS, StreamStatus.INCOMPLETE)
            return False
        yield Status(FOLLOWERS, StreamStatus.COMPLETE, full_pass=pages.is_whole)
        return True

    def _session(self) -> HttpSource:
        token = self._config.channel_access_token.get_secret_value()
        return HttpSource(
            self._config.base_url,
            headers={"Authorization": f"Bearer {token}"},
            outgoing=self._config,
        )


def connect(config: LineConfig) -> PushConnector:
    """The connector for a validated config."""
    return LineConnector(config)
