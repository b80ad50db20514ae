"""Reads one stream: rows into messages, and the position that its state keeps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select

from connectors.builtin.sql import queries
from connectors.builtin.sql.config import SqlStream
from connectors.builtin.sql.cursors import earlier, from_state, not_ahead, to_state
from connectors.json_values import json_row, text_fault
from connectors.protocol import Checkpoint, Message, Record, StreamState, Unreadable
from daifuku.errors import ConfigError

BATCH = 1_000
_MAX_ID = 400

Row = dict[str, Any]


def read_everything(connection: Connection, stream: SqlStream) -> Iterator[Message]:
    """All rows. Checkpoints on the way keep no position, so that a cut pass starts over.

    Otherwise the pass would not have seen all rows, and those that are gone could not be told.
    """
    yield from _with_checkpoints(connection, stream, queries.everything(stream))
    yield Checkpoint(stream.name, {})


def read_changes(
    connection: Connection, stream: SqlStream, cursor: str, state: StreamState
) -> Iterator[Message]:
    """The rows from the state's position on.

    A finished pass is followed by one that reads the rows tied at its last cursor value again:
    another may have joined them. A cut pass goes on after the last primary key, so that a large
    tie does not start over, and remembers in `again` where its first tie was cut, for the next.
    """
    position = _Position(cursor, stream, state)
    for row in _rows(connection, stream, queries.without_cursor_value(stream, cursor)):
        yield _message(stream, row)
    query = queries.since(stream, cursor, position.start, position.after)
    for count, row in enumerate(_rows(connection, stream, query), start=1):
        yield _message(stream, row)
        position.advance(row)
        if count % BATCH == 0:
            yield Checkpoint(stream.name, position.on_the_way())
    yield Checkpoint(stream.name, position.at_the_end())


class _Position:
    """Where a pass starts, where it is, and the state that says so."""

    def __init__(self, cursor: str, stream: SqlStream, state: StreamState) -> None:
        self._cursor = cursor
        self._keys = stream.primary_key
        self._reached: Any = from_state(state["cursor"]) if "cursor" in state else None
        self._again: Any = from_state(state["again"]) if "again" in state else None
        self._passed: tuple[Any, ...] | None = None
        if "key" in state:
            self._passed = tuple(from_state(pair) for pair in state["key"])
            if self._again is None:
                self._again = self._reached
        self._ahead_of: Any = None
        self.start, self.after = self._reached, self._passed
        if self.start is not None and stream.lookback:
            self._ahead_of = self._reached
            self.start, self.after = earlier(self.start, stream.lookback), None

    def advance(self, row: Row) -> None:
        """A row was read. While looking back the position stays where it was."""
        value = row[self._cursor]
        if self._ahead_of is None or self._is_ahead(value):
            self._reached = value
            self._passed = tuple(row[name] for name in self._keys)

    def _is_ahead(self, value: Any) -> bool:
        try:
            return bool(value > self._ahead_of)
        except TypeError:
            raise ConfigError("The cursor column mixes types: it cannot have a lookback.") from None

    def on_the_way(self) -> StreamState:
        state: dict[str, Any] = {}
        if self._reached is not None:
            state["cursor"] = to_state(self._reached)
        if self._passed is not None and None not in self._passed:
            state["key"] = [to_state(part) for part in self._passed]
        if self._again is not None:
            state["again"] = to_state(self._again)
        return state

    def at_the_end(self) -> StreamState:
        resume = self._again if self._again is not None else self._reached
        if resume is None:
            return {}
        return {"cursor": to_state(not_ahead(resume, datetime.now(UTC)))}


def _with_checkpoints(
    connection: Connection, stream: SqlStream, query: Select[Any]
) -> Iterator[Message]:
    for count, row in enumerate(_rows(connection, stream, query), start=1):
        yield _message(stream, row)
        if count % BATCH == 0:
            yield Checkpoint(stream.name, {})


def _rows(connection: Connection, stream: SqlStream, query: Select[Any]) -> Iterator[Row]:
    """The query's rows by column, streamed.

    Raises:
        ConfigError: as `_columns` says.
    """
    with connection.execution_options(yield_per=BATCH).execute(query) as result:
        columns = _columns(stream, list(result.keys()))
        for values in result:
            yield dict(zip(columns, values, strict=True))


def _columns(stream: SqlStream, columns: list[str]) -> list[str]:
    """The columns, if the stream can be read from them.

    Raises:
        ConfigError: two have one name, or the cursor or primary key is not among them.
    """
    if len(set(columns)) < len(columns):
        hint = "Name each with AS in the query."
        raise ConfigError("Two columns have one name.", hint=hint, stream=stream.name)
    for name in (*stream.primary_key, *filter(None, [stream.cursor])):
        if name not in columns:
            hint = f"There are: {', '.join(columns)}."
            raise ConfigError(f"There is no column {name!r}.", hint=hint, stream=stream.name)
    return columns


def sample(connection: Connection, stream: SqlStream, limit: int) -> tuple[list[str], list[Row]]:
    """The columns, and some rows as JSON has them; raises as `_columns` says."""
    with connection.execute(queries.some(stream, limit)) as result:
        columns = _columns(stream, list(result.keys()))
        return columns, [json_row(dict(zip(columns, row, strict=True))) for row in result]


def _message(stream: SqlStream, row: Row) -> Record | Unreadable:
    data = json_row(row)
    external_id = _external_id([data[name] for name in stream.primary_key])
    if not external_id or len(external_id) > _MAX_ID:
        reason = "The row has no primary key, or one that is too long."
        return Unreadable(stream.name, "(no id)", "no_id", reason)
    fault = text_fault(data)
    if fault is not None:
        return Unreadable(stream.name, external_id, *fault)
    return Record(stream.name, external_id, data)


def _external_id(parts: list[Any]) -> str | None:
    """The primary key as one text; several columns are joined by a colon, escaped inside them."""
    if any(part is None or isinstance(part, (list, dict)) for part in parts):
        return None
    texts = [str(part) for part in parts]
    if len(texts) == 1:
        return texts[0]
    return ":".join(text.replace("\\", "\\\\").replace(":", "\\:") for text in texts)
