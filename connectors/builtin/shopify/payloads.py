"""Turns what a webhook carries (the REST shape) into the shape in which records are read.

https://shopify.dev/docs/api/webhooks/2026-10
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

_FULFILLED = {"partial": "PARTIALLY_FULFILLED", "fulfilled": "FULFILLED", "restocked": "RESTOCKED"}


def customer_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of customers/create and customers/update as a record of `customers`."""
    tags = payload.get("tags")
    default = payload.get("default_address")
    return {
        "legacyResourceId": str(payload["id"]),
        "firstName": payload.get("first_name"),
        "lastName": payload.get("last_name"),
        "locale": payload.get("locale"),
        "state": _upper(payload.get("state")),
        "tags": [tag.strip() for tag in tags.split(",") if tag.strip()]
        if isinstance(tags, str)
        else [],
        "createdAt": _utc(payload.get("created_at")),
        "updatedAt": _utc(payload.get("updated_at")),
        "defaultEmailAddress": _contact(payload, "email", "emailAddress"),
        "defaultPhoneNumber": _contact(payload, "phone", "phoneNumber"),
        "defaultAddress": {"company": _held(default, "company")} if default else None,
        "addressesV2": {"nodes": [_address(item) for item in _objects(payload.get("addresses"))]},
    }


def order_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of orders/create and orders/updated as a record of `orders`."""
    customer = _held(payload.get("customer"), "id")
    status = payload.get("fulfillment_status")
    return {
        "legacyResourceId": str(payload["id"]),
        "name": payload.get("name"),
        "email": payload.get("email") or None,
        "phone": payload.get("phone"),
        "test": payload.get("test"),
        "sourceName": payload.get("source_name"),
        "poNumber": payload.get("po_number"),
        "createdAt": _utc(payload.get("created_at")),
        "processedAt": _utc(payload.get("processed_at")),
        "updatedAt": _utc(payload.get("updated_at")),
        "cancelledAt": _utc(payload.get("cancelled_at")),
        "displayFinancialStatus": _upper(payload.get("financial_status")),
        "displayFulfillmentStatus": _FULFILLED.get(str(status), "UNFULFILLED"),
        "totalPriceSet": _money(payload.get("total_price_set")),
        "currentTotalPriceSet": _money(payload.get("current_total_price_set")),
        "customer": {"legacyResourceId": str(customer)} if customer else None,
        "billingAddress": _address(payload.get("billing_address")),
        "shippingAddress": _address(payload.get("shipping_address")),
        "lineItems": {"nodes": [_line(item) for item in _objects(payload.get("line_items"))]},
    }


def _line(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sku": item.get("sku"),
        "title": item.get("title"),
        "variantTitle": item.get("variant_title"),
        "quantity": item.get("quantity"),
        "originalUnitPriceSet": _money(item.get("price_set")),
    }


def _contact(payload: Mapping[str, Any], kind: str, name: str) -> dict[str, Any] | None:
    value = payload.get(kind)
    if not value:
        return None
    consent = payload.get("email_marketing_consent" if kind == "email" else "sms_marketing_consent")
    return {
        name: value,
        "marketingState": _upper(_held(consent, "state")),
        "marketingUpdatedAt": _utc(_held(consent, "consent_updated_at")),
    }


def _address(found: Any) -> dict[str, Any] | None:
    if not isinstance(found, dict):
        return None
    return {
        "firstName": found.get("first_name"),
        "lastName": found.get("last_name"),
        "company": found.get("company"),
        "address1": found.get("address1"),
        "address2": found.get("address2"),
        "city": found.get("city"),
        "province": found.get("province"),
        "provinceCode": found.get("province_code"),
        "zip": found.get("zip"),
        "countryCodeV2": found.get("country_code"),
        "phone": found.get("phone"),
    }


def _money(found: Any) -> dict[str, Any] | None:
    money = _held(found, "shop_money")
    if not isinstance(money, dict):
        return None
    return {
        "shopMoney": {"amount": money.get("amount"), "currencyCode": money.get("currency_code")}
    }


def _held(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else None


def _objects(found: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _upper(text: Any) -> str | None:
    return text.upper() if isinstance(text, str) else None


def _utc(text: Any) -> str | None:
    """A time as the Admin API writes it; webhooks write the shop's own zone."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
