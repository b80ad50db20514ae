"""Landing: evidence, mapped records and rejections, written together and accounted for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from connectors.protocol import Record, Unreadable
from daifuku.records import Receipt, RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.repositories.landing import pending_exists
from daifuku.storage.repositories.suppression import suppress
from daifuku.storage.tables import mapped_record, rejected_record, source_record
from sync.landing import Arrival, land
from tests.support.contents import landed
from tests.support.customers import mapper

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def customer(number: int = 1, /, **data: Any) -> Record:
    return Record("customers", str(number), {"name": f"客{number}"} | data)


def put(store: Store, *arrivals: Arrival, stream: str = "customers", hours: int = 0) -> Receipt:
    with store.write() as tx:
        at = NOON + timedelta(hours=hours)
        return land(tx, "shop", stream, arrivals, mapper=mapper, at=at)


def mapped(store: Store) -> dict[str, Any]:
    with store.read() as tx:
        rows = tx.execute(select(mapped_record)).all()
    return {f"{row.external_id}#{row.part}": row for row in rows}


def resolve(store: Store) -> None:
    with store.write() as tx:
        tx.execute(update(mapped_record).values(pending=False))


def test_a_new_record_is_kept_as_it_came_and_its_mapped_records_await_resolution(
    store: Store,
) -> None:
    receipt = put(store, customer(1, company="大福堂", zone=[1, {"ä": None}]))

    assert receipt == Receipt(fetched=1, new=1)
    with store.read() as tx:
        row = tx.execute(select(source_record)).one()
    assert row.payload == '{"name":"客1","company":"大福堂","zone":[1,{"ä":null}]}'.encode()
    assert row.first_seen_at == row.observed_at == NOON
    parts = mapped(store)
    assert set(parts) == {"1#self", "1#company"}
    assert all(part.pending and not part.removed for part in parts.values())


def test_an_unchanged_record_is_a_no_op(store: Store) -> None:
    put(store, customer(1))
    resolve(store)

    receipt = put(store, customer(1), hours=1)

    assert receipt == Receipt(fetched=1, unchanged=1)
    with store.read() as tx:
        assert not pending_exists(tx)


def test_a_change_makes_only_the_parts_it_touches_pending_and_removes_those_gone(
    store: Store,
) -> None:
    put(store, customer(1, company="大福堂"), customer(2))
    resolve(store)

    receipt = put(store, customer(1, email="a@example.com"), customer(2), hours=1)

    assert receipt == Receipt(fetched=2, changed=1, unchanged=1)
    parts = mapped(store)
    assert parts["1#self"].pending
    assert parts["1#self"].revision == 2
    assert parts["1#company"].removed
    assert parts["1#company"].pending
    assert not parts["2#self"].pending


def test_a_tombstone_removes_the_mapped_records_and_keeps_the_evidence(store: Store) -> None:
    put(store, customer(1))
    before = landed(store)

    receipt = put(store, Record("customers", "1", {}, deleted=True), hours=1)
    again = put(store, Record("customers", "1", {}, deleted=True), hours=2)

    assert receipt == Receipt(fetched=1, changed=1, deleted=1)
    assert again == Receipt(fetched=1, unchanged=1)
    assert mapped(store)["1#self"].removed
    (evidence,) = landed(store, without=("deleted", "observed_at"))["source_record"]
    assert evidence[2] == before["source_record"][0][2]


def test_a_record_that_comes_back_lives_again(store: Store) -> None:
    put(store, customer(1))
    before = landed(store, without=("observed_at",))
    put(store, Record("customers", "1", {}, deleted=True), hours=1)

    assert put(store, customer(1), hours=2) == Receipt(fetched=1, changed=1)
    assert landed(store, without=("observed_at",)) == before


def test_a_tombstone_of_an_unknown_record_is_kept_too(store: Store) -> None:
    receipt = put(store, Record("customers", "9", {}, deleted=True))

    assert receipt == Receipt(fetched=1, new=1, deleted=1)
    assert mapped(store) == {}


class TestRejection:
    def test_what_cannot_be_mapped_is_evidence_with_a_reason(self, store: Store) -> None:
        receipt = put(store, customer(1, born="no date"))

        assert receipt == Receipt(fetched=1, rejected=1)
        with store.read() as tx:
            rejected = tx.execute(select(rejected_record)).one()
            evidence = tx.execute(select(source_record)).one()
        assert rejected.source_record_id == evidence.id
        assert (rejected.stage, rejected.field) == ("map", "birth_date")
        assert b"no date" in evidence.payload

    def test_it_stays_rejected_while_it_stays_as_it_is(self, store: Store) -> None:
        put(store, customer(1, born="no date"))
        before = landed(store)

        assert put(store, customer(1, born="no date"), hours=1) == Receipt(fetched=1, rejected=1)
        assert landed(store) == before

    def test_a_good_version_lifts_it(self, store: Store) -> None:
        put(store, customer(1, born="no date"))

        assert put(store, customer(1, born="2000-01-02")) == Receipt(fetched=1, changed=1)
        assert landed(store)["rejected_record"] == []
        assert not mapped(store)["1#self"].removed

    def test_a_version_that_cannot_be_mapped_takes_its_mapped_records_back(
        self, store: Store
    ) -> None:
        put(store, customer(1))
        put(store, customer(1, born="no date"))
        assert mapped(store)["1#self"].removed

    def test_an_unreadable_record_says_nothing_of_its_content(self, store: Store) -> None:
        put(store, customer(1))
        before = landed(store)
        broken = Unreadable("customers", "1", "bad_charset", "The text cannot be decoded.")

        assert put(store, broken, hours=1) == Receipt(fetched=1, rejected=1)
        assert landed(store)["mapped_record"] == before["mapped_record"]
        assert put(store, customer(1), hours=2) == Receipt(fetched=1, unchanged=1)
        assert landed(store) == before


@pytest.mark.parametrize(
    "data",
    [
        {"name": "NUL \0 inside"},
        {"name": "half a pair \ud83d"},
        {"name": "a", "big": 2**80},
        {"name": "a", "when": NOON, "odd": {1: {2, 3}}},
    ],
    ids=["nul", "surrogate", "big-number", "not-json"],
)
def test_odd_payloads_land_and_are_recognised_again(store: Store, data: dict[str, Any]) -> None:
    record = Record("customers", "odd \0 \ud83d", data)

    assert put(store, record) == Receipt(fetched=1, new=1)
    assert put(store, record) == Receipt(fetched=1, unchanged=1)


def test_a_payload_too_deep_to_store_is_rejected_by_name(store: Store) -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]

    assert put(store, customer(1, deep=deep)) == Receipt(fetched=1, rejected=1)
    with store.read() as tx:
        assert tx.execute(select(rejected_record.c.code)).scalar_one() == "too_deep"


def test_a_suppressed_record_stays_absent(store: Store) -> None:
    with store.write() as tx:
        suppress(tx, [RecordKey("shop", "customers", "1")], NOON)

    assert put(store, customer(1), customer(2)) == Receipt(fetched=2, new=1, suppressed=1)
    assert set(mapped(store)) == {"2#self"}


def test_interactions_follow_their_record(store: Store) -> None:
    def order(**data: Any) -> Sequence[Arrival]:
        return [Record("orders", "A1", {"customer": "1", "at": "2026-04-01", "number": "5"} | data)]

    put(store, *order(), stream="orders")
    put(store, *order(number="6"), stream="orders")

    (row,) = landed(store)["interaction"]
    assert row[:3] == ("customers", "1", "self")
    assert row[-1] == b'{"refs":{"order":"6"}}'


def test_of_an_erased_person_not_even_an_unchanged_record_counts(store: Store) -> None:
    put(store, customer(1), customer(2))
    with store.write() as tx:
        suppress(tx, [RecordKey("shop", "customers", "1")], NOON)

    assert put(store, customer(1), customer(2)) == Receipt(fetched=2, unchanged=1, suppressed=1)


def test_an_unchanged_record_is_listed_by_the_pass_that_saw_it(store: Store) -> None:
    put(store, customer(1), customer(2))
    with store.write() as tx:
        land(tx, "shop", "customers", [customer(2)], mapper=mapper, at=NOON, generation=3)

    with store.read() as tx:
        rows = tx.execute(select(source_record.c.external_id, source_record.c.generation)).all()
    assert sorted(map(tuple, rows)) == [("1", 0), ("2", 3)]


def test_a_record_that_comes_and_goes_and_comes_within_a_page_counts_each_time(
    store: Store,
) -> None:
    put(store, customer(1), customer(2))
    gone = Record("customers", "1", {}, deleted=True)

    receipt = put(store, customer(1), gone, customer(1), customer(2))

    assert receipt == Receipt(fetched=4, unchanged=2, changed=2, deleted=1)


def test_content_that_comes_back_in_another_order_of_keys_is_kept_as_it_came_last(
    store: Store,
) -> None:
    """However it is split over calls: the fields are the same, their order is the source's."""
    first, between = customer(name="山田", company="大福堂"), customer(name="佐藤")
    again = Record("customers", "1", {"company": "大福堂", "name": "山田"})
    for source, batches in (("a", [[first], [between, again]]), ("b", [[first, between, again]])):
        for batch in batches:
            with store.write() as tx:
                land(tx, source, "customers", batch, mapper=mapper, at=NOON)
    assert landed(store, "a") == landed(store, "b")
