"""The `airbyte` connector keeps the contract, with a connector of a few lines as its program."""

from collections.abc import Mapping, Set
from typing import Any

import pytest

from connectors import registry
from tests.connectors.airbyte.programs import settings
from tests.connectors.airbyte.tiny import PEOPLE
from tests.contract.suite import ConnectorContract

COUNT = 1_500


class TestAirbyte(ConnectorContract):
    name = "airbyte"

    @pytest.fixture
    def working(self) -> Mapping[str, Any]:
        own: Mapping[str, Any] = settings(count=COUNT, every=400)
        return own

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "config": {"api_key": "planted-wrong-key"}}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "command": ["/no/such/program"]}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {PEOPLE: {str(number) for number in range(COUNT)}}

    def stream(self, name: str) -> Any:  # noqa: ARG002 (as the suite calls it)
        """Its streams are those of the program: the spec has one that stands for all."""
        (spec,) = registry.spec(self.name).streams
        return spec

    def test_a_missing_setting_is_refused(self) -> None:
        with pytest.raises(ValueError, match="either package or command"):
            registry.spec(self.name).config.model_validate({})
