"""ERPNext: customers, contacts and addresses, sales orders and invoices, as Frappe's REST has them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from daifuku.records import Address, Entity
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.company_spelling import company_name
from demo.world.documents import CHANGES, ERP, Document, Said
from demo.world.households import Household
from demo.world.people import Person
from demo.world.persona import (
    NOTHING,
    Given,
    address_evidence,
    at_address,
    birthday,
    customer_number,
    dwelling,
    evidence,
    home_phone,
    private_email,
    surname,
    typed_email,
    typed_phone,
    work_email,
    work_phone,
)
from demo.world.rates import RATES
from demo.world.sources.catalogue import basket, total

_UNKNOWN_NAMES = ("不明", "様", "お客様")


def member(someone: Person, home: Household, at: datetime, draw: Chance) -> Iterator[Document]:
    """A person as the ERP's clerks keep them: a customer, a contact, an address; at times twice."""
    yield from _member(someone, home, at, draw, customer_number(someone.number))
    if draw.hits(RATES.duplicate_customer):
        later = at + timedelta(days=draw.number(30, 400))
        yield from _member(someone, home, later, draw, customer_number(someone.number) + "-1")


def account(
    company: Company, people: tuple[Contact, ...], at: datetime, draw: Chance
) -> Iterator[Document]:
    """A company as the ERP keeps it: one customer number, addresses, a contact per person."""
    number = customer_number(company.number * 10 + 9)
    name = company_name(company, draw, tidy=draw.hits(0.7))
    phone, email = typed_phone(company.phone, draw), Given("")
    if draw.hits(0.6):
        email = Given(company.mailbox, f"email:{company.mailbox}")
    corporate = company.corporate_number if draw.hits(RATES.corporate_number) else ""
    held = (f"no:{number}", *evidence(phone, email))
    if corporate:
        held += (f"corporate:{corporate}",)
    said = Said(
        truth=company.id,
        entity=Entity.ORGANIZATION,
        evidence=held,
        name=name,
        phones=(phone.value,),
        emails=(email.value,) if email.value else (),
        website=f"https://www.{company.domain}" if draw.hits(0.5) else "",
        corporate_number=corporate,
        customer_number=number,
    )
    yield _customer(said, number, at, individual=False)
    yield _office_address(company, number, name, at, draw)
    for position, contact in enumerate(people):
        yield _contact_person(contact, company, number, position, at, draw)


def sales(
    number: str, name: str, at: datetime, draw: Chance, *, wholesale: bool
) -> Iterator[Document]:
    """A sales order of that customer and, mostly, its invoice."""
    items, serial = basket(draw, wholesale=wholesale), draw.number(0, 10**9)
    order = f"SAL-ORD-{at.year}-{serial:010d}"
    yield Document(
        ERP, "Sales Order", order, at, _sale(order, "transaction_date", number, name, at, items)
    )
    if draw.hits(0.7):
        invoice, then = f"ACC-SINV-{at.year}-{serial:010d}", at + timedelta(days=draw.number(1, 30))
        body = _sale(invoice, "posting_date", number, name, then, items)
        yield Document(ERP, "Sales Invoice", invoice, then, body)


def _member(
    someone: Person, home: Household, at: datetime, draw: Chance, number: str
) -> Iterator[Document]:
    name = spelling.in_kanji(someone, surname(someone, at), draw)
    written = _clerks_name(name.name, draw)
    phone = home_phone(someone, home, draw) if draw.hits(0.9) else NOTHING
    email = typed_email(private_email(someone, home, draw), draw) if draw.hits(0.75) else NOTHING
    born = birthday(someone, draw) if draw.hits(0.4) else NOTHING
    kana = name.kana if draw.hits(0.5) else ""
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(f"no:{number}", *evidence(phone, email, born)),
        name=written,
        name_kana=kana,
        phones=(phone.value,) if phone.value else (),
        emails=(email.value,) if email.value else (),
        birth_date=born.value,
        customer_number=number,
    )
    yield _customer(said, number, at, individual=True)
    yield _contact(
        Said(
            truth=someone.id,
            entity=Entity.PERSON,
            evidence=(f"no:{number}", *evidence(phone, email)),
            family=name.family,
            given=name.given,
            phones=said.phones,
            emails=said.emails,
            customer_number=number,
        ),
        f"{written}-{number}",
        number,
        at,
    )
    where = dwelling(home, at)
    title = f"{written}-{number}-Billing"
    address = at_address(where, draw)
    yield _address(
        Said(
            truth=someone.id,
            entity=Entity.PERSON,
            evidence=(f"no:{number}", address_evidence(where)),
            name=written,
            address=address,
            customer_number=number,
        ),
        title,
        number,
        at,
    )


def _clerks_name(name: str, draw: Chance) -> str:
    if draw.hits(RATES.unknown_name):
        return draw.pick(_UNKNOWN_NAMES)
    return name + draw.pick(("様", " 様", "さま")) if draw.hits(RATES.honorific) else name


def _office_address(
    company: Company, number: str, name: str, at: datetime, draw: Chance
) -> Document:
    where = company.office
    if company.branch_office and draw.hits(0.3):
        where = company.branch_office
    phone = typed_phone(company.phone, draw) if draw.hits(0.6) else NOTHING
    said = Said(
        truth=company.id,
        entity=Entity.ORGANIZATION,
        evidence=(f"no:{number}", address_evidence(where), *evidence(phone)),
        name=name,
        address=at_address(where, draw),
        phones=(phone.value,) if phone.value else (),
        customer_number=number,
    )
    return _address(said, f"{name}-{number}-Billing", number, at)


def _contact_person(
    contact: Contact, company: Company, number: str, position: int, at: datetime, draw: Chance
) -> Document:
    name = spelling.in_kanji(contact.person, surname(contact.person, at), draw)
    at = max(at, CHANGES)
    email = work_email(contact, company, at, draw) if draw.hits(0.85) else NOTHING
    phone = work_phone(contact, company, draw) if draw.hits(0.85) else NOTHING
    said = Said(
        truth=contact.person.id,
        entity=Entity.PERSON,
        evidence=(f"company:{company.id}", *evidence(email, phone)),
        family=name.family,
        given=name.given,
        phones=(phone.value,) if phone.value else (),
        emails=(email.value,) if email.value else (),
        organization=company_name(company, draw, tidy=True),
        department=contact.department,
        job_title=contact.title,
    )
    return _contact(said, f"{name.family}{name.given}-{number}-{position}", number, at)


def _customer(said: Said, number: str, at: datetime, *, individual: bool) -> Document:
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


def _contact(said: Said, name: str, number: str, at: datetime) -> Document:
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


def _address(said: Said, name: str, number: str, at: datetime) -> Document:
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
    return Document(ERP, "Address", name, at, body, (said,))


def _link(number: str) -> dict[str, str]:
    return {"link_doctype": "Customer", "link_name": number}


def _sale(
    name: str, date_field: str, number: str, customer: str, at: datetime, items: list[Any]
) -> dict[str, Any]:
    doctype = "Sales Order" if date_field == "transaction_date" else "Sales Invoice"
    return _header(doctype, name, at) | {
        "customer": number,
        "customer_name": customer,
        date_field: at.date().isoformat(),
        "currency": "JPY",
        "grand_total": float(total(items)),
        "docstatus": 1,
        "status": "Completed" if doctype == "Sales Order" else "Paid",
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
