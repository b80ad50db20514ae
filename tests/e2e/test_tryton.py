"""A real Tryton, as ERP and as SCM system, becomes golden records, and stays what they say."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from daifuku.records import Entity
from daifuku.storage.engine import open_store
from tests.support.hub import Golden, Hub
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

ERP, SCM = "tryton", "tryton_stock"


@pytest.fixture(scope="module")
def make_hub(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Makes hubs that tests of this module share."""
    opened = []

    def make(tryton: Tryton) -> Hub:
        path = tmp_path_factory.mktemp("hub") / "store.sqlite"
        shutil.copyfile(sqlite_template, path)
        hub = Hub(open_store(f"sqlite:///{path}"))
        opened.append(hub)
        for connector in (ERP, SCM):
            hub.add(connector, connector, tryton.settings(connector))
        return hub

    yield make
    for hub in opened:
        hub.store.close()


@pytest.fixture(scope="module")
def read(make_hub: Any, tryton_as_built: Tryton) -> Hub:
    """A hub that has read a Tryton in which nothing changes any more."""
    hub: Hub = make_hub(tryton_as_built)
    for connector in (ERP, SCM):
        hub.synced(connector)
    return hub


@pytest.fixture(scope="module")
def following(make_hub: Any, tryton: Tryton) -> Hub:
    """A hub that follows a Tryton in which each test enters what it changes."""
    hub: Hub = make_hub(tryton)
    hub.synced(ERP)
    return hub


def the_golden(hub: Hub, party: object, source: str = ERP) -> Golden:
    """The golden record of a party that is one whole person or organisation."""
    (golden,) = hub.of(source, "parties", party)
    return golden


def test_parties_become_persons_and_organisations(read: Hub, tryton_as_built: Tryton) -> None:
    for party in tryton_as_built.world["parties"]:
        golden = the_golden(read, party["id"])
        assert golden.fields["name"] == party["name"]
        assert (golden.entity is Entity.PERSON) == ((party["code"] or "").startswith("P"))
        if "email" in party:
            assert party["email"] in golden.fields["emails"]


def test_companies_in_one_street_with_numbers_of_their_own_stay_apart(
    read: Hub, tryton_as_built: Tryton
) -> None:
    companies = [p for p in tryton_as_built.world["parties"] if "corporate_number" in p]
    golden = [the_golden(read, party["id"]) for party in companies]
    assert len({one.id for one in golden}) == len(companies)
    numbers = [one.fields["corporate_number"] for one in golden]
    assert numbers == [party["corporate_number"] for party in companies]


def test_a_party_seen_by_both_systems_is_one_golden_record(
    read: Hub, tryton_as_built: Tryton
) -> None:
    shipped_or_bought = tryton_as_built.ids("shipped or bought")
    for party in shipped_or_bought:
        assert the_golden(read, party, ERP).id == the_golden(read, party, SCM).id
    for golden in read.goldens():
        of_both = {external_id for source, _, external_id in golden.records if source == SCM}
        assert of_both == {i for s, _, i in golden.records if s == ERP} & shipped_or_bought


def test_orders_invoices_and_shipments_hang_on_who_they_were_for(
    read: Hub, tryton_as_built: Tryton
) -> None:
    found = [
        (event.of.external_id, event.kind)
        for golden in read.goldens()
        for event in read.interactions(golden)
    ]
    parties = [str(party["id"]) for party in tryton_as_built.world["parties"]]
    entered = tryton_as_built.ids
    buyers = parties[: len(entered("sale.sale"))]
    for kind in ("order", "invoice", "shipment"):
        assert sorted(of for of, what in found if what == kind) == sorted(buyers)
    kinds = [what for _, what in found]
    assert kinds.count("return") == len(entered("stock.shipment.out.return"))
    assert kinds.count("purchase") == len(entered("purchase.purchase"))


def test_reading_again_finds_nothing_new_and_says_nothing(read: Hub) -> None:
    golden, events = read.goldens(), read.events()
    for connector in (ERP, SCM):
        receipt = read.synced(connector).receipt
        assert receipt.fetched == receipt.unchanged
        assert receipt.new == receipt.changed == receipt.deleted == receipt.rejected == 0
    assert (read.goldens(), read.events()) == (golden, events)


def test_an_edit_of_only_a_contact_mechanism_arrives_in_the_golden_record(
    following: Hub, tryton: Tryton
) -> None:
    (party,) = tryton.enter_parties()
    following.synced(ERP)
    before = the_golden(following, party)
    (mechanism,) = tryton.call("party.contact_mechanism", "search", [["party", "=", party]])
    entered = f"party{party}@mail.example"  # nobody else's: that would be a reason to merge
    tryton.call("party.contact_mechanism", "write", [mechanism], {"value": entered})

    assert following.synced(ERP).receipt.changed == 1

    after = the_golden(following, party)
    assert (after.id, after.version) == (before.id, before.version + 1)
    assert after.fields["emails"] == [entered]


def test_parties_written_at_one_moment_all_become_golden_records(
    following: Hub, tryton: Tryton
) -> None:
    tied = tryton.enter_parties(12)
    following.synced(ERP)
    tryton.call("party.party", "write", tied, {"name": "改名 次郎"})

    assert following.synced(ERP).receipt.changed == len(tied)

    assert {the_golden(following, party).fields["name"] for party in tied} == {"改名 次郎"}


def test_a_deleted_party_becomes_a_tombstone_and_its_golden_record_goes(
    following: Hub, tryton: Tryton
) -> None:
    (party,) = tryton.enter_parties()
    following.synced(ERP)
    golden = the_golden(following, party)
    tryton.call("party.party", "delete", [party])

    receipt = following.synced(ERP).receipt

    assert (receipt.new, receipt.changed, receipt.deleted) == (0, 1, 1)
    assert following.of(ERP, "parties", party) == []
    assert (golden.id, "deleted", golden.version + 1) in following.events()
    assert following.synced(ERP).receipt.fetched == 0


def test_a_deleted_duplicate_leaves_a_smaller_golden_record(following: Hub, tryton: Tryton) -> None:
    kept, gone = tryton.enter_parties(2)
    (mail,) = tryton.call("party.contact_mechanism", "search", [["party", "=", kept]])
    (same,) = tryton.call("party.contact_mechanism", "search", [["party", "=", gone]])
    (address,) = tryton.call("party.contact_mechanism", "read", [mail], ["value"])
    tryton.call("party.contact_mechanism", "write", [same], {"value": address["value"]})
    tryton.call("party.party", "write", [kept, gone], {"name": "千代田 花子"})
    following.synced(ERP)
    both = the_golden(following, kept)
    assert both == the_golden(following, gone)
    tryton.call("party.party", "delete", [gone])

    following.synced(ERP)

    left = the_golden(following, kept)
    assert left.id == both.id
    assert left.records == both.records - {(ERP, "parties", str(gone))}
    assert _customer_numbers(left) < _customer_numbers(both)


def _customer_numbers(golden: Golden) -> set[str]:
    identifiers: list[Mapping[str, str]] = golden.fields["identifiers"]
    return {identifier["value"] for identifier in identifiers}
