"""What is particular to ERPNext: pages by key, child tables, deletions, edits while reading."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.builtin.erpnext.connector import ErpNext, ErpNextConfig
from connectors.protocol import Log, Record
from daifuku.errors import ConfigError
from demo.simulators.erpnext import ErpNextSimulator
from tests.connectors.erpnext.site import customer, documents, stamp
from tests.contract.reading import read_all


def source(site: ErpNextSimulator, **more: Any) -> ErpNext:
    settings = {"base_url": site.url, "api_key": "demo-key", "api_secret": "demo-secret", **more}
    return ErpNext(ErpNextConfig.model_validate(settings))


@pytest.fixture
def site() -> Iterator[ErpNextSimulator]:
    with ErpNextSimulator(documents(40)) as running:
        yield running


def test_ties_longer_than_a_page_lose_nothing() -> None:
    with ErpNextSimulator(documents(50, ties=20)) as site:
        reading = read_all(source(site, page_size=3), ["Customer"])["Customer"]
    assert sorted(reading.ids) == [f"CUST-{n:05}" for n in range(50)]
    assert len(reading.ids) == 50


def test_a_document_edited_while_it_is_read_hides_no_other(site: ErpNextSimulator) -> None:
    seen = []
    for message in source(site, page_size=10).read(["Customer"], {}):
        if isinstance(message, Record):
            seen.append(message.external_id)
            if len(seen) == 15:
                site.put("Customer", customer(0, 500))
    assert set(seen) == {f"CUST-{n:05}" for n in range(40)}


def test_child_rows_and_the_customer_of_a_link_are_put_in(site: ErpNextSimulator) -> None:
    readings = read_all(source(site), ["Contact", "Sales Order"])
    contact = next(r.data for r in readings["Contact"].records if "CUST-00001" in r.external_id)
    assert [row["phone"] for row in contact["phone_nos"]] == ["03-0000-0001"]
    assert [row["email_id"] for row in contact["email_ids"]] == ["contact1@example.com"]
    (link,) = contact["links"]
    assert (link["customer_name"], link["customer_type"]) == ("見本1株式会社", "Company")
    order = readings["Sales Order"].records[0].data
    assert [(row["item_code"], row["qty"]) for row in order["items"]] == [("SKU-1", 2.0)]


def test_a_deletion_becomes_a_tombstone_once_it_is_new(site: ErpNextSimulator) -> None:
    site.delete("Customer", "CUST-00003", stamp(100))
    first = read_all(source(site), ["Customer"])["Customer"]
    assert not [record for record in first.records if record.deleted]
    site.delete("Customer", "CUST-00007", stamp(900))
    again = read_all(source(site), ["Customer"], {"Customer": first.state})["Customer"]
    assert [r.external_id for r in again.records if r.deleted][-1] == "CUST-00007"


def test_a_name_in_use_again_is_no_tombstone(site: ErpNextSimulator) -> None:
    first = read_all(source(site), ["Customer"])["Customer"]
    site.delete("Customer", "CUST-00007", stamp(900))
    site.put("Customer", customer(7, 901))
    again = read_all(source(site), ["Customer"], {"Customer": first.state})["Customer"]
    assert not [record for record in again.records if record.deleted]
    assert "CUST-00007" in again.ids


def test_deletions_that_may_not_be_read_are_said() -> None:
    with ErpNextSimulator(documents(3), forbidden=["Deleted Document"]) as site:
        messages = list(source(site).read(["Customer"], {}))
    assert sum(isinstance(message, Record) for message in messages) == 3
    assert any(isinstance(m, Log) and "Deleted Document" in m.message for m in messages)


def test_a_document_committed_late_is_not_missed(site: ErpNextSimulator) -> None:
    first = read_all(source(site), ["Customer"])["Customer"]
    site.put("Customer", customer(99, 0))
    again = read_all(source(site), ["Customer"], {"Customer": first.state})["Customer"]
    assert "CUST-00099" in again.ids


def test_a_site_ahead_of_utc_is_read_to_its_newest_document(site: ErpNextSimulator) -> None:
    ahead = {**customer(99, 0), "modified": "2999-01-01 00:00:00.000000"}
    site.put("Customer", ahead)
    assert "CUST-00099" in read_all(source(site), ["Customer"])["Customer"].ids


def test_a_document_from_the_future_does_not_hide_what_is_written_today(
    site: ErpNextSimulator,
) -> None:
    site.put("Customer", {**customer(99, 0), "modified": "2999-01-01 00:00:00.000000"})
    first = read_all(source(site), ["Customer"])["Customer"]
    site.put("Customer", customer(3, 500))

    again = read_all(source(site), ["Customer"], {"Customer": first.state})["Customer"]

    assert {"CUST-00003", "CUST-00099"} <= set(again.ids)


def test_a_refused_key_is_a_failure_and_not_a_right_that_lacks(site: ErpNextSimulator) -> None:
    first = read_all(source(site), ["Customer"])["Customer"]
    refused = source(site, api_secret="wrong")

    reading = read_all(refused, ["Customer"], {"Customer": first.state})["Customer"]

    assert [type(failure.error) for failure in reading.failures] == [ConfigError]
    assert not any(isinstance(message, Log) for message in reading.messages)
    assert "Check its key, token or password." in str(reading.failures[0].error)


def test_discovery_leaves_out_what_may_not_be_read() -> None:
    with ErpNextSimulator(documents(3), forbidden=["Sales Invoice"]) as site:
        found = [info.spec.name for info in source(site).discover()]
    assert found == ["Customer", "Contact", "Address", "Sales Order"]
