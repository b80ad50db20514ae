"""What a person gives of themselves in one record: which name, e-mail, phone, address."""

from dataclasses import dataclass
from datetime import datetime

from daifuku.records import Address
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.documents import CHANGES
from demo.world.households import Household
from demo.world.people import Person
from demo.world.places import Place, on_one_line, written
from demo.world.rates import RATES
from demo.world.tables import Word

PLACEHOLDER_EMAILS = ("test@example.com", "none@example.jp", "noreply@example.com")
PLACEHOLDER_PHONES = ("000-0000-0000", "0000000000", "03-0000-0000", "999-9999-9999")


@dataclass(frozen=True, slots=True)
class Given:
    """A value as written in a record, with the evidence it is, if it is any."""

    value: str
    evidence: str = ""


NOTHING = Given("")


def surname(someone: Person, at: datetime) -> Word:
    """The surname the person bore on that day."""
    return someone.former_family if someone.former_family and at < CHANGES else someone.family


def private_email(someone: Person, home: Household | None, draw: Chance) -> Given:
    """The person's address, now and then the second one or the one the household shares."""
    if home and home.shared_email:
        return Given(home.shared_email, f"email:{home.shared_email}")
    address = someone.emails[0]
    if len(someone.emails) > 1 and draw.hits(1 / 3):
        address = someone.emails[1]
    return Given(address, f"email:{address}")


def work_email(contact: Contact, employer: Company, at: datetime, draw: Chance) -> Given:
    """The contact's address at work, or the mailbox all colleagues write from."""
    if draw.hits(RATES.shared_mailbox):
        return Given(employer.mailbox, f"email:{employer.mailbox}")
    if contact.former and at < CHANGES:
        return Given(contact.former_email, f"email:{contact.former_email}")
    return Given(contact.email, f"email:{contact.email}")


def typed_email(email: Given, draw: Chance) -> Given:
    """The address as typed into a field: seldom misspelt, seldom a placeholder."""
    if draw.hits(RATES.placeholder_email):
        return Given(draw.pick(PLACEHOLDER_EMAILS))
    if draw.hits(RATES.typo_email):
        local, domain = email.value.split("@")
        return Given(f"{spelling.slip(local, draw)}@{domain}")
    return Given(email.value.upper() if draw.hits(0.01) else email.value, email.evidence)


def typed_phone(number: str, draw: Chance) -> Given:
    """The number as typed: in some spelling, seldom with a wrong digit or a placeholder."""
    if draw.hits(RATES.placeholder_phone):
        return Given(draw.pick(PLACEHOLDER_PHONES))
    if draw.hits(RATES.typo_phone):
        return Given(spelling.wrong_digit(number, draw))
    return Given(spelling.phone(number, draw), f"phone:{number}")


def home_phone(someone: Person, home: Household, draw: Chance) -> Given:
    """The mobile, or the line the household shares."""
    if home.landline and draw.hits(RATES.landline_given):
        return typed_phone(home.landline, draw)
    return typed_phone(someone.mobile, draw)


def work_phone(contact: Contact, employer: Company, draw: Chance) -> Given:
    """The switchboard, which all colleagues give, or the contact's own mobile."""
    if draw.hits(RATES.switchboard):
        return typed_phone(employer.phone, draw)
    return typed_phone(contact.person.mobile, draw)


def dwelling(home: Household, at: datetime) -> Place:
    """Where the household lived on that day."""
    return home.former_home if home.former_home and at < CHANGES else home.home


def at_address(where: Place, draw: Chance, *, tidy: bool = False, line: bool = False) -> Address:
    """The address as written, in parts or on one line."""
    address = written(where, draw, tidy=tidy)
    return on_one_line(address, draw) if line else address


def address_evidence(where: Place) -> str:
    numbers = "-".join(map(str, where.numbers))
    return f"address:{where.town.postal_code}-{numbers}"


def birthday(someone: Person, draw: Chance) -> Given:
    """The date of birth as typed, or the placeholder of a form that demands one."""
    if draw.hits(RATES.placeholder_birth_date):
        return Given(draw.pick(("1900-01-01", "1900/01/01", "2000-01-01")))
    born = someone.born
    if draw.hits(RATES.typo_birth_date):
        born = born.replace(day=born.month, month=min(born.day, 12))
        return Given(spelling.birth_date(born.isoformat(), draw))
    return Given(spelling.birth_date(born.isoformat(), draw), f"born:{someone.born.isoformat()}")


def customer_number(number: int) -> str:
    """The customer number in the ERP and on every invoice. A person's is their own number's,
    a company's that of its unit's last."""
    return f"CUST-{number:07d}"


def evidence(*given: Given) -> tuple[str, ...]:
    """The evidence among these values."""
    return tuple(value.evidence for value in given if value.evidence)
