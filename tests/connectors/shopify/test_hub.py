"""From a shop into the hub: polled, pushed, pushed again, deleted, and found missing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daifuku.storage.engine import open_store
from sync.inbox import process_inbox, receive
from sync.resolution import resolve_pending
from sync.runner import RunOptions, run_sync
from tests.connectors.shopify.shop import ShopSimulator, address, customer, delivery, order
from tests.connectors.shopify.test_webhook import rest_customer
from tests.support.hub import Hub


@pytest.fixture
def shop() -> Iterator[ShopSimulator]:
    people = [customer(number, number) for number in range(12)]
    stranger = {"firstName": "太郎", "lastName": "佐藤", "phone": None, "address1": "梅田3-1"}
    guest = {"email": "taro.sato@example.com", "billingAddress": {**address(99), **stranger}}
    orders = [order(1, 1, buyer=1), {**order(2, 2), **guest}]
    with ShopSimulator(people, orders) as running:
        yield running


@pytest.fixture
def hub(sqlite_url: str, shop: ShopSimulator) -> Iterator[Hub]:
    """A hub that has read the shop once."""
    store = open_store(sqlite_url)
    held = Hub(store)
    held.add("shop", "shopify", shop.config(page_size=5))
    held.synced("shop")
    yield held
    store.close()


def deliver(hub: Hub, topic: str, content: object, number: int) -> bool:
    """Take a webhook in and land it; whether it was new."""
    headers, body = delivery(topic, content, triggered=datetime.now(UTC), number=number)
    fresh = receive(hub.store, hub.box, "shop", headers, body)
    process_inbox(hub.store, hub.box, "shop")
    resolve_pending(hub.store)
    return fresh


def test_a_buyer_has_the_orders_with_an_account_and_a_guest_the_others(hub: Hub) -> None:
    (buyer,) = hub.of("shop", "customers", "7000001")
    assert [found.subject for found in hub.interactions(buyer)] == ["#1001"]
    (guest,) = hub.of("shop", "orders", "5000002")
    assert [found.subject for found in hub.interactions(guest)] == ["#1002"]


def test_a_webhook_changes_a_customer_once(hub: Hub) -> None:
    changed = {**rest_customer(3), "last_name": "新姓"}
    assert deliver(hub, "customers/update", changed, number=1)
    assert not deliver(hub, "customers/update", changed, number=1)
    (golden,) = hub.of("shop", "customers", "7000003")
    assert golden.fields["family_name"] == "新姓"
    assert len(golden.records) == 1


def test_who_is_deleted_or_must_be_forgotten_is_gone(hub: Hub) -> None:
    deliver(hub, "customers/delete", {"id": 7_000_004}, number=1)
    forgotten = {"customer": {"id": 7_000_001}, "orders_to_redact": [5_000_001]}
    deliver(hub, "customers/redact", forgotten, number=2)
    assert not hub.of("shop", "customers", "7000004")
    assert not hub.of("shop", "customers", "7000001")


def test_a_full_pass_finds_a_deletion_that_no_webhook_told(hub: Hub, shop: ShopSimulator) -> None:
    shop.delete("customers", "7000005")
    hub.synced("shop")
    assert hub.of("shop", "customers", "7000005")
    run_sync(hub.store, hub.box, "shop", RunOptions(full=True))
    resolve_pending(hub.store)
    assert not hub.of("shop", "customers", "7000005")
    assert hub.of("shop", "customers", "7000006")
