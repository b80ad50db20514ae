"""Deliveries: durable before they are acknowledged, landed once, kept when they cannot be read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from connectors.protocol import Record
from daifuku.errors import AuthExpiredError, NotFoundError
from daifuku.records import Receipt
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, jobs, runs
from daifuku.storage.tables import inbox as deliveries
from daifuku.storage.tables import source_record
from sync.inbox import InboxFullError, deliver, process_inbox, receive, replay_deliveries
from sync.landing import land
from sync.resolution.resolver import resolve_pending
from tests.support.customers import mapper
from tests.support.scripted import BOX, SPEC, ScriptedConnector, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")


def post(store: Store, delivery: str, customers: object, signature: str = "good") -> bool:
    headers = {"X-Signature": signature, "X-Delivery": delivery, "Cookie": "planted"}
    return receive(store, BOX, "shop", headers, orjson.dumps(customers))


def external_ids(store: Store) -> Sequence[str]:
    with store.read() as tx:
        return sorted(tx.execute(select(source_record.c.external_id)).scalars())


def test_a_delivery_is_stored_with_a_job_to_land_it_and_without_cookies(store: Store) -> None:
    add_scripted(store)

    assert post(store, "d1", [{"id": "1", "name": "山田"}])

    with store.read() as tx:
        row = tx.execute(select(deliveries)).one()
        assert jobs.unfinished(tx, "inbox:shop")
    assert row.state == "received"
    assert b"planted" not in row.headers


def test_a_redelivery_is_recognised(store: Store) -> None:
    add_scripted(store)
    assert post(store, "d1", [{"id": "1", "name": "山田"}])
    assert not post(store, "d1", [{"id": "1", "name": "山田"}])

    assert process_inbox(store, BOX, "shop") == Receipt(fetched=1, new=1)
    assert not post(store, "d1", [{"id": "1", "name": "山田"}])


def test_a_wrong_signature_stores_nothing(store: Store) -> None:
    add_scripted(store)
    with pytest.raises(AuthExpiredError):
        post(store, "d1", [], signature="bad")
    with store.read() as tx:
        assert inbox.counts(tx, "shop") == {}


def test_deliveries_land_in_order_and_leave_a_receipt(store: Store) -> None:
    add_scripted(store)
    post(store, "d1", [{"id": "1", "name": "山田"}, {"id": "2", "name": "佐藤"}])
    post(store, "d2", [{"id": "1", "name": "山田 花子"}])

    receipt = process_inbox(store, BOX, "shop")

    assert receipt == Receipt(fetched=3, new=2, changed=1)
    with store.read() as tx:
        assert runs.latest(tx, "shop")[0].receipt == receipt
        assert inbox.counts(tx, "shop") == {"landed": 2}
    assert process_inbox(store, BOX, "shop") == Receipt()


def test_resolution_credits_the_receipt_of_what_was_delivered(store: Store) -> None:
    add_scripted(store)
    post(store, "d1", [{"id": "1", "name": "山田"}, {"id": "2", "name": "佐藤"}])
    process_inbox(store, BOX, "shop")

    resolve_pending(store)

    with store.read() as tx:
        assert runs.latest(tx, "shop")[0].receipt == Receipt(fetched=2, new=2, created=2)


def test_one_bad_delivery_is_kept_and_holds_up_no_other(store: Store) -> None:
    add_scripted(store)
    with store.write() as tx:
        inbox.put(
            tx, "shop", "bad", headers={"x-signature": "good"}, body=b"{", at=datetime.now(UTC)
        )
    post(store, "d2", [{"id": "2", "name": "佐藤"}])

    process_inbox(store, BOX, "shop")

    assert external_ids(store) == ["2"]
    with store.read() as tx:
        assert inbox.counts(tx, "shop") == {"failed": 1, "landed": 1}
        assert tx.execute(select(deliveries.c.error)).scalars().first() == "The body is no JSON."
    assert replay_deliveries(store, "shop") == 1


def test_a_source_that_is_only_read_takes_no_deliveries(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store)
    monkeypatch.setattr(
        "tests.support.scripted.ScriptedConnector.spec", replace(SPEC, pushes=False)
    )
    with pytest.raises(NotFoundError, match="takes no deliveries"):
        post(store, "d1", [])


def names(store: Store) -> dict[str, str]:
    with store.read() as tx:
        rows = tx.execute(select(source_record.c.external_id, source_record.c.payload))
        return {external_id: orjson.loads(payload)["name"] for external_id, payload in rows}


def poll(store: Store, name: str) -> None:
    """What a sync at this moment reads of customer 1."""
    with store.write() as tx:
        record = Record("customers", "1", {"id": "1", "name": name})
        land(tx, "shop", "customers", [record], mapper=mapper, at=datetime.now(UTC))


class TestReplay:
    def test_what_landed_lands_again_and_changes_nothing(self, store: Store) -> None:
        add_scripted(store)
        for delivery, name in (("d1", "山田"), ("d2", "山田 花子")):
            post(store, delivery, [{"id": "1", "name": name}])
            process_inbox(store, BOX, "shop")

        assert replay_deliveries(store, "shop", failed_only=False) == 2
        receipt = process_inbox(store, BOX, "shop")

        assert receipt.new == receipt.changed == 0
        assert names(store) == {"1": "山田 花子"}

    def test_what_has_come_since_by_another_way_stays(self, store: Store) -> None:
        add_scripted(store)
        post(store, "d1", [{"id": "1", "name": "山田"}])
        process_inbox(store, BOX, "shop")
        poll(store, "佐藤")

        replay_deliveries(store, "shop", failed_only=False)
        process_inbox(store, BOX, "shop")

        assert names(store) == {"1": "佐藤"}

    def test_deliveries_that_failed_land_in_their_order_once_the_cause_is_mended(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add_scripted(store)
        post(store, "d1", [{"id": "1", "name": "山田"}])
        post(store, "d2", [{"id": "1", "name": "山田 花子"}])
        with monkeypatch.context() as broken:
            broken.setattr(ScriptedConnector, "parse_webhook", _fails)
            process_inbox(store, BOX, "shop")
        monkeypatch.setattr("sync.deliveries.BATCH", 1)

        assert replay_deliveries(store, "shop") == 2
        process_inbox(store, BOX, "shop")

        assert names(store) == {"1": "山田 花子"}

    def test_only_those_received_since(self, store: Store) -> None:
        add_scripted(store)
        post(store, "d1", [{"id": "1", "name": "山田"}])
        process_inbox(store, BOX, "shop")
        later = datetime.now(UTC)

        assert replay_deliveries(store, "shop", failed_only=False, since=later) == 0
        with pytest.raises(NotFoundError):
            replay_deliveries(store, "nowhere")


def _fails(*_: object) -> Sequence[Record]:
    raise KeyError("planted")


def test_a_delivery_that_cannot_be_landed_is_parked_with_its_reason_and_holds_up_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store)
    for number in ("1", "2", "3"):
        post(store, f"d{number}", [{"id": number, "name": "山田"}])

    def poisoned(tx: Any, source: str, stream: str, arrivals: Sequence[Record], **more: Any) -> Any:
        if any(arrival.external_id == "2" for arrival in arrivals):
            raise ZeroDivisionError
        return land(tx, source, stream, arrivals, **more)

    monkeypatch.setattr("sync.deliveries.land", poisoned)

    assert process_inbox(store, BOX, "shop") == Receipt(fetched=2, new=2)

    assert external_ids(store) == ["1", "3"]
    with store.read() as tx:
        assert inbox.counts(tx, "shop") == {"failed": 1, "landed": 2}
        errors = tx.execute(select(deliveries.c.error)).scalars().all()
    assert "Landing it failed: ZeroDivisionError." in errors


def test_what_a_landed_delivery_said_is_forgotten_after_a_while_and_that_it_came_is_not(
    store: Store,
) -> None:
    add_scripted(store)
    post(store, "d1", [{"id": "1", "name": "山田"}])

    process_inbox(store, BOX, "shop", keep=timedelta())

    with store.read() as tx:
        assert tx.execute(select(deliveries.c.body)).scalar_one() == b""
    assert not post(store, "d1", [{"id": "1", "name": "山田"}])
    assert replay_deliveries(store, "shop", failed_only=False) == 0


def test_when_too_many_wait_further_ones_are_refused_and_nothing_is_lost(store: Store) -> None:
    add_scripted(store)
    for number in ("1", "2"):
        deliver(store, "shop", number, {"x-signature": "good"}, b"[]", most_waiting=1)

    with pytest.raises(InboxFullError, match="1 deliveries of shop wait"):
        deliver(store, "shop", "3", {"x-signature": "good"}, b"[]", most_waiting=1)

    process_inbox(store, BOX, "shop")
    assert deliver(store, "shop", "3", {"x-signature": "good"}, b"[]", most_waiting=1)
