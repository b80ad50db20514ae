"""The driver's errors as those the rest of the store raises, and those of the hub."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daifuku.errors import BusyError


@contextmanager
def driver_errors(tx: Connection) -> Iterator[None]:
    """Raises what the driver raises as the errors the rest of the store raises.

    They name no parameters: those are personal data.
    """
    try:
        yield
    except tx.dialect.loaded_dbapi.Error as error:
        raise as_known(tx, error) from error


def as_known(tx: Connection, error: Exception) -> Exception:
    """The toolkit's error for one of the driver's."""
    known = tx.dialect.loaded_dbapi.Error
    found: Exception = DBAPIError.instance(
        None, None, error, known, hide_parameters=True, dialect=tx.dialect
    )
    return found


def reason_of(error: OperationalError) -> str:
    """What the database, or its driver, says in a line. Redact it before it is shown."""
    return next(iter(str(error.orig).splitlines()), "it gives no reason")


def step_after(error: OperationalError) -> str:
    """What to do about it, for whoever runs the hub."""
    full = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    if full or getattr(error.orig, "sqlstate", None) == "53100":
        return "Make room on the disk of the database."
    return "Start it, or mend DAIFUKU_DATABASE_URL."


@contextmanager
def busy_errors() -> Iterator[None]:
    """Raises a BusyError where others had the store for longer than anyone waits for it.

    In one process they have its connections, elsewhere the lock of SQLite, which has one writer.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise busy_error() from error
    except OperationalError as error:
        if not _is_locked(error.orig):
            raise
        raise busy_error() from error


def _is_locked(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY


def busy_error() -> BusyError:
    """The error for whoever has waited for the store for too long."""
    return BusyError(
        "The store is busy with a long piece of work, such as the first resolution of many "
        "records, and nothing was changed.",
        hint="Try again when that is done: `daifuku jobs list` shows what runs. On PostgreSQL "
        "others need not wait for it.",
    )
