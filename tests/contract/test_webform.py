"""The `webform` connector keeps the contract of a source that only pushes."""

from collections.abc import Mapping, Set
from typing import Any

import pytest

from tests.contract.suite import ConnectorContract


class TestWebform(ConnectorContract):
    name = "webform"

    @pytest.fixture
    def working(self) -> Mapping[str, Any]:
        origins = ["https://www.daifuku.example"]
        form = {"id": "contact", "secret": "planted-form-secret", "allowed_origins": origins}
        return {"forms": [form]}

    @pytest.fixture
    def broken(self) -> Mapping[str, Any] | None:
        return None

    @pytest.fixture
    def unreachable(self) -> Mapping[str, Any] | None:
        return None

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"submissions": set()}

    def test_an_abandoned_reading_leaves_no_thread(
        self, working: Mapping[str, Any], expected: Mapping[str, Set[str]]
    ) -> None:
        """There is no record at which to abandon it."""
        assert not [m for m in self.connect(working).read(list(expected), {}) if hasattr(m, "data")]
