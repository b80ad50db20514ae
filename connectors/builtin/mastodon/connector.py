"""The `mastodon` connector: followers, mentions and replies of an organisation's account.

API: Mastodon's REST API (v1 and v2 of its methods) as of Mastodon 4.6,
https://docs.joinmastodon.org/api/
"""

from collections.abc import Iterator, Mapping, Sequence

from connectors.builtin.mastodon.client import MastodonClient
from connectors.builtin.mastodon.config import FLOW, MastodonConfig
from connectors.builtin.mastodon.reading import (
    CONTACTS,
    FOLLOWERS,
    NOTIFICATIONS,
    POSTS,
    READERS,
)
from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    DeletePolicy,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.shaping import chosen
from daifuku.errors import ConfigError, SourceError

SPEC = ConnectorSpec(
    name="mastodon",
    title={"en": "Mastodon", "ja": "Mastodon"},
    kind="social",
    config=MastodonConfig,
    streams=(
        StreamSpec(FOLLOWERS, "id", deletes=DeletePolicy.FULL_PASS),
        StreamSpec(CONTACTS, "id", "notification id"),
        StreamSpec(NOTIFICATIONS, "id", "id", depends_on=(CONTACTS,)),
        StreamSpec(POSTS, "id", "id", depends_on=(CONTACTS,)),
    ),
    oauth=FLOW,
)

_TEXT, _TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
_ACCOUNT = {
    **dict.fromkeys(("id", "username", "acct", "address", "display_name", "url", "note"), _TEXT),
    "fields": {"type": "array"},
    "bot": {"type": "boolean"},
    "created_at": _TIME,
}
_STATUS = {
    **dict.fromkeys(("id", "url", "visibility", "language", "content", "in_reply_to_id"), _TEXT),
    "created_at": _TIME,
}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    FOLLOWERS: _ACCOUNT,
    CONTACTS: _ACCOUNT,
    NOTIFICATIONS: {
        "id": _TEXT,
        "type": _TEXT,
        "created_at": _TIME,
        "account": {"type": "object", "properties": _ACCOUNT},
        "status": {"type": "object", "properties": _STATUS},
    },
    POSTS: {**_STATUS, "mentions": {"type": "array"}},
}


class MastodonConnector:
    """Reads one account."""

    spec = SPEC

    def __init__(self, config: MastodonConfig) -> None:
        self._config = config
        self._tokens = Tokens(FLOW, config)

    def check(self) -> CheckResult:
        """Ask for the account, and for what each of the scopes opens."""
        try:
            with self._session() as http:
                client = MastodonClient(http, 1)
                own = client.account()
                next(client.newer("/api/v1/notifications", None), None)
                next(client.newer(f"/api/v1/accounts/{own['id']}/statuses", None), None)
                address = f"{own.get('username')}@{client.domain()}"
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"The account is {address}.")

    def discover(self) -> Sequence[StreamInfo]:
        """All streams; raises as `Connector.discover` says."""
        with self._session() as http:
            MastodonClient(http, 1).account()
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        chosen(SPEC, streams)
        return self._read(streams, state)

    def _read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        for name in streams:
            yield Status(name, StreamStatus.STARTED)
            try:
                yield from self._stream(name, state.get(name) or {})
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def _stream(self, name: str, state: StreamState) -> Iterator[Message]:
        _known(name, state)
        yield from self._tokens.renewed()
        with self._session() as http:
            client = MastodonClient(http, self._config.page_size)
            own, domain = client.account(), client.domain()
            yield from READERS[name](client, domain, own, state)
        yield Status(name, StreamStatus.COMPLETE, full_pass=not state)

    def _session(self) -> HttpSource:
        return HttpSource(self._config.base_url, auth=self._tokens.auth(), outgoing=self._config)


def _known(stream: str, state: StreamState) -> None:
    if state.keys() - {"older", "min_id"} or not all(isinstance(v, str) for v in state.values()):
        raise ConfigError(
            f"The stored position of {stream} cannot be read.",
            hint="Reset the stream; reading it from the beginning changes nothing that is right.",
            stream=stream,
        )


def connect(config: MastodonConfig) -> Connector:
    """The connector for a validated config."""
    return MastodonConnector(config)
