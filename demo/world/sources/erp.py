"""ERPNext: what its clerks keep of members and of company accounts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from daifuku.records import Entity
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.company_spelling import company_name
from demo.world.documents import CHANGES, Document, Said
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
from demo.world.sources.frappe import address_document, contact_document, customer_document

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
    yield customer_document(said, number, at, individual=False)
    yield _office_address(company, number, name, at, draw)
    for position, contact in enumerate(people):
        yield _contact_person(contact, company, number, at, draw, position=position)


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
    yield customer_document(said, number, at, individual=True)
    yield contact_document(
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
    yield address_document(
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
    return address_document(said, f"{name}-{number}-Billing", number, at)


def _contact_person(
    contact: Contact, company: Company, number: str, at: datetime, draw: Chance, *, position: int
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
    return contact_document(said, f"{name.family}{name.given}-{number}-{position}", number, at)
