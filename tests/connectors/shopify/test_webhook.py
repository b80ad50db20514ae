"""Webhooks: signed, recognised when they come again, and never older than what is held."""

from datetime import timedelta
from typing import Any, cast

import pytest

from connectors import registry
from connectors.builtin.shopify.config import ShopifyConfig
from connectors.builtin.shopify.connector import ShopifyConnector
from connectors.protocol import PushConnector, Record
from daifuku.errors import AuthExpiredError, RecordError
from tests.connectors.shopify.shop import FIRST, SECRET, address, customer, delivery, line, order


@pytest.fixture
def shop() -> PushConnector:
    config = {
        "base_url": "https://example.myshopify.com",
        "client_id": "app",
        "client_secret": SECRET,
    }
    return ShopifyConnector(ShopifyConfig.model_validate(config), clock=lambda: FIRST)


def rest_address(number: int) -> dict[str, Any]:
    held = address(number)
    return {
        "first_name": held["firstName"],
        "last_name": held["lastName"],
        "company": held["company"],
        "address1": held["address1"],
        "address2": held["address2"],
        "city": held["city"],
        "province": held["province"],
        "province_code": held["provinceCode"],
        "zip": held["zip"],
        "country_code": held["countryCodeV2"],
        "phone": held["phone"],
        "default": True,
    }


def rest_customer(number: int) -> dict[str, Any]:
    """`customer` as a webhook carries it, in the shop's own time zone."""
    return {
        "id": 7_000_000 + number,
        "first_name": "花子",
        "last_name": f"見本{number}",
        "locale": "ja",
        "state": "enabled",
        "tags": "会員",
        "created_at": "2026-09-01T18:00:00+09:00",
        "updated_at": "2026-09-01T18:05:00+09:00",
        "email": f"hanako{number}@example.jp",
        "phone": None,
        "email_marketing_consent": {
            "state": "subscribed",
            "consent_updated_at": "2026-09-01T18:00:00+09:00",
        },
        "default_address": rest_address(number),
        "addresses": [rest_address(number)],
    }


def rest_order(number: int) -> dict[str, Any]:
    money = {"shop_money": {"amount": "1200.0", "currency_code": "JPY"}}
    price = {"shop_money": {"amount": "600.0", "currency_code": "JPY"}}
    item = {**line(0), "variant_title": "100g", "price_set": price}
    return {
        "id": 5_000_000 + number,
        "name": f"#{1000 + number}",
        "email": f"hanako{number}@example.jp",
        "phone": None,
        "test": False,
        "source_name": "web",
        "po_number": None,
        "created_at": "2026-09-01T18:05:00+09:00",
        "processed_at": "2026-09-01T18:05:00+09:00",
        "updated_at": "2026-09-01T18:05:00+09:00",
        "cancelled_at": None,
        "financial_status": "paid",
        "fulfillment_status": None,
        "total_price_set": money,
        "current_total_price_set": money,
        "customer": {"id": 7_000_000 + number},
        "billing_address": rest_address(number),
        "shipping_address": rest_address(number),
        "line_items": [item],
    }


def test_a_customer_has_the_shape_in_which_it_is_read(shop: PushConnector) -> None:
    [record] = shop.parse_webhook(*delivery("customers/update", rest_customer(1)))
    assert record == Record("customers", "7000001", customer(1, 5))


def test_an_order_has_the_shape_in_which_it_is_read(shop: PushConnector) -> None:
    [record] = shop.parse_webhook(*delivery("orders/updated", rest_order(1)))
    read = order(1, 5, buyer=1)
    assert record == Record("orders", "5000001", {**read, "lineItems": {"nodes": [line(0)]}})


@pytest.mark.parametrize(
    ("topic", "stream"), [("customers/delete", "customers"), ("orders/delete", "orders")]
)
def test_a_deletion_is_true_however_late_it_comes(
    shop: PushConnector, topic: str, stream: str
) -> None:
    late = FIRST - timedelta(days=3)
    [record] = shop.parse_webhook(*delivery(topic, {"id": 42}, triggered=late))
    assert record == Record(stream, "42", {}, deleted=True)


def test_a_change_that_comes_late_is_left_to_the_poll(shop: PushConnector) -> None:
    late = FIRST - timedelta(minutes=3)
    sent = delivery("customers/update", rest_customer(1), triggered=late)
    assert shop.parse_webhook(*sent) == []


def test_whom_the_shop_must_forget_is_forgotten_with_the_orders_named(shop: PushConnector) -> None:
    content = {"shop_id": 1, "customer": {"id": 42, "email": "x"}, "orders_to_redact": [7, 8]}
    records = shop.parse_webhook(*delivery("customers/redact", content))
    assert [(r.stream, r.external_id, r.deleted) for r in records] == [
        ("customers", "42", True),
        ("orders", "7", True),
        ("orders", "8", True),
    ]


@pytest.mark.parametrize("topic", ["shop/redact", "customers/data_request", "app/uninstalled", ""])
def test_other_topics_carry_no_record(shop: PushConnector, topic: str) -> None:
    assert shop.parse_webhook(*delivery(topic, {"shop_id": 1})) == []


def test_a_wrong_signature_is_refused(shop: PushConnector) -> None:
    headers, body = delivery("orders/create", rest_order(1), secret="another")
    for bad in (headers, {**headers, "x-shopify-hmac-sha256": "é"}, {}):
        with pytest.raises(AuthExpiredError) as caught:
            shop.parse_webhook(bad, body)
        assert SECRET not in str(caught.value)


def test_a_redelivery_is_recognised_by_its_id(shop: PushConnector) -> None:
    once = delivery("orders/create", rest_order(1))
    again = delivery("orders/create", rest_order(1), triggered=FIRST + timedelta(minutes=1))
    other = delivery("orders/create", rest_order(1), number=2)
    assert shop.delivery_id(*once) == shop.delivery_id(*again)
    assert shop.delivery_id(*once) != shop.delivery_id(*other)
    assert shop.delivery_id({}, once[1]) == shop.delivery_id({}, once[1])


@pytest.mark.parametrize("content", [[], {"id": None}, {"id": {}}, {}])
def test_a_body_that_is_no_delivery(shop: PushConnector, content: Any) -> None:
    with pytest.raises(RecordError):
        shop.parse_webhook(*delivery("orders/create", content))


def test_the_registry_gives_one_that_takes_deliveries() -> None:
    config = {"base_url": "https://x.myshopify.com", "client_id": "a", "client_secret": SECRET}
    connector = cast(PushConnector, registry.connect("shopify", config))
    sent = delivery("orders/delete", {"id": 1})
    assert connector.parse_webhook(*sent)
