"""The `line` connector keeps the contract, read from a stateful Messaging API."""

import socket
from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.line import LineSimulator
from tests.connectors.line.accounts import profile, user
from tests.contract.suite import ConnectorContract

FOLLOWERS = 45


@pytest.fixture(scope="module")
def account() -> Iterator[LineSimulator]:
    profiles = [profile(number) for number in range(FOLLOWERS)]
    with LineSimulator(profiles, token="planted-token-7", secret="planted-secret-7") as running:
        yield running


class TestLine(ConnectorContract):
    name = "line"

    @pytest.fixture
    def working(self, account: LineSimulator) -> Mapping[str, Any]:
        return account.config(page_size=20, tries=1)

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {**working, "channel_access_token": "planted-wrong-token"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            return {**working, "base_url": f"http://127.0.0.1:{closed.getsockname()[1]}"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"followers": {user(number) for number in range(FOLLOWERS)}}
