"""Typeform keeps the contract of every connector."""

import socket
from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.typeform.simulator import TypeformSimulator, response
from tests.contract.suite import ConnectorContract

RESPONSES = {"contact": 130, "seminar": 7}
SPACING = 600


@pytest.fixture(scope="module")
def account() -> Iterator[TypeformSimulator]:
    held = {
        form: [response(n, spacing=SPACING) for n in range(count)]
        for form, count in RESPONSES.items()
    }
    with TypeformSimulator(held, token="planted-token-3", secret="planted-secret-3") as running:
        yield running


class TestTypeform(ConnectorContract):
    name = "typeform"
    overlap = 2 * (60 * 60 // SPACING + 1)

    @pytest.fixture
    def working(self, account: TypeformSimulator) -> Mapping[str, Any]:
        return account.config(page_size=20)

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            return {**working, "base_url": f"http://127.0.0.1:{closed.getsockname()[1]}"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"responses": {f"{form}/t{n:07}" for form, c in RESPONSES.items() for n in range(c)}}
