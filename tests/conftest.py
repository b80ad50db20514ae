"""Real servers for the tests, from wheels; sockets beyond the loopback are refused."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from tests.support.servers import postgres_server, valkey_server

pytest_plugins = [
    "tests.support.busy",
    "tests.support.commandline",
    "tests.support.stores",
    "tests.support.tryton",
]

# No law depends on a clock: the first example may load tables, and machines are busy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _no_network() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test process."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey server of this test process."""
    with valkey_server() as url:
        yield url
