"""Matrix passes the contract of connectors that speak HTTP: what a server can do wrong.

The contract against a real homeserver is in test_synapse.py.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.matrix.homeserver import (
    HANAKO,
    TOKEN,
    USER,
    HomeserverSimulator,
    member,
    said,
)
from tests.contract.http_suite import HttpConnectorContract

MESSAGES = 45


@pytest.fixture(scope="module")
def homeserver() -> Iterator[HomeserverSimulator]:
    events = [said(number) for number in range(MESSAGES)]
    with HomeserverSimulator(events, [member(HANAKO), member(USER)]) as running:
        yield running


class TestMatrix(HttpConnectorContract):
    name = "matrix"
    faulted = "messages"
    pages = "*/messages"

    @pytest.fixture
    def upstream(self, homeserver: HomeserverSimulator) -> str:
        return homeserver.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "access_token": TOKEN, "page_size": 10}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {
            "contacts": {HANAKO},
            "messages": {said(number)["event_id"] for number in range(MESSAGES)},
        }
