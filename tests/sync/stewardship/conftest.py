"""A steward's office for each kind of store."""

from collections.abc import Callable

import pytest

from daifuku.storage.engine import Store
from tests.support.stewardship import Office


@pytest.fixture
def office(store: Store) -> Office:
    """An office over an empty store."""
    return Office(store)


@pytest.fixture
def new_office(new_store: Callable[[], Store]) -> Callable[[], Office]:
    """Opens as many offices as asked for, each over a store of its own."""
    return lambda: Office(new_store())
