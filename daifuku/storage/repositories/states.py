"""Where each stream of a source stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select

from daifuku.storage.bulk import upsert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import stream_state


def load(tx: Transaction, source: str) -> dict[str, Mapping[str, Any]]:
    """Stream -> its connector's cursor, for the streams that have one."""
    wanted = select(stream_state.c.stream, stream_state.c.state).where(
        stream_state.c.source == source
    )
    states = {stream: orjson.loads(state) for stream, state in tx.execute(wanted)}
    return {stream: state for stream, state in states.items() if state}


def save(tx: Transaction, source: str, stream: str, state: Mapping[str, Any], at: datetime) -> None:
    """Store the cursor; do so in the transaction that lands what it covers."""
    upsert_rows(
        tx,
        stream_state,
        ("source", "stream", "state", "generation", "updated_at"),
        [(source, stream, orjson.dumps(state), generation(tx, source, stream), at)],
        key=("source", "stream"),
    )


def begin_pass(tx: Transaction, source: str, stream: str, at: datetime) -> int:
    """The number of a new pass over the stream: records it lists will carry it.

    Every pass gets one of its own, an interrupted one too: what that had listed must not
    count as listed by the next.
    """
    current = tx.execute(
        select(stream_state.c.state, stream_state.c.generation).where(
            stream_state.c.source == source, stream_state.c.stream == stream
        )
    ).one_or_none()
    number = (current.generation if current else 0) + 1
    upsert_rows(
        tx,
        stream_state,
        ("source", "stream", "state", "generation", "updated_at"),
        [(source, stream, current.state if current else b"{}", number, at)],
        key=("source", "stream"),
    )
    return int(number)


def generation(tx: Transaction, source: str, stream: str) -> int:
    """The number of the last pass begun over the stream, 0 if passes are not counted."""
    found = tx.execute(
        select(stream_state.c.generation).where(
            stream_state.c.source == source, stream_state.c.stream == stream
        )
    ).scalar()
    return int(found or 0)


def forget(tx: Transaction, source: str, streams: list[str] | None = None) -> None:
    """Drop the cursors, so that the next run reads from the beginning."""
    wanted = stream_state.c.source == source
    if streams is not None:
        wanted &= stream_state.c.stream.in_(streams)
    tx.execute(delete(stream_state).where(wanted))
