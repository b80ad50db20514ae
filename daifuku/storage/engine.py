"""Opens the store: one transaction per `with` block, committed when the block ends well."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from daifuku.errors import SettingsError
from daifuku.storage import postgres, sqlite
from daifuku.storage.known_errors import busy_errors, driver_errors
from daifuku.storage.pipeline import answered, pipelined
from daifuku.storage.turn import Turn

Transaction = Connection
"""What repositories take: a connection inside a transaction that the caller's block ends."""

StoreUnavailable = OperationalError
"""Raised when the database does not answer; nothing of the transaction was kept."""


T = TypeVar("T")
_ATTEMPTS = 5
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
        self._turn = turn or Turn(sqlite.BUSY_SECONDS)

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
        turn = self._turn.hurried(min(seconds, sqlite.BUSY_SECONDS))
        writer = self._writer.execution_options(**{sqlite.HURRIED: turn.seconds})
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
            connect = self._writer.connect
            with busy_errors(), connect() as tx, pipelined(tx), tx.begin(), answered(tx):
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
        return Store(parsed, *sqlite.engines(parsed))
    return Store(parsed, *postgres.engines(parsed))


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
    """What changes the schema of the database at `url`."""
    if url.get_backend_name() == "sqlite":
        return sqlite.migration_engine(url)
    return create_engine(url, poolclass=NullPool)
