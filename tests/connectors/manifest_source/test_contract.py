"""The `manifest` connector keeps the contract, with a manifest of pages by offset."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from connectors import registry
from tests.connectors.manifest_source.manifests import manifest, pages, stream
from tests.connectors.manifest_source.office import PAGE, PEOPLE, SECRET, Office
from tests.contract.suite import ConnectorContract
from tests.support.servers import free_port

TEXT = manifest(stream("people", "offset", **pages("OffsetIncrement", "skip", page_size=PAGE)))


class TestManifest(ConnectorContract):
    name = "manifest"

    @pytest.fixture
    def working(self) -> Iterator[Mapping[str, Any]]:
        with Office() as office:
            yield self.settings(office.url, SECRET)

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.settings(working["config"]["url"], "planted-wrong-secret")

    @pytest.fixture
    def unreachable(self) -> Mapping[str, Any]:
        return self.settings(f"http://127.0.0.1:{free_port()}", SECRET)

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {"people": {str(number) for number in range(PEOPLE)}}

    def settings(self, url: str, secret: str) -> Mapping[str, Any]:
        own = {"url": url, "credentials": {"client_secret": secret}}
        return {"manifest": TEXT, "config": own, "allow_private": True, "tries": 1}

    def stream(self, name: str) -> Any:
        """Its streams are those of the manifest: the spec has one that stands for all."""
        config = self.settings("http://127.0.0.1:1", SECRET)
        return next(
            one for one in registry.connect("manifest", config).spec.streams if one.name == name
        )

    def test_the_built_in_mapping_takes_every_record(self) -> None:
        """None is built in: one is suggested from the records of each source."""
        assert "connector: manifest" in registry.mapping_text(self.name)
