"""The `sql` connector keeps the contract, against a real PostgreSQL."""

from collections.abc import Mapping, Set
from typing import Any

import psycopg
import pytest

from connectors import registry
from tests.contract.suite import ConnectorContract
from tests.support.servers import free_port
from tests.support.stores import create_database

ROWS = 1_500
STREAM = {"name": "customers", "table": "customers", "primary_key": "番号", "cursor": "更新"}


class TestSql(ConnectorContract):
    name = "sql"
    overlap = 1  # the row at the last cursor value: another may have joined it

    @pytest.fixture
    def working(self, postgres_url: str) -> Mapping[str, Any]:
        url = create_database(postgres_url)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(
                'create table customers ("番号" int primary key, "氏名" text, "更新" timestamptz)'
            )
            connection.execute(
                "insert into customers select n, '山田 ' || n, "
                "timestamptz '2024-01-01' + n * interval '1 s' from generate_series(1, %s) n",
                [ROWS],
            )
        return {"url": url, "password": "planted-secret", "streams": [STREAM]}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "url": working["url"].replace("://postgres", "://nobody_here")}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "url": f"postgresql+psycopg://u@127.0.0.1:{free_port()}/d"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"customers": {str(number) for number in range(1, ROWS + 1)}}

    def stream(self, name: str) -> Any:  # noqa: ARG002 (as the suite calls it)
        """Its streams are those of the settings: the spec has one that stands for all."""
        (spec,) = registry.spec(self.name).streams
        return spec
