"""What is true of the people and companies of a world today, by field of the golden record."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daifuku.records import Address
from demo.world import World
from demo.world.companies import UNITS_PER_COMPANY, Company, company, contacts
from demo.world.households import Household, household
from demo.world.people import Person
from demo.world.places import Place
from identity import normalize

Facts = Mapping[str, frozenset[str]]
"""Per field of the golden record the values that are true now, folded by `folded`.

Absent where nothing is true of the party, as the birth date of a company.
"""

_BETWEEN_NAMES = re.compile(r"[\s・,]")


def facts(world: World) -> dict[str, Facts]:
    """The facts of every party of the world, by the id that the truth names it by."""
    return dict(_facts(world))


def folded(field: str, value: Any) -> str:
    """A value in the form in which facts are told: spelling is folded, content is not.

    Honorifics and short legal forms are content: who shows them shows something else than the
    name. An address is folded to its block, so that its building does not matter.
    """
    if field in _FOLDS:
        return _FOLDS[field](value)
    return _BETWEEN_NAMES.sub("", normalize.fold_text(str(value)).lower())


def _fold_kana(value: str) -> str:
    return normalize.kana_key(_BETWEEN_NAMES.sub("", normalize.fold_text(value)))


def _fold_email(value: str) -> str:
    email = normalize.email(value)
    return email.address if email else value


def _fold_phone(value: str) -> str:
    numbers = normalize.phones(value)
    return numbers[0].e164 if numbers else value


def _fold_address(value: Any) -> str:
    known = normalize.address(value if isinstance(value, Address) else Address(**value))
    return "|".join((known.prefecture, known.city, known.town, known.block))


_FOLDS: Mapping[str, Callable[[Any], str]] = {
    "name_kana": _fold_kana,
    "family_kana": _fold_kana,
    "given_kana": _fold_kana,
    "birth_date": lambda value: normalize.date(value) or value,
    "emails": _fold_email,
    "phones": _fold_phone,
    "addresses": _fold_address,
    "website": lambda value: str(value).split("://")[-1].rstrip("/").lower(),
}


def _facts(world: World) -> Iterator[tuple[str, Facts]]:
    for index, _ in enumerate(world.units()):
        if index % UNITS_PER_COMPANY == UNITS_PER_COMPANY - 1:
            employer = company(world.seed, index)
            yield employer.id, _of_company(employer)
            for contact in contacts(world.seed, index):
                someone = contact.person
                phones = (someone.mobile, employer.phone)
                yield someone.id, _of_person(someone, (contact.email,), phones, _offices(employer))
        else:
            home = household(world.seed, index)
            for someone in home.members:
                yield someone.id, _of_member(someone, home)


def _of_member(someone: Person, home: Household) -> Facts:
    emails = (*someone.emails, home.shared_email or someone.emails[0])
    phones = (someone.mobile, home.landline or someone.mobile)
    return _of_person(someone, emails, phones, (home.home,))


def _of_person(
    someone: Person, emails: tuple[str, ...], phones: tuple[str, ...], places: tuple[Place, ...]
) -> Facts:
    family, given = someone.family, someone.given
    whole = (family.written + given.written, given.written + family.written)
    return {
        "name": _all("name", *(whole if someone.origin == "western" else whole[:1])),
        "family_name": _all("family_name", family.written),
        "given_name": _all("given_name", given.written),
        "name_kana": _all("name_kana", family.reading + given.reading),
        "family_kana": _all("family_kana", family.reading),
        "given_kana": _all("given_kana", given.reading),
        "birth_date": frozenset((someone.born.isoformat(),)),
        "emails": _all("emails", *emails),
        "phones": _all("phones", *phones),
        "addresses": _all("addresses", *map(_address, places)),
    }


def _of_company(employer: Company) -> Facts:
    return {
        "name": _all("name", employer.full_name),
        "corporate_number": _all("corporate_number", employer.corporate_number),
        "website": _all("website", f"www.{employer.domain}"),
        "emails": _all("emails", employer.mailbox),
        "phones": _all("phones", employer.phone),
        "addresses": _all("addresses", *map(_address, _offices(employer))),
    }


def _offices(employer: Company) -> tuple[Place, ...]:
    branch = employer.branch_office
    return (employer.office, branch) if branch else (employer.office,)


def _address(where: Place) -> Address:
    street = where.town.name + "-".join(map(str, where.numbers))
    return Address("", where.postal_code, where.town.prefecture, where.town.city, street)


def _all(field: str, *values: Any) -> frozenset[str]:
    return frozenset(folded(field, value) for value in values)
