"""Shopify's webhooks: signed deliveries of one customer or order each.

https://shopify.dev/docs/apps/build/webhooks/delivery-structure
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.builtin.shopify.payloads import customer_of, order_of
from connectors.builtin.shopify.queries import CUSTOMERS, ORDERS
from connectors.forms.signed import body_digest, check_signature, json_object
from connectors.protocol import Record
from daifuku.errors import RecordError

_CHANGES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "customers/create": (CUSTOMERS, customer_of),
    "customers/update": (CUSTOMERS, customer_of),
    "customers/enable": (CUSTOMERS, customer_of),
    "customers/disable": (CUSTOMERS, customer_of),
    "orders/create": (ORDERS, order_of),
    "orders/updated": (ORDERS, order_of),
    "orders/cancelled": (ORDERS, order_of),
}
_DELETIONS = {"customers/delete": CUSTOMERS, "orders/delete": ORDERS}
_REDACTION = "customers/redact"


def check_sender(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check `X-Shopify-Hmac-SHA256`: base64 of the HMAC-SHA256 of the raw body.

    Raises:
        AuthExpiredError: it is missing or wrong.
    """
    expected = base64.b64encode(body_digest(secret, body)).decode()
    check_signature(headers.get("x-shopify-hmac-sha256", ""), expected, "Shopify")


def delivery_key(headers: Mapping[str, str], body: bytes) -> str:
    """The delivery's id, which a redelivery keeps; without one, the digest of what it says."""
    given = headers.get("x-shopify-webhook-id", "")
    topic = headers.get("x-shopify-topic", "")
    return given or hashlib.blake2b(topic.encode() + b"\n" + body, digest_size=16).hexdigest()


def records_of(
    headers: Mapping[str, str], body: bytes, *, now: datetime, fresh: timedelta
) -> list[Record]:
    """What a delivery says; nothing for a topic that is not read.

    A change that comes later than `fresh` after it happened is left to the poll: the hub may hold
    a newer one by then. A deletion is true whenever it comes.

    Raises:
        RecordError: the body is no delivery of its topic.
    """
    topic = headers.get("x-shopify-topic", "").lower()
    content = json_object(body, "Shopify")
    if topic == _REDACTION:
        return _redacted(content)
    if topic not in _CHANGES and topic not in _DELETIONS:
        return []
    if not isinstance(content.get("id"), int | str) or not content["id"]:
        raise RecordError(f"A Shopify webhook of {topic} names no id.")
    key = str(content["id"])
    if topic in _DELETIONS:
        return [Record(_DELETIONS[topic], key, {}, deleted=True)]
    if now - _triggered(headers, now) > fresh:
        return []
    stream, shaped = _CHANGES[topic]
    return [Record(stream, key, shaped(content))]


def _redacted(content: Mapping[str, Any]) -> list[Record]:
    """Whom the shop must forget, with the orders that it names."""
    customer, orders = content.get("customer"), content.get("orders_to_redact")
    key = customer.get("id") if isinstance(customer, dict) else None
    gone = [Record(CUSTOMERS, str(key), {}, deleted=True)] if key else []
    named = orders if isinstance(orders, list) else []
    return gone + [Record(ORDERS, str(order), {}, deleted=True) for order in named]


def _triggered(headers: Mapping[str, str], now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(headers.get("x-shopify-triggered-at", ""))
    except ValueError:
        return now
    return moment if moment.tzinfo else now
