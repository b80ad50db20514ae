"""ShipStation passes the contract of every connector."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.shipstation import ShipStationSimulator
from tests.connectors.shipstation.account import customer, order, shipment
from tests.contract.http_suite import HttpConnectorContract

ORDERS = 1_300
SPACING = 30
"""Seconds between two changes of orders."""
SECRET = "planted-secret-0815"
KEY = "planted-key-4711"


@pytest.fixture(scope="module")
def account() -> Iterator[ShipStationSimulator]:
    with ShipStationSimulator(
        orders=[order(n, n * SPACING) for n in range(ORDERS)],
        shipments=[shipment(n, n) for n in range(40)],
        customers=[customer(n) for n in range(40)],
        api_key=KEY,
        api_secret=SECRET,
    ) as running:
        yield running


class TestShipStation(HttpConnectorContract):
    name = "shipstation"
    faulted = "orders"
    pages = "/orders"
    repeated = 2
    overlap = 65 * 60 // SPACING + 1

    @pytest.fixture
    def upstream(self, account: ShipStationSimulator) -> str:
        return account.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "api_key": KEY, "api_secret": SECRET}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "api_secret": "planted-wrong-one"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {
            "orders": {str(n) for n in range(ORDERS)},
            "shipments": {str(n) for n in range(40)},
            "customers": {str(9_000_000 + n) for n in range(40)},
        }
