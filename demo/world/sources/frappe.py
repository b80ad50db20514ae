"""Frappe documents: the fields of ERPNext's customers, contacts, addresses, orders and invoices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from daifuku.records import Address
from demo.world.chance import Chance
from demo.world.documents import ERP, Document, Said
from demo.world.sources.catalogue import Product, basket, total


def customer_document(said: Said, number: str, at: datetime, *, individual: bool) -> Document:
    """A Customer, of type Individual or Company."""
    body = _header("Customer", number, at) | {
        "customer_name": said.name,
        "customer_type": "Individual" if individual else "Company",
        "customer_group": "個人" if individual else "法人",
        "territory": "Japan",
        "tax_id": said.corporate_number or None,
        "website": said.website or None,
        "mobile_no": said.phones[0] if said.phones else None,
        "email_id": said.emails[0] if said.emails else None,
        "language": "ja",
        "disabled": 0,
        "custom_furigana": said.name_kana or None,
        "custom_birth_date": said.birth_date or None,
    }
    return Document(ERP, "Customer", number, at, body, (said,))


def contact_document(said: Said, name: str, number: str, at: datetime) -> Document:
    """A Contact linked to the customer `number`."""
    body = _header("Contact", name, at) | {
        "first_name": said.given,
        "last_name": said.family,
        "company_name": said.organization or None,
        "department": said.department or None,
        "designation": said.job_title or None,
        "email_id": said.emails[0] if said.emails else None,
        "phone": said.phones[0] if said.phones else None,
        "mobile_no": None,
        "email_ids": [{"email_id": email, "is_primary": 1} for email in said.emails],
        "phone_nos": [{"phone": phone, "is_primary_phone": 1} for phone in said.phones],
        "links": [_link(number)],
    }
    return Document(ERP, "Contact", name, at, body, (said,))


def address_document(said: Said, name: str, number: str, at: datetime) -> Document:
    """A billing Address linked to the customer `number`."""
    address = said.address or Address()
    body = _header("Address", name, at) | {
        "address_title": said.name,
        "address_type": "Billing",
        "address_line1": address.street,
        "address_line2": address.building or None,
        "city": address.city,
        "state": address.region or None,
        "pincode": address.postal_code or None,
        "country": "Japan",
        "phone": said.phones[0] if said.phones else None,
        "email_id": None,
        "links": [_link(number)],
    }
    return Document(ERP, "Address", name, at, body, (replace(said, part=f"customer:{number}"),))


def sales(
    number: str, name: str, at: datetime, draw: Chance, *, wholesale: bool
) -> Iterator[Document]:
    """A sales order of that customer and, mostly, its invoice."""
    items, serial = basket(draw, wholesale=wholesale), draw.number(0, 10**9)
    sale = {"customer": number, "customer_name": name, **_lines(items)}
    order = f"SAL-ORD-{at.year}-{serial:010d}"
    body = _header("Sales Order", order, at) | sale
    body |= {"transaction_date": at.date().isoformat(), "status": "Completed", "docstatus": 1}
    yield Document(ERP, "Sales Order", order, at, body)
    if draw.hits(0.7):
        invoice, then = f"ACC-SINV-{at.year}-{serial:010d}", at + timedelta(days=draw.number(1, 30))
        body = _header("Sales Invoice", invoice, then) | sale
        body |= {"posting_date": then.date().isoformat(), "status": "Paid", "docstatus": 1}
        yield Document(ERP, "Sales Invoice", invoice, then, body)


def _lines(items: list[tuple[Product, int]]) -> dict[str, Any]:
    return {
        "currency": "JPY",
        "grand_total": float(total(items)),
        "items": [
            {
                "item_code": product.sku,
                "item_name": product.name,
                "qty": float(quantity),
                "rate": float(product.price),
                "amount": float(product.price * quantity),
            }
            for product, quantity in items
        ],
    }


def _link(number: str) -> dict[str, str]:
    return {"link_doctype": "Customer", "link_name": number}


def _header(doctype: str, name: str, at: datetime) -> dict[str, Any]:
    stamp = at.strftime("%Y-%m-%d %H:%M:%S.000000")
    return {
        "doctype": doctype,
        "name": name,
        "owner": "Administrator",
        "creation": stamp,
        "modified": stamp,
        "docstatus": 0,
    }
