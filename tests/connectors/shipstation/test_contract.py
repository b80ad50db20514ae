"""ShipStation passes the contract of every connector."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from demo.simulators.shipstation import ShipStationSimulator
from tests.connectors.shipstation.account import customer, order, shipment
from tests.contract.suite import ConnectorContract

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


class TestShipStation(ConnectorContract):
    name = "shipstation"
    overlap = 65 * 60 // SPACING + 1

    @pytest.fixture
    def working(self, account: ShipStationSimulator) -> Mapping[str, Any]:
        return {
            "base_url": account.url,
            "api_key": KEY,
            "api_secret": SECRET,
            "allow_private": True,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "api_secret": "planted-wrong-one"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "base_url": "http://127.0.0.1:9"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {
            "orders": {str(n) for n in range(ORDERS)},
            "shipments": {str(n) for n in range(40)},
            "customers": {str(9_000_000 + n) for n in range(40)},
        }
