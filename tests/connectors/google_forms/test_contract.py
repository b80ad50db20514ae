"""Google Forms keeps the contract of every connector that speaks HTTP."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.google_forms.simulator import FormsSimulator, response
from tests.contract.http_suite import HttpConnectorContract

RESPONSES = {"1FAIpQLSd": 65, "1FAIpQLSe": 7}
SPACING = 300


@pytest.fixture(scope="module")
def account() -> Iterator[FormsSimulator]:
    held = {
        form: [response(n, spacing=SPACING) for n in range(count)]
        for form, count in RESPONSES.items()
    }
    with FormsSimulator(held, token="planted-token-4") as running:
        yield running


class TestGoogleForms(HttpConnectorContract):
    name = "google_forms"
    faulted = "responses"
    pages = "/v1/forms/*/responses"
    overlap = 2 * (10 * 60 // SPACING + 1)

    @pytest.fixture
    def upstream(self, account: FormsSimulator) -> str:
        return account.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            "base_url": base_url,
            "client_id": "hub",
            "access_token": "planted-token-4",
            "forms": list(RESPONSES),
            "page_size": 10,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"responses": {f"{form}/r{n:07}" for form, c in RESPONSES.items() for n in range(c)}}
