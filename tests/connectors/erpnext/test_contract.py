"""ERPNext passes the contract of every connector."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.erpnext import ErpNextSimulator
from tests.connectors.erpnext.site import documents
from tests.contract.suite import ConnectorContract

COUNT = 1_200
SECRET = "planted-secret-0815"
KEY = "planted-key-4711"


@pytest.fixture(scope="module")
def site() -> Iterator[ErpNextSimulator]:
    found = documents(COUNT)
    few = {doctype: docs[:50] for doctype, docs in found.items() if doctype != "Customer"}
    with ErpNextSimulator({**found, **few}, api_key=KEY, api_secret=SECRET) as running:
        yield running


class TestErpNext(ConnectorContract):
    name = "erpnext"
    overlap = 65 * 7 + 7

    @pytest.fixture
    def working(self, site: ErpNextSimulator) -> Mapping[str, Any]:
        return {"base_url": site.url, "api_key": KEY, "api_secret": SECRET}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "api_secret": "planted-wrong-one"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "base_url": "http://127.0.0.1:9"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        found = documents(COUNT)
        return {
            "Customer": {doc["name"] for doc in found["Customer"]},
            "Contact": {doc["name"] for doc in found["Contact"][:50]},
            "Address": {doc["name"] for doc in found["Address"][:50]},
            "Sales Invoice": {doc["name"] for doc in found["Sales Invoice"][:50]},
        }
