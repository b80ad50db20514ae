"""Opens the database to read: nothing in it can be changed, and its errors are told apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from connectors.builtin.sql.config import SqlConfig
from connectors.network import resolved
from daifuku.errors import ConfigError, SourceError, TransientError

_REFUSALS = (
    "password authentication failed",
    "authentication failed",
    "access denied",
    "login failed",
    "no pg_hba.conf entry",
    "does not exist",
    "is not permitted to log in",
    "no password supplied",
    "unknown database",
    "permission denied",
    "no such table",
    "no such column",
    "syntax error",
    "unrecognized token",
    "file is not a database",
    "unable to open database file",
    "read-only",
    "readonly",
)
"""What databases say when trying again will not help."""

_QUOTABLE = ("does not exist", "no such table", "no such column", "syntax error")
"""Refusals that name a table, a column or a role and no data, and may be shown."""

_TIMEOUT_OPTIONS = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mssql": "timeout"}
_READ_ONLY = {
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


@contextmanager
def open_database(config: SqlConfig) -> Iterator[Connection]:
    """A read-only connection that streams its results.

    Raises:
        ConfigError: the URL is wrong, or the database refuses the user or the query.
        TransientError: the database cannot be reached or went away.
    """
    with _told_apart():
        url = _url(config.url, config.password)
        dialect = url.get_backend_name()
        option = _TIMEOUT_OPTIONS.get(dialect)
        arguments: dict[str, Any] = {option: config.connect_timeout} if option else {}
        if dialect != "sqlite":
            arguments |= _pinned(url, allow_private=config.allow_private)
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
        statement = _READ_ONLY.get(dialect)
        if statement:
            event.listen(engine, "connect", lambda raw, _: raw.cursor().execute(statement))
        options = {"postgresql_readonly": True} if dialect == "postgresql" else {}
        with engine.connect().execution_options(stream_results=True, **options) as connection:
            yield connection


def _url(secret: SecretStr, password: SecretStr | None) -> URL:
    try:
        url = make_url(secret.get_secret_value())
    except (ArgumentError, ValueError):
        raise ConfigError(
            "The database's URL cannot be read.",
            hint="It looks like postgresql+psycopg://user@host/database.",
        ) from None
    if password is not None:
        url = url.set(password=password.get_secret_value())
    if url.get_backend_name() == "sqlite":
        return _sqlite_url(url)
    if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url


def _pinned(url: URL, *, allow_private: bool) -> dict[str, Any]:
    """What makes the driver connect to the addresses that were vetted, where it can be told.

    PostgreSQL's takes addresses beside the name that the certificate is for (`hostaddr`).
    Other drivers resolve the name themselves, after every address that it had was vetted.
    """
    asked = url.host or url.query.get("host") or ""
    hosts = asked.split(",") if isinstance(asked, str) else list(asked)
    found = {
        host: resolved(host, url.port or 0, allow_private=allow_private)
        for host in hosts
        if host and not host.startswith("/")
    }
    if url.drivername != "postgresql+psycopg" or len(found) != 1 or len(hosts) != 1:
        return {}
    [(host, addresses)] = found.items()
    return {"host": ",".join([host] * len(addresses)), "hostaddr": ",".join(addresses)}


def _sqlite_url(url: URL) -> URL:
    """The URL that opens the file read-only; SQLite would create one that is missing."""
    if not url.database or not Path(url.database).is_file():
        raise ConfigError("There is no such SQLite file.", hint="Check the path in the URL.")
    path = quote(str(Path(url.database).resolve()))
    return url.set(database=f"file:{path}?mode=ro", query={**url.query, "uri": "true"})


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turns the errors of databases into those of sources."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _as_source_error(error) from None
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The driver {error.name!r} for this database is not installed.",
            hint="Install it beside Daifuku, or choose another driver in the URL.",
        ) from None


def _as_source_error(error: SQLAlchemyError) -> SourceError:
    if isinstance(error, NoSuchModuleError):
        return ConfigError("The URL names a database that is not known.", hint="Check its start.")
    if not isinstance(error, DBAPIError):
        return ConfigError(f"The database cannot be read so ({type(error).__name__}).")
    said = str(error.orig).splitlines()[0] if str(error.orig) else ""
    refused = any(words in said.lower() for words in _REFUSALS)
    if isinstance(error, ProgrammingError) or refused:
        shown = f": {said[:200]}" if any(words in said.lower() for words in _QUOTABLE) else ""
        return ConfigError(
            f"The database refuses{shown}.", hint="Check user, password, database and query."
        )
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return TransientError("The database cannot be reached, or went away.")
    return ConfigError(f"The database cannot run the query ({type(error).__name__}).")
