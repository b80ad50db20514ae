"""An Airbyte connector, run as a program, feeds the hub, and its secrets are kept."""

import pytest
import yaml

from daifuku.records import RunState
from daifuku.storage.repositories import sources
from sync.sources import connect_source, keeping_rotated, opened_config, update_config
from tests.connectors.airbyte.faker import PEOPLE, SETTINGS, install_faker
from tests.connectors.airbyte.programs import settings
from tests.connectors.airbyte.tiny import KEY
from tests.support.hub import Hub

MAPPING = """
version: 1
connector: airbyte
streams:
  users:
    records:
      - entity: person
        observed_at: {path: updated_at, apply: [datetime]}
        fields:
          name: name
          emails: [email]
          phones: [telephone]
          addresses: [{street: {join: [address.street_number, address.street_name]},
                       city: address.city, region: address.state, country: address.country_code}]
  "*": {ignore: true}
"""


def people_mapping() -> str:
    fields = {"name": "name", "identifiers": [{"scheme": {"const": "no"}, "value": "id"}]}
    people = {"records": [{"entity": "person", "fields": fields}]}
    streams = {"people": people, "*": {"ignore": True}}
    return yaml.safe_dump({"version": 1, "connector": "airbyte", "streams": streams})


def test_its_secrets_are_sealed_and_a_rotated_one_is_kept(hub: Hub) -> None:
    hub.add("shop", "airbyte", settings(act="rotate", at=2), people_mapping())
    with hub.store.read() as tx:
        assert KEY not in str(sources.get(tx, "shop").config)

    hub.synced("shop")

    with hub.store.read() as tx:
        row = sources.get(tx, "shop")
    assert "fresh-planted-key" not in str(row.config)
    assert opened_config(hub.box, row)["config"]["api_key"] == "fresh-planted-key"


def test_a_secret_rotated_by_a_check_is_kept(hub: Hub) -> None:
    hub.add("shop", "airbyte", settings(act="rotate early"), people_mapping())
    with hub.store.read() as tx:
        row = sources.get(tx, "shop")
    connector = connect_source(hub.box, row)
    assert keeping_rotated(hub.store, hub.box, "shop", connector).check().ok
    with hub.store.read() as tx:
        kept = opened_config(hub.box, sources.get(tx, "shop"))
    assert kept["config"]["api_key"] == "fresh-planted-key"


def test_a_killed_connector_loses_and_doubles_nothing(hub: Hub) -> None:
    hub.add("shop", "airbyte", settings(act="die", at=6), people_mapping())
    assert hub.sync("shop").state is RunState.PARTIAL
    update_config(hub.store, hub.box, "shop", {"config": settings()["config"]})
    receipt = hub.synced("shop").receipt
    assert (receipt.new, receipt.changed, receipt.unchanged) == (4, 0, 2 + 3)
    assert len(hub.goldens()) == 10


@pytest.mark.peer
@pytest.mark.timeout(600)
def test_its_people_become_golden_records(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("shop", "airbyte", {"package": install_faker(monkeypatch), "config": SETTINGS}, MAPPING)
    run = hub.synced("shop")
    (golden,) = hub.of("shop", "users", 1)
    assert run.receipt.rejected == 0
    assert run.receipt.new > PEOPLE
    assert golden.fields["emails"]
