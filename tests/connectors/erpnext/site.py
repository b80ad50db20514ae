"""A small ERPNext site with generated customers, contacts, addresses, orders and invoices."""

from datetime import datetime, timedelta
from typing import Any

FIRST = datetime(2026, 1, 1, 9, 0, 0)  # noqa: DTZ001 - a site's clock has no zone


def stamp(minute: int) -> str:
    """The site's time so many minutes after its first document."""
    return (FIRST + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M:%S.%f")


def header(doctype: str, name: str, minute: int) -> dict[str, Any]:
    return {
        "doctype": doctype,
        "name": name,
        "owner": "Administrator",
        "creation": stamp(minute),
        "modified": stamp(minute),
        "docstatus": 0,
    }


def customer(number: int, minute: int) -> dict[str, Any]:
    individual = number % 2 == 0
    name = f"見本 花子{number}" if individual else f"見本{number}株式会社"
    return {
        **header("Customer", f"CUST-{number:05}", minute),
        "customer_name": name,
        "customer_type": "Individual" if individual else "Company",
        "mobile_no": f"090-0000-{number:04}",
        "email_id": f"customer{number}@example.com",
        "website": None,
        "tax_id": None,
        "language": "ja",
        "disabled": 0,
    }


def contact(number: int, minute: int) -> dict[str, Any]:
    return {
        **header("Contact", f"花子'{number}-CUST-{number:05}", minute),
        "first_name": "花子",
        "last_name": "見本",
        "company_name": None,
        "designation": "部長",
        "email_id": f"contact{number}@example.com",
        "phone": None,
        "mobile_no": None,
        "unsubscribed": 0,
        "email_ids": [{"email_id": f"contact{number}@example.com", "is_primary": 1}],
        "phone_nos": [{"phone": f"03-0000-{number:04}", "is_primary_phone": 1}],
        "links": [{"link_doctype": "Customer", "link_name": f"CUST-{number:05}"}],
    }


def address(number: int, minute: int) -> dict[str, Any]:
    return {
        **header("Address", f"見本{number}-Billing", minute),
        "address_title": f"見本{number}",
        "address_type": "Billing",
        "address_line1": f"丸の内{number}-1",
        "address_line2": None,
        "city": "千代田区",
        "state": "東京都",
        "pincode": "100-0005",
        "country": "Japan",
        "phone": f"03-1111-{number:04}",
        "email_id": None,
        "links": [{"link_doctype": "Customer", "link_name": f"CUST-{number:05}"}],
    }


def sale(doctype: str, number: int, minute: int) -> dict[str, Any]:
    day = "transaction_date" if doctype == "Sales Order" else "posting_date"
    return {
        **header(doctype, f"{doctype.upper()}-{number:05}", minute),
        "customer": f"CUST-{number:05}",
        "customer_name": f"見本{number}",
        day: "2026-01-02",
        "currency": "JPY",
        "grand_total": 1200.0,
        "status": "Completed",
        "items": [{"item_code": "SKU-1", "item_name": "Tea", "qty": 2.0, "rate": 600.0}],
    }


def documents(count: int, *, ties: int = 7) -> dict[str, list[dict[str, Any]]]:
    """`count` documents of each type; so many of them share each time stamp."""
    minutes = [number // ties for number in range(count)]
    return {
        "Customer": [customer(n, minute) for n, minute in enumerate(minutes)],
        "Contact": [contact(n, minute) for n, minute in enumerate(minutes)],
        "Address": [address(n, minute) for n, minute in enumerate(minutes)],
        "Sales Order": [sale("Sales Order", n, minute) for n, minute in enumerate(minutes)],
        "Sales Invoice": [sale("Sales Invoice", n, minute) for n, minute in enumerate(minutes)],
    }
