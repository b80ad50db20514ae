"""The units of the world: a household or a company, and all that the five sources hold of it."""

from collections.abc import Iterator
from datetime import timedelta

from demo.world.chance import Chance, chance
from demo.world.companies import UNITS_PER_COMPANY, Company, Contact, company, contacts
from demo.world.documents import CHANGES, Document, moment
from demo.world.households import Household, household
from demo.world.people import Person
from demo.world.persona import customer_number
from demo.world.rates import RATES
from demo.world.sources import erp, forms, frappe, line, mail, shipping

_REACH = 250


def documents_of(seed: int, index: int) -> Iterator[Document]:
    """Every document about unit `index` of the world `seed`, in no order."""
    draw = chance(seed, "docs", index)
    if index % UNITS_PER_COMPANY == UNITS_PER_COMPANY - 1:
        yield from _company_documents(company(seed, index), contacts(seed, index), draw)
        return
    home = household(seed, index)
    for someone in home.members:
        yield from _person_documents(seed, index, someone, home, draw)


def _person_documents(
    seed: int, index: int, someone: Person, home: Household, draw: Chance
) -> Iterator[Document]:
    member = draw.hits(0.6)
    if member:
        yield from erp.member(someone, home, moment(draw), draw)
        name = someone.family.written + someone.given.written
        for _ in range(draw.pick((0, 1, 1, 2))):
            number = customer_number(someone.number)
            yield from frappe.sales(number, name, moment(draw), draw, wholesale=False)
    for _ in range(draw.pick((0, 1, 1, 2) if member else (0, 0, 1))):
        gift = draw.hits(RATES.gift)
        recipient = _somebody_else(seed, index, draw) if gift else None
        yield from shipping.consumer_order(
            someone, home, moment(draw), draw, member=member, recipient=recipient
        )
    for _ in range(draw.pick((0, 0, 1, 1, 2, 3))):
        written = mail.consumer_mail(someone, home, moment(draw), draw)
        yield written
        if draw.hits(0.4):
            yield mail.reply(written, draw)
    if draw.hits(0.35):
        yield from _line_documents(someone, home, draw, member=member)
    yield from _form_posts(someone, home, draw, member=member)


def _form_posts(
    someone: Person, home: Household, draw: Chance, *, member: bool
) -> Iterator[Document]:
    """A non-member leaves at least one post: how else would the company know of them."""
    posts = draw.pick((0, 0, 1, 1, 2)) if member else draw.pick((1, 1, 2))
    for _ in range(posts):
        kind, at = draw.random(), moment(draw)
        if kind < 0.45:
            yield forms.contact_form(someone, home, at, draw, member=member)
        elif kind < 0.75:
            yield forms.catalog_form(someone, home, at, draw)
        else:
            yield forms.newsletter_form(someone, home, at, draw)


def _line_documents(
    someone: Person, home: Household, draw: Chance, *, member: bool
) -> Iterator[Document]:
    user, at = line.user_id(draw), moment(draw)
    linked = draw.hits(RATES.line_linked)
    yield line.follower(someone, user, at, draw, linked=linked)
    if linked and member:
        yield line.account_link(someone, user, at + timedelta(minutes=5), draw)
    elif linked:
        yield forms.contact_form(someone, home, at, draw, member=False, line_user=user)
    for _ in range(draw.pick((0, 0, 1, 2))):
        yield line.chat(user, moment(draw), draw)


def _company_documents(
    company: Company, people: tuple[Contact, ...], draw: Chance
) -> Iterator[Document]:
    customer = draw.hits(0.85)
    if customer:
        yield from erp.account(company, people, moment(draw), draw)
        number = customer_number(company.number * 10 + 9)
        for _ in range(draw.number(0, 3)):
            yield from frappe.sales(number, company.full_name, moment(draw), draw, wholesale=True)
    for contact in people:
        yield from _contact_documents(contact, company, draw, customer=customer)


def _contact_documents(
    contact: Contact, company: Company, draw: Chance, *, customer: bool
) -> Iterator[Document]:
    for _ in range(draw.pick((0, 1, 1, 2, 3))):
        written = mail.business_mail(contact, company, moment(draw), draw)
        yield written
        if draw.hits(0.4):
            yield mail.reply(written, draw)
    if draw.hits(0.25 if customer else 0.7):
        yield forms.wholesale_form(contact, company, max(moment(draw), CHANGES), draw)
    if customer:
        for _ in range(draw.pick((0, 0, 1, 2))):
            at = max(moment(draw), CHANGES)
            yield from shipping.company_order(contact, company, at, draw)


def _somebody_else(seed: int, index: int, draw: Chance) -> tuple[Person, Household] | None:
    """A person of an earlier household, to whom a gift may go."""
    other = index - draw.number(1, _REACH)
    if other < 0 or other % UNITS_PER_COMPANY == UNITS_PER_COMPANY - 1:
        return None
    home = household(seed, other)
    return home.members[0], home
