"""A connector of Airbyte's own, from PyPI: a program that we neither ship nor import."""

import pytest

from connectors import registry
from tests.connectors.airbyte.faker import PEOPLE, SETTINGS, install_faker
from tests.contract.reading import read_all

pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]


def test_it_is_discovered_read_and_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    package = install_faker(monkeypatch)
    config = {"package": package, "config": {**SETTINGS, "always_updated": False}}
    source = registry.connect("airbyte", config)
    specs = {info.spec.name: info.spec for info in source.discover()}
    found = read_all(source, ["users"])["users"]
    again = read_all(source, ["users"], {"users": found.state})["users"]

    assert source.check().ok
    assert (specs["users"].primary_key, specs["users"].cursor) == ("id", "updated_at")
    assert len(set(found.ids)) == PEOPLE
    assert found.state["stream"]["seed"] == SETTINGS["seed"]
    assert not again.ids
