"""ERPNext passes the contract of every connector."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.erpnext import ErpNextSimulator
from tests.connectors.erpnext.site import documents
from tests.contract.http_suite import HttpConnectorContract

COUNT = 1_200
SECRET = "planted-secret-0815"
KEY = "planted-key-4711"


@pytest.fixture(scope="module")
def site() -> Iterator[ErpNextSimulator]:
    found = documents(COUNT)
    few = {doctype: docs[:50] for doctype, docs in found.items() if doctype != "Customer"}
    with ErpNextSimulator({**found, **few}, api_key=KEY, api_secret=SECRET) as running:
        yield running


class TestErpNext(HttpConnectorContract):
    name = "erpnext"
    faulted = "Customer"
    pages = "/api/resource/Customer"
    overlap = 65 * 7 + 7

    @pytest.fixture
    def upstream(self, site: ErpNextSimulator) -> str:
        return site.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "api_key": KEY, "api_secret": SECRET, "page_size": 400}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "api_secret": "planted-wrong-one"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        found = documents(COUNT)
        return {
            "Customer": {doc["name"] for doc in found["Customer"]},
            "Contact": {doc["name"] for doc in found["Contact"][:50]},
            "Address": {doc["name"] for doc in found["Address"][:50]},
            "Sales Invoice": {doc["name"] for doc in found["Sales Invoice"][:50]},
        }
