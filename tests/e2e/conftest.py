"""A whole hub on SQLite for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daifuku.settings import Settings
from daifuku.storage.engine import open_store
from demo.hub import DemoHub
from tests.support.hub import Hub


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[Hub]:
    """A hub without sources."""
    store = open_store(sqlite_url)
    yield Hub(store)
    store.close()


@pytest.fixture
def url(hub: Hub, tmp_path: Path) -> Iterator[str]:
    """The address of the hub's API, which a worker stands behind."""
    served = DemoHub(Settings(home=tmp_path), hub.store, hub.box)
    with served.serving() as address, served.worker():
        yield address
