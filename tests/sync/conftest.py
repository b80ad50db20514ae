"""What the tests of the sync engine share."""

import pytest

from tests.support.scripted import install


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the scripted connector known while a test runs."""
    install(monkeypatch)
