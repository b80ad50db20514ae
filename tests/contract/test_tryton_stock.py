"""The SCM connector for Tryton keeps the contract, against a real Tryton."""

from collections.abc import Mapping, Set
from typing import Any

import pytest

from tests.contract.suite import ConnectorContract
from tests.support.servers import free_port
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


class TestTrytonStock(ConnectorContract):
    name = "tryton_stock"

    @pytest.fixture
    def working(self, tryton_as_built: Tryton) -> Mapping[str, Any]:
        return tryton_as_built.settings(self.name, page_size=20)

    @pytest.fixture
    def broken(self, tryton_as_built: Tryton) -> Mapping[str, Any]:
        return tryton_as_built.settings(application_key="planted-key")

    @pytest.fixture
    def unreachable(self, tryton_as_built: Tryton) -> Mapping[str, Any]:
        return tryton_as_built.settings(base_url=f"http://127.0.0.1:{free_port()}")

    @pytest.fixture
    def expected(self, tryton_as_built: Tryton) -> Mapping[str, Set[str]]:
        return {
            "parties": tryton_as_built.ids("shipped or bought"),
            "shipments": tryton_as_built.ids("stock.shipment.out"),
            "returns": tryton_as_built.ids("stock.shipment.out.return"),
            "purchases": tryton_as_built.ids("purchase.purchase"),
        }
