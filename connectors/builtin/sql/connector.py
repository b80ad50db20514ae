"""The `sql` connector: rows of tables and queries in any database that SQLAlchemy reaches."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.builtin.sql.config import SqlConfig, SqlStream
from connectors.builtin.sql.cursors import from_state, set_back, to_state
from connectors.builtin.sql.database import open_database
from connectors.builtin.sql.reading import read_changes, read_everything, sample
from connectors.json_values import properties_of
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
from daifuku.errors import ConfigError, SourceError

SPEC = ConnectorSpec(
    name="sql",
    title={"en": "SQL database", "ja": "SQLデータベース"},
    kind="sql",
    config=SqlConfig,
    streams=(StreamSpec("*", primary_key="primary_key", cursor="cursor"),),
)
"""The stream `*` stands for those that the settings name."""

_SAMPLE_ROWS = 50


class SqlConnector:
    """Reads one database."""

    spec = SPEC

    def __init__(self, config: SqlConfig) -> None:
        self._config = config
        self._streams = {stream.name: stream for stream in config.streams}

    def check(self) -> CheckResult:
        """Connect, and look at the first row of every stream."""
        try:
            with open_database(self._config) as connection:
                for stream in self._config.streams:
                    sample(connection, stream, 1)
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True, f"Streams: {', '.join(self._streams)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """The streams of the settings with their columns; raises as `Connector.discover` says."""
        with open_database(self._config) as connection:
            return [
                StreamInfo(
                    _spec_of(stream), properties_of(*sample(connection, stream, _SAMPLE_ROWS))
                )
                for stream in self._config.streams
            ]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read each stream in a transaction of its own."""
        for name in streams:
            if name not in self._streams:
                hint = f"There are: {', '.join(self._streams)}."
                raise ConfigError(f"There is no stream {name!r} in the settings.", hint=hint)
        for name in streams:
            yield from self._read_stream(self._streams[name], state.get(name, {}))

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says, for streams that were read once and whose cursor holds times."""
        if "cursor" not in state or stream not in self._streams:
            return None
        value = set_back(from_state(state["cursor"]), since)
        return None if value is None else {"cursor": to_state(value)}

    def _read_stream(self, stream: SqlStream, state: StreamState) -> Iterator[Message]:
        yield Status(stream.name, StreamStatus.STARTED)
        try:
            with open_database(self._config) as connection:
                if stream.cursor is None:
                    yield from read_everything(connection, stream)
                else:
                    yield from read_changes(connection, stream, stream.cursor, state)
        except SourceError as error:
            yield StreamFailure(stream.name, error)
            yield Status(stream.name, StreamStatus.INCOMPLETE)
            return
        full_pass = stream.cursor is None or not state
        yield Status(stream.name, StreamStatus.COMPLETE, full_pass=full_pass)


def _spec_of(stream: SqlStream) -> StreamSpec:
    deletes = DeletePolicy.NONE if stream.cursor else DeletePolicy.FULL_PASS
    return StreamSpec(stream.name, ", ".join(stream.primary_key), stream.cursor, deletes)


def connect(config: SqlConfig) -> Connector:
    """The connector for a validated config."""
    return SqlConnector(config)
