"""The people of the CRM world: who they are, where they live and how they are reached.

Each attribute is an array over people. Numbers point into the vocabularies of `World`; -1 is
none. Families share a home, a telephone and mostly a surname; some have a father and a son of one
name, or twins. Colleagues share a switchboard and an office.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.crm import words

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

TOWNS = 3_000
POSTCODES = 30_000
STREETS = 6_000
PROVIDERS = (
    "postbox.example",
    "webmail.example",
    "quickmail.example",
    "letterly.example",
    "inkwell.example",
    "sendbird.example",
    "mailhouse.example",
    "homenet.example",
    "fastline.example",
)
_FIRST_BIRTH, _YEAR = -12_000, 365.25
"""Days since 1970 of the oldest birth, and days a year."""


class World:
    """The vocabularies, the same for all people of a seed."""

    def __init__(self, rng: np.random.Generator, people: int) -> None:
        men, women = words.men(), words.women()
        self.men = len(men)
        self.firsts = pa.array([*men, *women])
        self.surnames = pa.array(words.surnames(rng))
        self.streets = pa.array(words.streets(rng, STREETS))
        self.towns = pa.array(words.towns(rng, TOWNS))
        names, domains = words.companies(rng, max(10, people // 30))
        self.companies, self.domains = pa.array(names), pa.array(domains)
        self.providers = pa.array(PROVIDERS)
        self.postcodes = pa.array([f"{10_000 + 3 * n:05d}" for n in range(POSTCODES)])
        share = words.zipf(TOWNS, 10, 0.9)
        self.town_of = np.searchsorted(share, (np.arange(POSTCODES) + 0.5) / POSTCODES)


@dataclass(frozen=True, slots=True)
class Addresses:
    number: Ints
    street: Ints
    postcode: Ints

    def take(self, places: npt.NDArray[np.integer]) -> "Addresses":
        return Addresses(self.number[places], self.street[places], self.postcode[places])


@dataclass(frozen=True, slots=True)
class People:
    """One row a person; `head` is the person at the head of the household.

    `home`, `former` and `office` are addresses, `former` the home of those who never moved.
    """

    first: Ints
    last: Ints
    maiden: Ints
    born: Ints
    head: Ints
    mobile: Longs
    landline: Longs
    employer: Ints
    switchboard: Longs
    home: Addresses
    former: Addresses
    office: Addresses
    mailbox: pa.Array
    second_mailbox: pa.Array
    provider: Ints
    second_provider: Ints
    account: Longs
    family_account: Longs

    def __len__(self) -> int:
        return len(self.first)


def _draw(rng: np.random.Generator, shares: words.Weights, count: int) -> Ints:
    return np.searchsorted(shares, rng.random(count)).astype(np.int32)


def _addresses(rng: np.random.Generator, count: int) -> Addresses:
    return Addresses(
        number=(rng.gamma(1.2, 60, count) + 1).astype(np.int32),
        street=_draw(rng, words.zipf(STREETS, 20, 0.8), count),
        postcode=rng.integers(0, POSTCODES, count, dtype=np.int32),
    )


def _households(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """The household of each person and the place in it (0 head, 1 partner, 2.. children)."""
    sizes = rng.choice([1, 2, 3, 4, 5], size=count, p=[0.55, 0.26, 0.10, 0.07, 0.02])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    number = np.repeat(np.arange(count, dtype=np.int32), sizes)[:count]
    return number, (np.arange(count) - starts[number]).astype(np.int32)


def _names(rng: np.random.Generator, world: World, household: Ints, place: Ints) -> dict[str, Ints]:
    """First names, surnames and dates of birth; a child may bear the father's name, or a twin's."""
    count = len(household)
    head = np.arange(count) - place
    male = rng.random(count) < np.where(place == 0, 0.62, np.where(place == 1, 0.3, 0.5))
    female_names = len(world.firsts) - world.men
    first = np.where(
        male,
        _draw(rng, words.zipf(world.men, 4, 1.05), count),
        world.men + _draw(rng, words.zipf(female_names, 4, 1.05), count),
    ).astype(np.int32)
    surname_shares = words.zipf(len(world.surnames), 30, 0.95)
    family = _draw(rng, surname_shares, count)[head]
    own = _draw(rng, surname_shares, count)
    keeps_own = (place == 1) & (rng.random(count) < 0.15)
    last = np.where(keeps_own, own, family)
    married = ~male & ~keeps_own & (place <= 1) & (rng.random(count) < 0.2)
    age = rng.integers(_FIRST_BIRTH, 12_500, count)
    born = np.where(place == 1, age[head] + rng.normal(0, 4 * _YEAR, count), age)
    born = np.where(place >= 2, age[head] + rng.normal(27, 4, count) * _YEAR, born)
    junior = (place == 2) & male & male[head] & (rng.random(count) < 0.08)
    first[junior] = first[head[junior]]
    twin = np.flatnonzero((place == 3) & (rng.random(count) < 0.12))
    born[twin] = born[twin - 1]
    return {
        "first": first,
        "last": last.astype(np.int32),
        "maiden": np.where(married, own, -1).astype(np.int32),
        "born": np.clip(born, _FIRST_BIRTH, 18_000).astype(np.int32),
    }


def _mailboxes(rng: np.random.Generator, world: World, names: dict[str, Ints]) -> pa.Array:
    """Names of personal mailboxes: made from the name, its initials, the year, or fancy."""
    count = len(names["first"])
    first, last = world.firsts.take(names["first"]), world.surnames.take(names["last"])
    year = pa.array((names["born"] / _YEAR + 70).astype(np.int32) % 100).cast(pa.string())
    number = pa.array(rng.integers(1, 1_000, count)).cast(pa.string())
    initial = pc.utf8_slice_codeunits(first, 0, 1)
    fancy = world.surnames.take(rng.integers(0, len(world.surnames), count))
    shapes = [
        pc.binary_join_element_wise(first, last, "."),
        pc.binary_join_element_wise(first, last, ""),
        pc.binary_join_element_wise(initial, last, ""),
        pc.binary_join_element_wise(first, year, ""),
        pc.binary_join_element_wise(first, pc.binary_join_element_wise(last, year, ""), "."),
        pc.binary_join_element_wise(last, number, ""),
        pc.binary_join_element_wise(last, first, "."),
        pc.binary_join_element_wise(fancy, number, ""),
    ]
    shape = rng.choice(len(shapes), size=count, p=[0.2, 0.1, 0.1, 0.1, 0.15, 0.1, 0.05, 0.2])
    return pc.choose(pa.array(shape), *shapes)


def _owned(mailbox: pa.Array, provider: Ints) -> pa.Array:
    """The same names with a number behind those that are taken at their provider."""
    codes = mailbox.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    keys = codes * len(PROVIDERS) + provider
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.flatnonzero(first)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - starts[np.cumsum(first) - 1]
    suffix = pc.if_else(pa.array(rank == 0), "", pa.array(rank + 1).cast(pa.string()))
    return pc.binary_join_element_wise(mailbox, suffix, "")


def _phones(rng: np.random.Generator, count: int) -> Longs:
    area = rng.integers(201, 990, count).astype(np.int64)
    return area * 10_000_000 + rng.integers(2_000_000, 10_000_000, count)


def make_people(rng: np.random.Generator, world: World, count: int) -> People:
    household, place = _households(rng, count)
    head = np.arange(count) - place
    names = _names(rng, world, household, place)
    companies = len(world.companies)
    employer = np.where(
        rng.random(count) < 0.5, _draw(rng, words.zipf(companies, companies / 50, 0.6), count), -1
    ).astype(np.int32)
    provider, second = (_draw(rng, words.zipf(len(PROVIDERS), 1, 1), count) for _ in range(2))
    flats = np.where(rng.random(count) < 0.07, rng.integers(0, count // 8 + 1, count), head)
    homes, formers = _addresses(rng, count), _addresses(rng, count)
    moved = rng.random(count) < 0.18
    former = Addresses(
        *(
            np.where(moved, getattr(formers, part), getattr(homes, part)[flats[head]])
            for part in ("number", "street", "postcode")
        )
    )
    shares_account = rng.random(count) < 0.15
    return People(
        **names,
        head=head.astype(np.int32),
        mobile=_phones(rng, count),
        landline=_phones(rng, count)[head],
        employer=employer,
        switchboard=_phones(rng, companies)[employer],
        home=homes.take(flats[head]),
        former=former,
        office=_addresses(rng, companies).take(employer),
        mailbox=_owned(_mailboxes(rng, world, names), provider),
        second_mailbox=_owned(_mailboxes(rng, world, names), second),
        provider=provider,
        second_provider=second,
        account=100_000 + rng.permutation(count).astype(np.int64),
        family_account=np.where(shares_account[head], 100_000 + count + household, -1),
    )
