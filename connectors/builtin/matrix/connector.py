"""The `matrix` connector: people and messages in the rooms of one account."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from connectors.builtin.matrix.client import MatrixClient, UnknownPositionError
from connectors.builtin.matrix.config import MatrixConfig
from connectors.builtin.matrix.contacts import CONTACTS, contacts
from connectors.builtin.matrix.messages import MESSAGES, MessageReader, Side
from connectors.builtin.matrix.progress import Progress, from_state
from connectors.http import HttpSource
from connectors.protocol import (
    CheckResult,
    Connector,
    ConnectorSpec,
    DeletePolicy,
    Log,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.shaping import chosen
from daifuku.errors import SourceError

SPEC = ConnectorSpec(
    name="matrix",
    title={"en": "Matrix", "ja": "Matrix"},
    kind="social",
    config=MatrixConfig,
    streams=(
        StreamSpec(CONTACTS, primary_key="user_id", cursor="since"),
        StreamSpec(
            MESSAGES,
            primary_key="event_id",
            cursor="since",
            deletes=DeletePolicy.TOMBSTONE,
            depends_on=(CONTACTS,),
        ),
    ),
)

_TEXT, _TIME = {"type": "string"}, {"type": "integer", "description": "milliseconds since 1970"}
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    CONTACTS: {"user_id": _TEXT, "displayname": _TEXT, "avatar_url": _TEXT, "changed_at": _TIME},
    MESSAGES: {
        "event_id": _TEXT,
        "room_id": _TEXT,
        "type": _TEXT,
        "sender": _TEXT,
        "origin_server_ts": _TIME,
        "edited_at": _TIME,
        "content": {"type": "object", "properties": {"msgtype": _TEXT, "body": _TEXT}},
        "encrypted": {"type": "boolean"},
        "own": {"type": "boolean"},
        "to": _TEXT,
    },
}


class MatrixConnector:
    """Reads the rooms that one account is in."""

    spec = SPEC

    def __init__(self, config: MatrixConfig) -> None:
        self._config = config
        self._rooms = {"rooms": list(config.rooms)} if config.rooms else {}

    def check(self) -> CheckResult:
        """Ask for the account that the token belongs to."""
        try:
            with self._session() as http:
                user = MatrixClient(http).whoami()
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"The account is {user}.")

    def discover(self) -> Sequence[StreamInfo]:
        """Both streams; raises as `Connector.discover` says."""
        with self._session() as http:
            MatrixClient(http).whoami()
        return [StreamInfo(stream, _PROPERTIES[stream.name]) for stream in SPEC.streams]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        chosen(SPEC, streams)
        return self._read(streams, state)

    def _read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        for name in streams:
            yield Status(name, StreamStatus.STARTED)
            try:
                with self._session() as http:
                    yield from self._stream(MatrixClient(http), name, state.get(name))
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def _stream(
        self, client: MatrixClient, name: str, state: StreamState | None
    ) -> Iterator[Message]:
        progress = from_state(name, state)
        own = frozenset((client.whoami(), *self._config.staff))
        read = self._contacts if name == CONTACTS else self._messages
        try:
            yield from read(client, own, progress)
        except UnknownPositionError as error:
            yield Log("warning", f"{error.message} The stream {name} is read from the beginning.")
            progress = Progress()
            yield from read(client, own, progress)
        first = progress.since is None
        yield Status(name, StreamStatus.COMPLETE, full_pass=first)

    def _contacts(
        self, client: MatrixClient, own: frozenset[str], progress: Progress
    ) -> Iterator[Message]:
        return contacts(client, self._rooms, own, progress.since)

    def _messages(
        self, client: MatrixClient, own: frozenset[str], progress: Progress
    ) -> Iterator[Message]:
        side, size = _sides(client, own), self._config.page_size
        return MessageReader(client, self._rooms, side, size, progress).read()

    def _session(self) -> HttpSource:
        token = self._config.access_token.get_secret_value()
        return HttpSource(
            self._config.base_url,
            headers={"Authorization": f"Bearer {token}"},
            outgoing=self._config,
        )


def _sides(client: MatrixClient, own: frozenset[str]) -> Side:
    """Tells whether a message is ours, and then who it is for: the one other person in the room."""

    @cache
    def other(room: str) -> str | None:
        others = [user for user in client.joined_members(room) if user not in own]
        return others[0] if len(others) == 1 else None

    def side(sender: str, room: str) -> Mapping[str, Any]:
        return {"own": True, "to": other(room)} if sender in own else {"own": False}

    return side


def connect(config: MatrixConfig) -> Connector:
    """The connector for a validated config."""
    return MatrixConnector(config)
