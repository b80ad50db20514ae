"""Where each stream of a source stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import stream_state


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """A stream as it stands. `state` is its connector's cursor, empty before the first.

    `rereading` names an unfinished pass beside that cursor, whose own is `reread_state`; the last
    one that was complete was so at `reread_at`.
    `whole_pass` is how many records the last complete whole pass listed. A stream with a
    `paused_reason` is left out by runs.
    """

    stream: str
    state: Mapping[str, Any] = field(default_factory=dict)
    generation: int = 0
    rereading: str | None = None
    reread_state: Mapping[str, Any] = field(default_factory=dict)
    reread_at: datetime | None = None
    whole_pass: int | None = None
    profile: bytes | None = None
    paused_reason: str | None = None


def of_source(tx: Transaction, source: str) -> dict[str, StreamRow]:
    """Stream -> where it stands, for the streams that were read once."""
    rows = tx.execute(select(stream_state).where(stream_state.c.source == source))
    return {row.stream: _row(row) for row in rows}


def load(tx: Transaction, source: str) -> dict[str, Mapping[str, Any]]:
    """Stream -> its connector's cursor, for the streams that have one."""
    return {name: row.state for name, row in of_source(tx, source).items() if row.state}


def save(tx: Transaction, source: str, stream: str, state: Mapping[str, Any], at: datetime) -> None:
    """Store the cursor; do so in the transaction that lands what it covers."""
    _set(tx, source, stream, at, state=orjson.dumps(state))


def begin_reread(tx: Transaction, source: str, stream: str, name: str, at: datetime) -> None:
    """Note that a pass beside the cursor is to be made, from its beginning on."""
    _set(tx, source, stream, at, rereading=name, reread_state=None)


def save_reread(
    tx: Transaction, source: str, stream: str, state: Mapping[str, Any], at: datetime
) -> None:
    """Store the cursor of the pass beside the stream's own, as `save` does that."""
    _set(tx, source, stream, at, reread_state=orjson.dumps(state))


def end_reread(tx: Transaction, source: str, stream: str, at: datetime, *, replaces: bool) -> None:
    """That pass is complete; its cursor becomes the stream's own where it `replaces`."""
    if replaces:
        here = _here(source, stream) & stream_state.c.reread_state.is_not(None)
        tx.execute(update(stream_state).where(here).values(state=stream_state.c.reread_state))
    _set(tx, source, stream, at, rereading=None, reread_state=None, reread_at=at)


def note_whole_pass(tx: Transaction, source: str, stream: str, records: int, at: datetime) -> None:
    """A whole pass is complete and listed so many records."""
    _set(tx, source, stream, at, whole_pass=records)


def save_profile(
    tx: Transaction, source: str, stream: str, profile: bytes | None, at: datetime
) -> None:
    """Store the fields seen so far, as JSON."""
    _set(tx, source, stream, at, profile=profile)


def set_paused(tx: Transaction, source: str, stream: str, reason: str | None, at: datetime) -> None:
    """Let runs leave the stream out for this reason, or with None read it again."""
    _set(tx, source, stream, at, paused_reason=reason)


def begin_pass(tx: Transaction, source: str, stream: str, at: datetime) -> int:
    """The number of a new pass over the stream: records it lists will carry it.

    Every pass gets one of its own, an interrupted one too: what that had listed must not
    count as listed by the next.
    """
    number = generation(tx, source, stream) + 1
    _set(tx, source, stream, at, generation=number)
    return number


def generation(tx: Transaction, source: str, stream: str) -> int:
    """The number of the last pass begun over the stream, 0 if passes are not counted."""
    found = tx.execute(select(stream_state.c.generation).where(_here(source, stream))).scalar()
    return int(found or 0)


def forget(tx: Transaction, source: str, streams: list[str] | None = None) -> None:
    """Drop the cursors, so that the next run reads from the beginning."""
    wanted = stream_state.c.source == source
    if streams is not None:
        wanted &= stream_state.c.stream.in_(streams)
    tx.execute(delete(stream_state).where(wanted))


def _here(source: str, stream: str) -> ColumnElement[bool]:
    return and_(stream_state.c.source == source, stream_state.c.stream == stream)


def _set(tx: Transaction, source: str, stream: str, at: datetime, **values: Any) -> None:
    """Change the stream's row, or make it: a run and a delivery may do so at the same moment."""
    values["updated_at"] = at
    done = tx.execute(update(stream_state).where(_here(source, stream)).values(values))
    if done.rowcount == 0:
        fresh = {"source": source, "stream": stream, "state": b"{}", "generation": 0}
        dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
        row = dialect.insert(stream_state).values(fresh | values)
        tx.execute(row.on_conflict_do_update(index_elements=["source", "stream"], set_=values))


def _row(row: Row[Any]) -> StreamRow:
    return StreamRow(
        stream=row.stream,
        state=orjson.loads(row.state),
        generation=row.generation,
        rereading=row.rereading,
        reread_state=orjson.loads(row.reread_state or b"{}"),
        reread_at=row.reread_at,
        whole_pass=row.whole_pass,
        profile=row.profile,
        paused_reason=row.paused_reason,
    )
