"""The `file` connector keeps the contract."""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from tests.contract.suite import ConnectorContract

ROWS = 1_500


class TestFile(ConnectorContract):
    name = "file"

    @pytest.fixture
    def working(self, tmp_path: Path) -> Mapping[str, Any]:
        lines = [f"{number},山田 {number},p{number}@example.com" for number in range(ROWS)]
        table = "\n".join(["番号,氏名,email", *lines])
        (tmp_path / "customers.csv").write_text(table, encoding="cp932")
        return {"path": str(tmp_path / "*.csv"), "id_column": "番号"}

    @pytest.fixture
    def broken(self) -> None:
        return None

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"path": str(tmp_path / "nowhere" / "*.csv")}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"customers": {str(number) for number in range(ROWS)}}

    def stream(self, name: str) -> Any:  # noqa: ARG002 (as the suite calls it)
        """Its streams are the files it finds: the spec has one that stands for all."""
        (spec,) = registry.spec(self.name).streams
        return spec
