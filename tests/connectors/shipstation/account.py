"""A small ShipStation account with generated orders, shipments and customers."""

from datetime import datetime, timedelta
from typing import Any

FIRST = datetime(2026, 1, 1, 9, 0, 0)  # noqa: DTZ001 - the API's time stamps have no zone


def stamp(second: int) -> str:
    """The account's time so many seconds after its first document."""
    return (FIRST + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.%f0")


def party(number: int, *, company: bool = False) -> dict[str, Any]:
    return {
        "name": f"見本 花子{number}",
        "company": f"見本{number}株式会社" if company else None,
        "street1": f"丸の内{number}-1",
        "street2": None,
        "street3": None,
        "city": "千代田区",
        "state": "東京都",
        "postalCode": "100-0005",
        "country": "JP",
        "phone": f"090-0000-{number % 10_000:04}",
        "residential": None,
    }


def order(number: int, second: int) -> dict[str, Any]:
    gift = number % 5 == 4
    return {
        "orderId": number,
        "orderNumber": f"DF-{number}",
        "orderDate": stamp(0),
        "createDate": stamp(0),
        "modifyDate": stamp(second),
        "orderStatus": "shipped",
        "customerId": 9_000_000 + number,
        "customerUsername": f"CUST-{number:05}",
        "customerEmail": f"buyer{number}@example.com",
        "billTo": party(number + 1_000_000) if gift else party(number),
        "shipTo": party(number, company=number % 5 == 0),
        "items": [{"sku": "SKU-1", "name": "Tea", "quantity": 2, "unitPrice": 600.0}],
        "orderTotal": 1200.0,
    }


def shipment(number: int, second: int) -> dict[str, Any]:
    return {
        "shipmentId": number,
        "orderId": number,
        "orderNumber": f"DF-{number}",
        "createDate": stamp(second),
        "shipDate": "2026-01-02",
        "trackingNumber": f"{number:012}",
        "isReturnLabel": number % 7 == 6,
        "voided": False,
        "shipTo": party(number),
        "shipmentItems": [{"sku": "SKU-1", "name": "Tea", "quantity": 2}],
    }


def customer(number: int) -> dict[str, Any]:
    return {
        "customerId": 9_000_000 + number,
        "createDate": stamp(0),
        "modifyDate": stamp(number),
        "name": f"見本 花子{number}",
        "company": "",
        "street1": f"丸の内{number}-1",
        "street2": "",
        "city": "千代田区",
        "state": "東京都",
        "postalCode": "100-0005",
        "countryCode": "JP",
        "phone": f"090-0000-{number % 10_000:04}",
        "email": f"buyer{number}@example.com",
    }
