"""A whole hub on SQLite for each test."""

from collections.abc import Iterator

import pytest

from daifuku.storage.engine import open_store
from tests.support.hub import Hub


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[Hub]:
    """A hub without sources."""
    store = open_store(sqlite_url)
    yield Hub(store)
    store.close()
