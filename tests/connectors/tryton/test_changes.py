"""What happened in a real Tryton since the last sync arrives, whole and without the rest."""

from collections.abc import Mapping
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Checkpoint, Record
from tests.contract.reading import StreamReading, read_all
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def sync(
    tryton: Tryton,
    state: Mapping[str, Any] | None = None,
    *,
    connector: str = "tryton",
    stream: str = "parties",
    **settings: Any,
) -> StreamReading:
    """One sync of one stream."""
    source = registry.connect(connector, tryton.settings(connector, **settings))
    return read_all(source, [stream], {} if state is None else {stream: state})[stream]


def data(reading: StreamReading) -> dict[str, Any]:
    return {record.external_id: record.data for record in reading.records if not record.deleted}


def tombstones(reading: StreamReading) -> list[str]:
    return [record.external_id for record in reading.records if record.deleted]


def child(tryton: Tryton, model: str, party: int) -> int:
    """The id of the only row of `model` that belongs to `party`."""
    (id_,) = tryton.call(model, "search", [["party", "=", party]])
    return int(id_)


def emails(party: Mapping[str, Any]) -> list[str]:
    return [held["value"] for held in party["contact_mechanisms"] if held["type"] == "email"]


def test_nothing_changed_is_nothing_read(tryton: Tryton) -> None:
    first = sync(tryton)
    assert sync(tryton, first.state).ids == []


def test_new_parties_arrive(tryton: Tryton) -> None:
    first = sync(tryton)
    entered = tryton.enter_parties(2)
    assert sync(tryton, first.state).ids == [str(id_) for id_ in entered]


def test_an_edit_of_only_a_contact_mechanism_arrives(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton)
    mechanism = child(tryton, "party.contact_mechanism", party)
    tryton.call("party.contact_mechanism", "write", [mechanism], {"value": "new@mail.example"})
    second = sync(tryton, first.state)
    assert second.ids == [str(party)]
    before, after = data(first)[str(party)], data(second)[str(party)]
    assert emails(after) == ["new@mail.example"]
    assert after["write_date"] == before["write_date"], "Tryton itself does not tell"
    assert after["changed_at"] > before["changed_at"]


def test_an_edit_of_only_an_address_arrives(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton)
    tryton.call("party.address", "write", [child(tryton, "party.address", party)], {"city": "札幌"})
    second = sync(tryton, first.state)
    assert second.ids == [str(party)]
    assert [address["city"] for address in data(second)[str(party)]["addresses"]] == ["札幌"]


def test_a_contact_mechanism_deleted_on_its_own_leaves_its_party(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton)
    mechanism = child(tryton, "party.contact_mechanism", party)
    tryton.call("party.contact_mechanism", "delete", [mechanism])
    second = sync(tryton, first.state)
    assert emails(data(second)[str(party)]) == []
    assert sync(tryton, second.state).ids == []


def test_rows_written_together_all_arrive_over_pages_smaller_than_the_tie(tryton: Tryton) -> None:
    tied = tryton.enter_parties(12)
    first = sync(tryton)
    tryton.call("party.party", "write", tied, {"name": "改名"})
    second = sync(tryton, first.state, page_size=1)
    assert sorted(map(int, second.ids)) == tied
    assert len({party["write_date"] for party in data(second).values()}) == 1


def test_a_reading_abandoned_inside_a_tie_goes_on_where_it_was(tryton: Tryton) -> None:
    tied = tryton.enter_parties(12)
    first = sync(tryton)
    tryton.call("party.party", "write", tied, {"name": "改名"})
    source = registry.connect("tryton", tryton.settings(page_size=5))
    reading = source.read(["parties"], {"parties": first.state})
    seen: list[int] = []
    for message in reading:
        if isinstance(message, Record):
            seen.append(int(message.external_id))
        elif isinstance(message, Checkpoint):
            break
    tryton.call("party.party", "write", [seen[0]], {"name": "再改名"})
    rest = sync(tryton, message.state)
    assert sorted(seen + list(map(int, rest.ids))) == tied
    after = sync(tryton, rest.state)
    assert data(after)[str(seen[0])]["name"] == "再改名"


def test_a_deleted_party_becomes_one_tombstone(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton)
    tryton.call("party.party", "delete", [party])
    second = sync(tryton, first.state)
    assert tombstones(second) == [str(party)]
    assert sync(tryton, second.state).ids == []


def test_deletions_are_looked_for_every_nth_sync(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton, sweep_every=2)
    tryton.call("party.party", "delete", [party])
    second = sync(tryton, first.state, sweep_every=2)
    assert tombstones(second) == []
    assert tombstones(sync(tryton, second.state, sweep_every=2)) == [str(party)]


def test_an_archived_party_stays_but_archived_parts_go(tryton: Tryton) -> None:
    party, other = tryton.enter_parties(2)
    first = sync(tryton)
    tryton.call("party.party", "write", [party], {"active": False})
    mechanism = child(tryton, "party.contact_mechanism", other)
    tryton.call("party.contact_mechanism", "write", [mechanism], {"active": False})
    second = sync(tryton, first.state)
    assert tombstones(second) == []
    assert not data(second)[str(party)]["active"]
    assert emails(data(second)[str(party)])
    assert emails(data(second)[str(other)]) == []


def test_a_line_added_to_an_order_brings_the_order(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    draft = {"party": party, "currency": 1, "company": 1}
    (order,) = tryton.call("sale.sale", "create", [draft])
    first = sync(tryton, stream="sales")
    price = {"__class__": "Decimal", "decimal": "500"}
    line = {"sale": order, "description": "配送料", "quantity": 1, "unit_price": price}
    tryton.call("sale.line", "create", [line])
    second = sync(tryton, first.state, stream="sales")
    assert [one["description"] for one in data(second)[str(order)]["lines"]] == ["配送料"]


def test_the_scm_sees_parties_once_something_is_shipped_to_them(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    first = sync(tryton, connector="tryton_stock")
    assert str(party) not in first.ids
    tryton.call("party.party", "write", [party], {"name": "改名"})
    second = sync(tryton, first.state, connector="tryton_stock")
    assert second.ids == []
    address = child(tryton, "party.address", party)
    to = {"customer": party, "delivery_address": address}
    tryton.call("stock.shipment.out", "copy", [1], to)
    third = sync(tryton, second.state, connector="tryton_stock")
    assert third.ids == [str(party)]
    tryton.call("party.address", "write", [address], {"city": "札幌"})
    assert sync(tryton, third.state, connector="tryton_stock").ids == [str(party)]
