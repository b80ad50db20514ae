"""Deliveries: durable before they are acknowledged, landed once, kept when they cannot be read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import select

from daifuku.errors import AuthExpiredError, NotFoundError
from daifuku.records import Receipt
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, jobs, runs
from daifuku.storage.tables import inbox as deliveries
from daifuku.storage.tables import source_record
from sync.inbox import process_inbox, receive
from sync.resolution.resolver import resolve_pending
from tests.support.scripted import BOX, SPEC, add_scripted

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
    with store.write() as tx:
        assert inbox.retry_failed(tx, "shop") == 1


def test_a_source_that_is_only_read_takes_no_deliveries(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store)
    monkeypatch.setattr(
        "tests.support.scripted.ScriptedConnector.spec", replace(SPEC, pushes=False)
    )
    with pytest.raises(NotFoundError, match="takes no deliveries"):
        post(store, "d1", [])
