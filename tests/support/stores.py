"""A store of one's own for a test, on SQLite and on PostgreSQL, cloned from a migrated template."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade

_numbers = itertools.count()


def create_database(server: str, *, template: str = "template1") -> str:
    """A new database on the server at this URL; returns its own URL."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    return f"{server.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database without rows."""
    url = create_database(postgres_url)
    upgrade(url)
    return url.rsplit("/", 1)[1]


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
def postgres_store_url(postgres_url: str, postgres_template: str) -> str:
    """A migrated PostgreSQL database of the test's own."""
    return create_database(postgres_url, template=postgres_template)


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


StoreFactory = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreFactory]:
    """Makes as many stores as asked for: for laws that compare one with another."""
    opened: list[Store] = []

    def on_sqlite() -> Store:
        path = tmp_path / f"{next(_numbers)}.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return open_store(f"sqlite:///{path}")

    def on_postgres() -> Store:
        server, template = map(request.getfixturevalue, ("postgres_url", "postgres_template"))
        return open_store(create_database(server, template=template))

    def make() -> Store:
        opened.append(on_sqlite() if request.param == "sqlite" else on_postgres())
        return opened[-1]

    yield make
    for each in opened:
        each.close()
