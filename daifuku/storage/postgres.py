"""Opens PostgreSQL: connections that write, and others that read one state of it each."""

from select import POLLIN, poll
from time import monotonic
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from daifuku.storage.pipeline import wait_for_toolkit

CONNECTIONS = 8
"""Kept for writing, and as many for reading, per process."""

IDLE_SECONDS = 1.0
"""PostgreSQL: after so long a connection may be gone without a word, and is asked before use."""


def engines(url: URL) -> tuple[Engine, Engine]:
    """What writes to the database, and what reads it."""
    connect_args = {"options": "-c timezone=UTC", "application_name": "daifuku"}
    shared: dict[str, Any] = {
        "connect_args": connect_args,
        "hide_parameters": True,
        "pool_size": CONNECTIONS,
        "max_overflow": CONNECTIONS,
    }
    writer = create_engine(url, isolation_level="READ COMMITTED", **shared)
    reader = create_engine(url, isolation_level="REPEATABLE READ", **shared)
    wait_for_toolkit(writer)
    for engine in (writer, reader):
        _look_after_idling(engine)

    @event.listens_for(reader, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.read_only = True

    return writer, reader


def _look_after_idling(engine: Engine) -> None:
    """Ask a connection whether it is still there where it may be gone, before it is used.

    A server that stops, or an administrator who cuts it, says so to the connection: that costs no
    question to see. A firewall between ends it without a word, so that one that idled is asked.
    """
    idle_since = "daifuku.idle_since"

    @event.listens_for(engine, "checkin")
    def on_checkin(_: Any, record: Any) -> None:
        record.info[idle_since] = monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _: Any) -> None:
        since = record.info.get(idle_since)
        if since is None or not (monotonic() - since > IDLE_SECONDS or _was_spoken_to(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _was_spoken_to(connection: Any) -> bool:
    """Whether the server sent something that nobody asked for, such as the end of a connection."""
    watch = poll()
    watch.register(connection.fileno(), POLLIN)
    return bool(watch.poll(0))
