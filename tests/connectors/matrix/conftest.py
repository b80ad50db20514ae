"""One homeserver for the tests of this process; each test has rooms and people of its own."""

from collections.abc import Iterator

import pytest

from tests.support.synapse import Synapse, synapse_server


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A real homeserver."""
    with synapse_server(tmp_path_factory.mktemp("synapse")) as server:
        yield server
