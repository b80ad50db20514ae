"""ShipStation: orders, shipments and returns, with the party each was shipped to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daifuku.records import Entity
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.company_spelling import company_name
from demo.world.documents import SCM, Document, Said
from demo.world.households import Household
from demo.world.people import Person
from demo.world.persona import (
    NOTHING,
    Given,
    address_evidence,
    at_address,
    customer_number,
    dwelling,
    evidence,
    home_phone,
    private_email,
    surname,
    typed_email,
    work_email,
    work_phone,
)
from demo.world.places import Place
from demo.world.rates import RATES
from demo.world.sources.catalogue import basket, total

_ZONE = ZoneInfo("America/Los_Angeles")
_RETURNS = 5 * 10**9
SHIP_TO, BILL_TO, COMPANY = "ship_to", "bill_to", "company"


def consumer_order(
    someone: Person,
    home: Household,
    at: datetime,
    draw: Chance,
    *,
    member: bool,
    recipient: tuple[Person, Household] | None = None,
) -> Iterator[Document]:
    """An order of one person; with a `recipient` it is a gift, shipped to somebody else."""
    email = typed_email(private_email(someone, home, draw), draw)
    number = Given(customer_number(someone.number)) if member and draw.hits(0.6) else NOTHING
    if number.value:
        number = replace(number, evidence=f"no:{number.value}")
    buyer = _buyer(someone, home, at, draw, email=email, number=number)
    if recipient is None:
        yield from _order((replace(buyer, part=SHIP_TO),), email, number, at, draw, wholesale=False)
        return
    other, their_home = recipient
    ship_to = replace(
        _buyer(other, their_home, at, draw, email=NOTHING, number=NOTHING), part=SHIP_TO
    )
    parties = (ship_to, replace(buyer, part=BILL_TO))
    yield from _order(parties, email, number, at, draw, wholesale=False)


def company_order(
    contact: Contact, company: Company, at: datetime, draw: Chance
) -> Iterator[Document]:
    """An order of a company, to the attention of one of its people, under its customer number."""
    someone = contact.person
    email, phone = work_email(contact, company, at, draw), work_phone(contact, company, draw)
    number = customer_number(company.number * 10 + 9)
    account = Given(number, f"no:{number}") if draw.hits(0.7) else NOTHING
    where: Place = company.office
    if company.branch_office and draw.hits(0.4):
        where = company.branch_office
    address, written = at_address(where, draw), company_name(company, draw)
    person = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(f"company:{company.id}", *evidence(email, phone)),
        part=SHIP_TO,
        name=_label_name(someone, at, draw),
        organization=written,
        emails=(email.value,),
        phones=(phone.value,),
        address=address,
    )
    organization = Said(
        truth=company.id,
        entity=Entity.ORGANIZATION,
        evidence=(address_evidence(where), f"domain:{company.domain}", *evidence(phone, account)),
        part=COMPANY,
        name=written,
        emails=(email.value,),
        phones=(phone.value,),
        address=address,
        customer_number=account.value,
    )
    yield from _order((person, organization), email, account, at, draw, wholesale=True)


def _buyer(
    someone: Person, home: Household, at: datetime, draw: Chance, *, email: Given, number: Given
) -> Said:
    where = dwelling(home, at)
    phone = home_phone(someone, home, draw) if draw.hits(0.92) else NOTHING
    return Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(address_evidence(where), *evidence(email, phone, number)),
        name=_label_name(someone, at, draw),
        emails=(email.value,) if email.value else (),
        phones=(phone.value,) if phone.value else (),
        address=at_address(where, draw),
        customer_number=number.value,
    )


def _label_name(someone: Person, at: datetime, draw: Chance) -> str:
    if draw.hits(RATES.romaji_ship):
        return spelling.in_romaji(someone, surname(someone, at), draw).name
    name = spelling.in_kanji(someone, surname(someone, at), draw).name
    return f"{name} 様" if draw.hits(RATES.honorific) else name


def _order(
    parties: tuple[Said, ...],
    email: Given,
    number: Given,
    at: datetime,
    draw: Chance,
    *,
    wholesale: bool,
) -> Iterator[Document]:
    """The order and, mostly, its shipment a few days on; seldom the goods come back."""
    items, serial = basket(draw, wholesale=wholesale), draw.number(10**8, 10**9 - 1)
    address = _address(parties)
    body = {
        "orderId": serial,
        "orderNumber": f"DF-{serial}",
        "orderKey": f"{serial:032x}",
        "orderDate": _stamp(at),
        "createDate": _stamp(at),
        "modifyDate": _stamp(at),
        "orderStatus": "shipped",
        "customerUsername": number.value or None,
        "customerEmail": email.value or None,
        "shipTo": address,
        "billTo": _address(parties[1:]) if parties[-1].part == BILL_TO else address,
        "items": [
            {
                "sku": product.sku,
                "name": product.name,
                "quantity": quantity,
                "unitPrice": product.price,
            }
            for product, quantity in items
        ],
        "orderTotal": total(items),
        "currencyCode": "JPY",
    }
    yield Document(SCM, "orders", str(serial), at, body, parties)
    if draw.hits(0.6):
        shipped = at + timedelta(days=draw.number(1, 6))
        yield _shipment(serial, serial, parties, shipped)
        if draw.hits(0.06):
            back = shipped + timedelta(days=draw.number(3, 24))
            yield _shipment(serial, serial + _RETURNS, parties, back)


def _shipment(order: int, serial: int, parties: tuple[Said, ...], at: datetime) -> Document:
    """A shipment or, with a serial beyond `_RETURNS`, a return: it repeats the label alone."""
    body = {
        "shipmentId": serial,
        "orderId": order,
        "orderNumber": f"DF-{order}",
        "createDate": _stamp(at),
        "shipDate": _stamp(at)[:10],
        "trackingNumber": f"{serial * 7 % 10**12:012d}",
        "isReturnLabel": serial >= _RETURNS,
        "voided": False,
        "shipTo": _address(parties),
        "shipmentItems": [],
    }
    says = tuple(_label(party) for party in parties if party.part != BILL_TO)
    return Document(SCM, "shipments", str(serial), at, body, says)


def _label(party: Said) -> Said:
    """What is left of a party on a label: no e-mail, no customer number."""
    kept = tuple(x for x in party.evidence if not x.startswith(("no:", "email:", "domain:")))
    return replace(party, emails=(), customer_number="", evidence=kept)


def _address(parties: tuple[Said, ...]) -> dict[str, Any]:
    """The first party as ShipStation's address, with the company if one of them is."""
    first = parties[0]
    company = next((party.name for party in parties if party.part == COMPANY), None)
    address = first.address
    return {
        "name": first.name,
        "company": company,
        "street1": address.street if address else None,
        "street2": (address.building or None) if address else None,
        "city": address.city if address else None,
        "state": (address.region or None) if address else None,
        "postalCode": (address.postal_code or None) if address else None,
        "country": "JP",
        "phone": first.phones[0] if first.phones else None,
    }


def _stamp(at: datetime) -> str:
    """ShipStation tells times in its own zone, whatever the shop's."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S.0000000")
