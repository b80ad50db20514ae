"""The `line` connector keeps the contract, read from a stateful Messaging API."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.line import LineSimulator
from tests.connectors.line.accounts import profile, user
from tests.contract.http_suite import HttpConnectorContract

FOLLOWERS = 45
TOKEN, SECRET = "planted-token-7", "planted-secret-7"


@pytest.fixture(scope="module")
def account() -> Iterator[LineSimulator]:
    profiles = [profile(number) for number in range(FOLLOWERS)]
    with LineSimulator(profiles, token=TOKEN, secret=SECRET) as running:
        yield running


class TestLine(HttpConnectorContract):
    name = "line"
    faulted = "followers"
    pages = "/v2/bot/followers/ids"

    @pytest.fixture
    def upstream(self, account: LineSimulator) -> str:
        return account.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            "base_url": base_url,
            "channel_access_token": TOKEN,
            "channel_secret": SECRET,
            "page_size": 20,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {**working, "channel_access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"followers": {user(number) for number in range(FOLLOWERS)}}
