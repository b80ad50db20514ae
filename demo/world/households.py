"""Households: people who share an address, a phone, a surname, at times even an e-mail address."""

from dataclasses import dataclass, replace
from functools import cache

from demo.world.chance import Chance, chance
from demo.world.people import Person, given_name, person, private_emails
from demo.world.places import Place, place
from demo.world.rates import RATES
from demo.world.tables import Word, all_given_names

MEMBERS = 10
"""Person numbers reserved for a unit: unit 12 owns the persons 120 to 129."""
_SPARE = Word("薫", "かおる")


@dataclass(frozen=True, slots=True)
class Household:
    """`members` are those who are customers; movers lived in `former_home` before."""

    members: tuple[Person, ...]
    home: Place
    former_home: Place | None
    landline: str | None
    shared_email: str | None


def household(seed: int, index: int) -> Household:
    """The household that is unit `index` of the world."""
    draw = chance(seed, "home", index)
    first = person(seed, index * MEMBERS)
    members: tuple[Person, ...] = (first,)
    if first.origin == "japanese" and draw.hits(RATES.shared_home):
        others = (_another(seed, someone) for someone in _family(seed, index, first, draw))
        members = (first, *others)
    home = place(draw)
    return Household(
        members=members,
        home=home,
        former_home=place(draw) if draw.hits(RATES.mover) else None,
        landline=landline(home, draw) if draw.hits(RATES.landline) else None,
        shared_email=(
            f"{members[0].emails[0].replace('@', '.family@')}"
            if len(members) > 1 and draw.hits(RATES.shared_email)
            else None
        ),
    )


def landline(where: Place, draw: Chance) -> str:
    """A phone number of that town. Exchanges that begin with 1 are never given to subscribers."""
    area = where.town.area_code
    exchange = "1" + "".join(str(draw.number(0, 9)) for _ in range(5 - len(area)))
    return f"{area}-{exchange}-{draw.number(0, 9999):04d}"


def _another(seed: int, someone: Person) -> Person:
    """A family has one name, so only its first member may carry a maiden name."""
    mine = replace(someone, former_family=None)
    return replace(mine, emails=private_emails(seed, mine))


def _family(seed: int, index: int, first: Person, draw: Chance) -> list[Person]:
    """The other members: a twin, a son or daughter of like name, or a spouse, perhaps a child."""
    second = person(seed, index * MEMBERS + 1, family=first.family)
    kind = draw.random()
    if kind < RATES.twins + RATES.father_and_son:
        second = _alike(first, second, draw, twin=kind < RATES.twins)
    else:
        other = "f" if first.sex == "m" else "m"
        year = min(2006, max(1935, first.born.year + draw.number(-5, 5)))
        born = second.born.replace(year=year)
        second = replace(second, sex=other, born=born, given=given_name(draw, other, born.year))
    if second.given.written == first.given.written:
        second = replace(second, given=_SPARE)
    if draw.hits(0.2):
        third = person(seed, index * MEMBERS + 2, family=first.family, ages=(20, 40))
        if third.given.written not in (first.given.written, second.given.written):
            return [second, third]
    return [second]


def _alike(first: Person, second: Person, draw: Chance, *, twin: bool) -> Person:
    born = first.born
    if not twin:
        born = born.replace(year=min(born.year + draw.number(24, 34), 2006))
    given = _name_alike(first.given, first.sex, draw) or given_name(draw, first.sex, born.year)
    return replace(second, sex=first.sex, born=born, given=given)


def _name_alike(name: Word, sex: str, draw: Chance) -> Word | None:
    """A name that shares its first character, as fathers and sons or twins have."""
    alike = [
        other
        for other in _by_first_character(sex).get(name.written[0], ())
        if other.reading != name.reading and other.reading[0] == name.reading[0]
    ]
    return draw.pick(alike) if alike else None


@cache
def _by_first_character(sex: str) -> dict[str, list[Word]]:
    groups: dict[str, list[Word]] = {}
    for name in all_given_names(sex):
        groups.setdefault(name.written[0], []).append(name)
    return groups
