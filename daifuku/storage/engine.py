"""Opens the store: one transaction per `with` block, committed when the block ends well."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import POLLIN, poll
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import NullPool

from daifuku.errors import SettingsError
from daifuku.storage.known_errors import busy_errors, driver_errors
from daifuku.storage.pipeline import pipelined, wait_for_toolkit
from daifuku.storage.turn import Turn

Transaction = Connection
"""What repositories take: a connection inside a transaction that the caller's block ends."""

StoreUnavailable = OperationalError
"""Raised when the database does not answer; nothing of the transaction was kept."""

BUSY_SECONDS = 60.0
"""How long a writer waits for the one before it, in this process or another."""

CACHE_KB = 65_536
"""SQLite: kilobytes of pages that a connection keeps."""

CHECKPOINT_PAGES = 16_384
"""SQLite: pages of 4 kB in the write-ahead log before they are moved to the database file. Pages
that many commits change are then moved once, and few commits wait for it."""

READERS = 8
"""Connections kept for reading, per process."""

IDLE_SECONDS = 1.0
"""PostgreSQL: after so long a connection may be gone without a word, and is asked before use."""


T = TypeVar("T")
_ATTEMPTS = 5
_HURRIED = "daifuku_hurried"
_IN_THE_WAY = ("40P01", "40001")  # deadlock detected, serialization failure


class Store:
    """A database of the hub. Safe to share between threads; close it at the end.

    SQLite takes one writer at a time: one connection does all writing, and each transaction
    takes the write lock at its start, so that none fails half way for another's sake (it also
    keeps clear of the WAL-reset bug of SQLite before 3.51.3). Readers never wait for it.
    Commits are durable when `write` returns: a delivery acknowledged survives a power cut.
    """

    def __init__(self, url: URL, writer: Engine, reader: Engine, turn: Turn | None = None) -> None:
        self._url = url
        self._writer = writer
        self._reader = reader
        self._turn = turn or Turn(BUSY_SECONDS)

    @property
    def url(self) -> str:
        """The database's URL, password included: not for messages or logs."""
        return self._url.render_as_string(hide_password=False)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(str(self._url.database)) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def hurried(self, seconds: float) -> "Store":
        """This store for somebody who cannot wait: on SQLite `write` is busy after so long."""
        turn = self._turn.hurried(min(seconds, BUSY_SECONDS))
        writer = self._writer.execution_options(**{_HURRIED: turn.seconds})
        return Store(self._url, writer, self._reader, turn)

    @contextmanager
    def write(self, *, many: bool = False) -> Iterator[Transaction]:
        """A transaction that may write. It commits at the end of the block, or rolls back.

        Blocks do not nest: on SQLite the inner one would wait for the outer for ever. With `many`
        statements PostgreSQL gets them in a pipeline: what is written is not waited for, and what
        is wrong with it is raised by the next query or at the end.

        Raises:
            BusyError: others had the store for so long that the block was not begun.
        """
        if many and not self.is_sqlite:
            with busy_errors(), self._writer.connect() as tx, pipelined(tx), tx.begin():
                yield tx
        elif self.is_sqlite:
            with busy_errors(), self._turn.taken(), self._writer.begin() as tx:
                yield tx
        else:
            with busy_errors(), self._writer.begin() as tx:
                yield tx

    def transact(self, work: Callable[[Transaction], T], *, many: bool = False) -> T:
        """The result of `work` in a writing transaction, begun anew if another one got in its way.

        For work that touches rows other writers touch too: PostgreSQL ends one of two
        transactions that wait for each other. `work` may run several times. For `many` see
        `write`.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                with self.write(many=many) as tx:
                    return work(tx)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                    raise
        with self.write(many=many) as tx:
            return work(tx)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A read-only transaction that sees one state of the store throughout.

        Raises:
            BusyError: all connections were in use for so long that the block was not begun.
        """
        with busy_errors(), self._reader.begin() as tx:
            yield tx

    def version(self) -> str:
        """The version of the database: SQLite's library, PostgreSQL's server."""
        statement = "SELECT sqlite_version()" if self.is_sqlite else "SHOW server_version"
        with self.read() as tx:
            return str(tx.exec_driver_sql(statement).scalar_one())

    def close(self) -> None:
        """Give all connections back."""
        self._writer.dispose()
        self._reader.dispose()


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy URL of SQLite (a file) or PostgreSQL. Tables: see `upgrade`.

    Raises:
        SettingsError: the URL names no database that can be used.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Store(parsed, *_sqlite_engines(parsed))
    return Store(parsed, *_postgres_engines(parsed))


def parse_url(url: str) -> URL:
    """The URL with the driver we use filled in.

    Raises:
        SettingsError: it is no URL, or of a database that is not supported.
    """
    hint = "Use sqlite:////path/to/file, or postgresql:// with user:password@host/database."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("DAIFUKU_DATABASE_URL is no database URL.", hint=hint) from None
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SettingsError(
            f"DAIFUKU_DATABASE_URL names a {backend} database, which is not supported.", hint=hint
        )
    if parsed.database in (None, "", ":memory:"):
        raise SettingsError("The store needs a file: a SQLite in memory cannot be shared.")
    return parsed


def lock(tx: Transaction, name: str) -> None:
    """Wait until no other transaction holds the lock `name`, then hold it until this one ends.

    For work that must be one at a time in the whole installation. On SQLite a write
    transaction already is.
    """
    if tx.dialect.name == "postgresql":
        with driver_errors(tx):
            tx.connection.cursor().execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))


def migration_engine(url: URL) -> Engine:
    """An engine for changing the schema.

    On SQLite foreign keys are off: a batch migration rebuilds a table by dropping the old one,
    which would cascade into the rows that refer to it.
    """
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    _make_private(Path(str(url.database)))
    engine = create_engine(url, poolclass=NullPool)
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", foreign_keys="OFF")
    return engine


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    _make_private(Path(str(url.database)))
    writer = create_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, hide_parameters=True
    )
    reader = create_engine(url, pool_size=READERS, max_overflow=READERS, hide_parameters=True)
    _prepare_sqlite(writer, begin="BEGIN IMMEDIATE")
    _prepare_sqlite(reader, begin="BEGIN", query_only="ON")
    return writer, reader


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


def _prepare_sqlite(engine: Engine, *, begin: str, **pragmas: str) -> None:
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
        seconds = connection.get_execution_options().get(_HURRIED)
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


def _postgres_engines(url: URL) -> tuple[Engine, Engine]:
    connect_args = {"options": "-c timezone=UTC", "application_name": "daifuku"}
    shared: dict[str, Any] = {
        "connect_args": connect_args,
        "hide_parameters": True,
        "pool_size": READERS,
        "max_overflow": READERS,
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
