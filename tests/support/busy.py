"""A SQLite store that another process keeps for itself for longer than anyone waits."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from daifuku.errors import BusyError
from daifuku.storage import known_errors, sqlite
from daifuku.storage.engine import Store, open_store

WAIT_SECONDS = 0.02


class Other:
    """Another process with the store. What it keeps it gives back by itself in the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._refusals = 0
        told = known_errors.busy_error

        def refuse() -> BusyError:
            self._refusals -= 1
            if self._refusals == 0:
                self._connection.execute("rollback")
            return told()

        monkeypatch.setattr(known_errors, "busy_error", refuse)

    def keep(self, refusals: int = 1) -> None:
        """Have the store for itself until so many writers have been refused for it."""
        self._refusals = refusals
        self._connection.execute("begin immediate")

    @property
    def is_done(self) -> bool:
        """Whether so many were refused."""
        return self._refusals <= 0

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def busy_store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose writers wait for no longer than a blink."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", WAIT_SECONDS)
    store = open_store(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def other_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Other]]:
    """Another process with the store at a URL."""
    with ExitStack() as stack:

        def begin(url: str) -> Other:
            one = Other(monkeypatch, url.removeprefix("sqlite:///"))
            stack.callback(one.close)
            return one

        yield begin


@pytest.fixture
def other(busy_store: Store, other_of: Callable[[str], Other]) -> Other:
    """Another process with `busy_store`."""
    return other_of(busy_store.url)
