"""Shopify passes the contract of every connector and of those that speak HTTP."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.shopify.shop import SECRET, TOKEN, ShopSimulator, customer, order
from tests.contract.http_suite import HttpConnectorContract

CUSTOMERS, ORDERS = 45, 12


@pytest.fixture(scope="module")
def shop() -> Iterator[ShopSimulator]:
    people = [customer(number, number // 7) for number in range(CUSTOMERS)]
    orders = [order(number, number, buyer=number) for number in range(ORDERS)]
    with ShopSimulator(people, orders) as running:
        yield running


class TestShopify(HttpConnectorContract):
    name = "shopify"
    faulted = "customers"
    overlap = 7 * 3

    @pytest.fixture
    def upstream(self, shop: ShopSimulator) -> str:
        return shop.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            "base_url": base_url,
            "client_id": "app",
            "client_secret": SECRET,
            "access_token": TOKEN,
            "page_size": 10,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {
            "customers": {customer(n, 0)["legacyResourceId"] for n in range(CUSTOMERS)},
            "orders": {order(n, 0)["legacyResourceId"] for n in range(ORDERS)},
        }
