"""The SCM connector for Tryton keeps the contract, against a real Tryton."""

from collections.abc import Mapping, Set
from typing import Any

import pytest

from connectors import registry
from tests.contract.http_suite import HttpConnectorContract
from tests.contract.reading import StreamReading, read_all
from tests.support.servers import free_port
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def read_once(tryton_as_built: Tryton) -> dict[str, StreamReading]:
    """A first reading of every stream; nothing changes this database."""
    source = registry.connect(
        "tryton_stock", tryton_as_built.settings("tryton_stock", page_size=20)
    )
    return read_all(source, [stream.name for stream in source.spec.streams])


class TestTrytonStock(HttpConnectorContract):
    name = "tryton_stock"
    faulted = "shipments"
    pages = "*/rest/model/stock.shipment.out"

    @pytest.fixture
    def upstream(self, tryton_as_built: Tryton) -> str:
        self.tryton = tryton_as_built
        return tryton_as_built.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return self.tryton.settings(self.name, base_url=base_url, page_size=50)

    @pytest.fixture
    def working(self, tryton_as_built: Tryton) -> Mapping[str, Any]:
        return tryton_as_built.settings(self.name, page_size=20)

    @pytest.fixture
    def whole(self, read_once: dict[str, StreamReading]) -> dict[str, StreamReading]:
        return read_once

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
