"""A store of one's own for a test, on SQLite and on PostgreSQL, migrated and without rows.

SQLite files are copies of a template. PostgreSQL databases are lent and emptied when they come
back: making one costs eight megabytes of writing, and a suite has hundreds of tests.
"""

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from daifuku.storage.engine import Store, open_store
from daifuku.storage.tables import metadata
from daifuku.storage.upgrade import upgrade

_numbers = itertools.count()


def create_database(server: str) -> str:
    """A new, empty database on the server at this URL; returns its own URL."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return f"{server.rsplit('/', 1)[0]}/{name}"


class PostgresDatabases:
    """Migrated databases, lent one at a time to whoever asks, as many as are out at once."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database without rows."""
        url = self._free.pop() if self._free else self._new()
        yield url
        _empty(url)
        self._free.append(url)

    def _new(self) -> str:
        url = create_database(self._server)
        upgrade(url)
        return url


def _empty(url: str) -> None:
    """Delete every row, once whoever a test left behind is gone."""
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        connection.execute(f"truncate {tables} restart identity cascade")


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> PostgresDatabases:
    """The PostgreSQL databases of this test process."""
    return PostgresDatabases(postgres_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    return create_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite store of the test's own."""
    path = tmp_path / "store.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_store_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    with postgres_databases.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A migrated store of the test's own, on each kind."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_store_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store of the test's own, on each kind."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes as many stores as asked for: for laws that compare one with another."""
    with contextlib.ExitStack() as stack:

        def on_sqlite() -> str:
            path = tmp_path / f"{next(_numbers)}.sqlite"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"

        def on_postgres() -> str:
            databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
            return stack.enter_context(databases.lent())

        def make() -> Store:
            opened = open_store(on_sqlite() if request.param == "sqlite" else on_postgres())
            stack.callback(opened.close)
            return opened

        yield make
