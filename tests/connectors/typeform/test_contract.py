"""Typeform keeps the contract of every connector that speaks HTTP."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.typeform.simulator import TypeformSimulator, response
from tests.contract.http_suite import HttpConnectorContract

RESPONSES = {"contact": 65, "seminar": 7}
SPACING = 600


@pytest.fixture(scope="module")
def account() -> Iterator[TypeformSimulator]:
    held = {
        form: [response(n, spacing=SPACING) for n in range(count)]
        for form, count in RESPONSES.items()
    }
    with TypeformSimulator(held, token="planted-token-3", secret="planted-secret-3") as running:
        yield running


class TestTypeform(HttpConnectorContract):
    name = "typeform"
    faulted = "responses"
    pages = "/forms/*/responses"
    overlap = 2 * (60 * 60 // SPACING + 1)

    @pytest.fixture
    def upstream(self, account: TypeformSimulator) -> str:
        return account.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        secrets = {"access_token": "planted-token-3", "webhook_secret": "planted-secret-3"}
        return {**secrets, "base_url": base_url, "page_size": 10}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"responses": {f"{form}/t{n:07}" for form, c in RESPONSES.items() for n in range(c)}}
