"""What five sources know of a person: a record has the fields its source asks for, and its faults.

Mail knows an address and a signature, forms what people type, the ERP system accounts, the SCM
system deliveries, social messaging a nickname and a handle. Names are shortened, misspelt or old;
addresses are former ones or the office; numbers are the switchboard's; values are placeholders.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.crm import words
from tests.bench.crm.people import Addresses, Ints, Longs, People, World
from tests.bench.crm.slips import DIGITS, Mask, with_slips, with_wrong_dates

SOURCES = ("mail", "form", "erp", "scm", "social")

# How often a record of each source has the field, or the fault.
HAS = {
    "first": (0.92, 0.99, 0.98, 0.97, 0.97),
    "last": (0.85, 0.98, 1.00, 1.00, 0.85),
    "email": (1.00, 0.95, 0.50, 0.35, 0.30),
    "handle": (0.00, 0.00, 0.00, 0.00, 0.90),
    "phone": (0.30, 0.70, 0.80, 0.75, 0.05),
    "dob": (0.00, 0.50, 0.35, 0.00, 0.35),
    "street": (0.08, 0.60, 0.95, 1.00, 0.00),
    "town": (0.08, 0.65, 0.97, 1.00, 0.40),
    "company": (0.35, 0.20, 0.50, 0.40, 0.15),
    "account": (0.05, 0.15, 0.95, 0.60, 0.00),
    "nickname": (0.30, 0.12, 0.05, 0.08, 0.40),
    "initial": (0.04, 0.01, 0.06, 0.12, 0.02),
    "slip": (0.02, 0.05, 0.02, 0.06, 0.03),
    "swap": (0.008, 0.008, 0.00, 0.002, 0.01),
    "work mail": (0.35, 0.15, 0.45, 0.30, 0.03),
    "switchboard": (0.40, 0.10, 0.30, 0.30, 0.00),
    "office": (0.50, 0.08, 0.20, 0.30, 0.00),
}
_SHARED_MAILBOX, _FAMILY_MAILBOX, _PLACEHOLDER_DATE, _JUNK_NAME, _JUNK_PHONE = (
    0.12, 0.03, 0.015, 0.004, 0.01,
)  # fmt: skip
PLACEHOLDER_DATES = ("1900-01-01", "1970-01-01", "2000-01-01")
UNKNOWN_PHONE = 5_551_234_567
"""A made-up number that no preparation recognises."""


@dataclass(frozen=True, slots=True)
class Records:
    """Values as a source would hold them, missing where it has none; rows run in parallel.

    `no_name` and `no_phone` mark rows where the source holds a word for "none" (n/a, 000) in
    place of the value; the value is missing here.
    """

    person: Ints
    source: Ints
    columns: dict[str, pa.Array]
    no_name: Mask
    no_phone: Mask


class _Chances:
    """Draws of the rows that have a field or a fault."""

    def __init__(self, rng: np.random.Generator, source: Ints) -> None:
        self.rng, self.source = rng, source

    def __call__(self, name: str) -> Mask:
        return self.rng.random(len(self.source)) < np.array(HAS[name])[self.source]

    def at(self, share: float) -> Mask:
        return self.rng.random(len(self.source)) < share


def _where(mask: Mask, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), values, pa.scalar(None, values.type))


def _text(numbers: Longs) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def canonical(firsts: pa.Array) -> pa.Array:
    """First names with short forms replaced by the name they stand for."""
    known = words.canonical_names()
    coded = firsts.dictionary_encode()
    full = pa.array([known.get(name, name) for name in coded.dictionary.to_pylist()], pa.string())
    return full.take(coded.indices)


def _nicknames(world: World) -> tuple[Ints, pa.Array]:
    """For each first name the place of its first short form (three a name), and the forms."""
    forms: list[str] = []
    places = np.full(len(world.firsts), -1, np.int32)
    for place, name in enumerate(world.firsts.to_pylist()):
        known = words.NICKNAMES.get(name, "").split()
        if known:
            places[place] = len(forms)
            forms += (known * 3)[:3]
    return places, pa.array(forms)


def _names(world: World, people: People, person: Ints, draw: _Chances) -> dict[str, pa.Array]:
    first = people.first[person]
    shown = world.firsts.take(first)
    places, forms = _nicknames(world)
    short = places[first] + draw.rng.choice(3, len(person), p=[0.6, 0.25, 0.15])
    nick = draw("nickname") & (places[first] >= 0)
    shown = pc.if_else(pa.array(nick), forms.take(np.where(nick, short, 0)), shown)
    shown = with_slips(draw.rng, shown, draw("slip"))
    shown = pc.if_else(pa.array(draw("initial")), pc.utf8_slice_codeunits(shown, 0, 1), shown)
    maiden = people.maiden[person]
    last = np.where((maiden >= 0) & draw.at(0.35), maiden, people.last[person])
    family = with_slips(draw.rng, world.surnames.take(last), draw("slip"))
    shown, family = _where(draw("first"), shown), _where(draw("last"), family)
    swap = pa.array(draw("swap"))
    return {"first": pc.if_else(swap, family, shown), "last": pc.if_else(swap, shown, family)}


def _mail(world: World, people: People, person: Ints, draw: _Chances) -> dict[str, pa.Array]:
    employer = people.employer[person]
    work = draw("work mail") & (employer >= 0)
    shared = work & draw.at(_SHARED_MAILBOX)
    owner = np.where(draw.at(_FAMILY_MAILBOX), people.head[person], person)
    second = (people.account[owner] % 4 == 0) & draw.at(0.4)
    name = pc.if_else(
        pa.array(second), people.second_mailbox.take(owner), people.mailbox.take(owner)
    )
    official = pc.binary_join_element_wise(
        world.firsts.take(people.first[person]), world.surnames.take(people.last[person]), "."
    )
    name = pc.if_else(pa.array(work), official, name)
    name = with_slips(draw.rng, name, draw("slip") & draw.at(0.5))
    name = pc.if_else(pa.array(shared), "info", name)
    provider = np.where(second, people.second_provider[owner], people.provider[owner])
    domain = pc.if_else(
        pa.array(work),
        world.domains.take(np.maximum(employer, 0)),
        world.providers.take(provider),
    )
    has, handle = draw("email"), draw("handle")
    return {
        "email": _where(has, pc.binary_join_element_wise(name, domain, "@")),
        "uname": _where((has & ~shared) | (handle & ~work), name),
    }


def _phone(people: People, person: Ints, draw: _Chances) -> pa.Array:
    number = np.where(draw.at(0.28), people.landline[person], people.mobile[person])
    office = draw("switchboard") & (people.employer[person] >= 0)
    number = np.where(office, people.switchboard[person], number)
    number = np.where(draw.at(0.0002), UNKNOWN_PHONE, number)
    return with_slips(draw.rng, _where(draw("phone"), _text(number)), draw("slip"), DIGITS)


def _dates(people: People, person: Ints, draw: _Chances) -> pa.Array:
    days = pa.array(people.born[person], pa.date32()).cast(pa.string())
    days = with_wrong_dates(draw.rng, days, draw("slip"))
    empty = pa.array(PLACEHOLDER_DATES).take(draw.rng.integers(0, 3, len(person)))
    return _where(draw("dob"), pc.if_else(pa.array(draw.at(_PLACEHOLDER_DATE)), empty, days))


def _address(world: World, people: People, person: Ints, draw: _Chances) -> dict[str, pa.Array]:
    former = draw.at(0.35)
    office = draw("office") & (people.employer[person] >= 0)

    def chosen(part: Callable[[Addresses], Ints]) -> Ints:
        home = np.where(former, part(people.former)[person], part(people.home)[person])
        return np.where(office, part(people.office)[person], home)

    number, street = chosen(lambda a: a.number), chosen(lambda a: a.street)
    postcode = chosen(lambda a: a.postcode)
    exact, known = draw("street"), draw("town")
    known |= exact
    codes = with_slips(draw.rng, world.postcodes.take(postcode), draw.at(0.01), DIGITS)
    return {
        "street_no": _where(exact, _text(number)),
        "street_nm": _where(exact, with_slips(draw.rng, world.streets.take(street), draw("slip"))),
        "city": _where(known & ~draw.at(0.03), world.towns.take(world.town_of[postcode])),
        "postcode": _where(known & ~draw.at(0.06), codes),
    }


def _business(world: World, people: People, person: Ints, draw: _Chances) -> dict[str, pa.Array]:
    employer = people.employer[person]
    company = world.companies.take(np.maximum(employer, 0))
    bare = pc.replace_substring_regex(company, r" \w+$", "")
    company = pc.if_else(pa.array(draw.at(0.12)), bare, company)
    family = (people.family_account[person] >= 0) & draw.at(0.5)
    account = np.where(family, people.family_account[person], people.account[person])
    account = np.where((employer >= 0) & draw.at(0.12), 90_000_000 + employer, account)
    return {
        "company": _where(draw("company") & (employer >= 0), company),
        "cust_no": _where(draw("account"), _text(account)),
    }


def make_records(
    rng: np.random.Generator, world: World, people: People, person: Ints, source: Ints
) -> Records:
    """One record for each row of `person` and `source`."""
    draw = _Chances(rng, source)
    columns = _names(world, people, person, draw)
    no_name, no_phone = draw.at(_JUNK_NAME), draw.at(_JUNK_PHONE)
    columns = {name: _where(~no_name, values) for name, values in columns.items()}
    columns |= _mail(world, people, person, draw)
    columns["phone"] = _where(~no_phone, _phone(people, person, draw))
    columns["dob"] = _dates(people, person, draw)
    columns |= _address(world, people, person, draw)
    columns |= _business(world, people, person, draw)
    return Records(person, source, columns, no_name, no_phone)
