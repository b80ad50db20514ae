"""Odoo passes the contract of every connector and of those that speak HTTP, by both protocols."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.odoo.database import (
    DATABASE,
    KEY,
    LOGIN,
    OdooSimulator,
    company,
    line,
    order,
    person,
)
from tests.contract.http_suite import HttpConnectorContract

PEOPLE, ORDERS = 45, 4


@pytest.fixture(scope="module")
def odoo() -> Iterator[OdooSimulator]:
    with OdooSimulator() as running:
        companies = running.create("res.partner", *[company(n) for n in range(5)])
        for number in range(PEOPLE - 5):
            running.tick()
            running.create("res.partner", person(number, parent_id=[companies[number % 5], "x"]))
        orders = running.create("sale.order", *[order(n, companies[0]) for n in range(ORDERS)])
        running.create("sale.order.line", *[line(id_, n) for id_ in orders for n in range(3)])
        yield running


class TestOdoo(HttpConnectorContract):
    name = "odoo"
    faulted = "partners"
    pages = "*/search_read"
    overlap = 11

    @pytest.fixture
    def upstream(self, odoo: OdooSimulator) -> str:
        return odoo.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "api_key": KEY, "page_size": 10}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "api_key": "planted-wrong-key"}

    @pytest.fixture
    def expected(self, odoo: OdooSimulator) -> Mapping[str, Set[str]]:
        return {
            "partners": {str(id_) for id_ in odoo.models["res.partner"]},
            "orders": {str(id_) for id_ in odoo.models["sale.order"]},
        }


class TestOdooByJsonRpc(TestOdoo):
    pages = "/jsonrpc"

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        usual = super().config_at(base_url)
        return {**usual, "login": LOGIN, "database": DATABASE}
