"""Opens SQLite: one connection that writes, several that read."""

import os
import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from daifuku.errors import SettingsError
from daifuku.storage.known_errors import driver_errors

BUSY_SECONDS = 60.0
"""How long a writer waits for the one before it, in this process or another."""

CACHE_KB = 65_536
"""SQLite: kilobytes of pages that a connection keeps."""

CHECKPOINT_PAGES = 16_384
"""SQLite: pages of 4 kB in the write-ahead log before they are moved to the database file. Pages
that many commits change are then moved once, and few commits wait for it."""

READERS = 8
"""Connections kept for reading, per process."""

HURRIED = "daifuku_hurried"
"""Option of a writing connection: after so many seconds it waits no longer for its turn."""


def engines(url: URL) -> tuple[Engine, Engine]:
    """What writes to the file, and what reads it.

    Raises:
        SettingsError: the file cannot be opened.
    """
    _make_private(Path(str(url.database)))
    writer = create_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, hide_parameters=True
    )
    reader = create_engine(url, pool_size=READERS, max_overflow=READERS, hide_parameters=True)
    _prepare(writer, begin="BEGIN IMMEDIATE")
    _prepare(reader, begin="BEGIN", query_only="ON")
    return writer, reader


def migration_engine(url: URL) -> Engine:
    """What changes the schema. Foreign keys are off: a batch migration rebuilds a table by dropping
    the old one, which would cascade into the rows that refer to it."""
    _make_private(Path(str(url.database)))
    engine = create_engine(url, poolclass=NullPool)
    _prepare(engine, begin="BEGIN IMMEDIATE", foreign_keys="OFF")
    return engine


def _make_private(path: Path) -> None:
    """Create the database file readable by its owner alone: it holds personal data."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise SettingsError(
            f"The database file {path} cannot be opened: {error.strerror}.",
            hint="Give this user the right to write there, or set DAIFUKU_DATABASE_URL.",
        ) from error


def _prepare(engine: Engine, *, begin: str, **pragmas: str) -> None:
    settings = {
        "busy_timeout": str(int(BUSY_SECONDS * 1000)),
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "cache_size": f"-{CACHE_KB}",
        "temp_store": "MEMORY",
        "wal_autocheckpoint": str(CHECKPOINT_PAGES),
        "journal_size_limit": str(2 * CHECKPOINT_PAGES * 4096),
    } | pragmas

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is deferred: we say ours
        try:
            _log_ahead(connection)
            for name, value in settings.items():
                connection.execute(f"PRAGMA {name} = {value}")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
                raise
            raise SettingsError(
                f"{engine.url.database} is no SQLite database.",
                hint="Name another file in DAIFUKU_DATABASE_URL.",
            ) from None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        seconds = connection.get_execution_options().get(HURRIED)
        with driver_errors(connection):
            cursor = connection.connection.cursor()
            if seconds is None:
                cursor.execute(begin)
                return
            try:
                cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
                cursor.execute(begin)
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {settings['busy_timeout']}")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have the database write ahead into a log, which its file remembers.

    The change takes the file alone for a moment. Where several open a new file at once SQLite does
    not wait, lest they wait for each other, and all but one must try again.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(0.01)
