"""The persons of the world as they really are."""

from dataclasses import dataclass, replace
from datetime import date

from demo.world.chance import Chance, chance
from demo.world.kana import romaji
from demo.world.rates import RATES
from demo.world.tables import (
    Word,
    all_given_names,
    foreigners,
    surnames,
    usual_given_names,
)

_FREEMAIL = [
    "freemail.example",
    "webmail.example",
    "keitai.example",
    "mail.example.jp",
    "example.com",
]
_PET_WORDS = ["sakura", "momo", "hana", "neko", "cha", "maru", "yuki", "sora", "umi", "kuma"]
_NAMESAKE_POOL = 40
_USUAL_NAME_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Person:
    """A real person. `number` is unique in the world; `former_family` is a maiden name.

    `emails` are private addresses, the first the usual one.
    """

    id: str
    number: int
    sex: str
    origin: str
    family: Word
    given: Word
    born: date
    mobile: str
    emails: tuple[str, ...]
    former_family: Word | None = None


def person(
    seed: int, number: int, *, family: Word | None = None, ages: tuple[int, int] = (20, 80)
) -> Person:
    """The person `number` of the world, of `family` if given, between `ages` in 2026."""
    draw = chance(seed, "person", number)
    sex = "m" if draw.hits(0.47) else "f"
    born = birth_date(draw, 2026 - ages[1], 2026 - ages[0])
    origin = "japanese"
    if family is None and draw.hits(RATES.foreigner):
        stranger = draw.pick(foreigners())
        origin, sex, surname, given = stranger
    elif family is None and draw.hits(RATES.namesake):
        shared = chance(seed, "namesake", draw.number(1, _NAMESAKE_POOL))
        sex, surname = ("m" if shared.hits(0.5) else "f"), some_surname(shared)
        given = given_name(shared, sex, 1965)
    else:
        surname, given = family or some_surname(draw), given_name(draw, sex, born.year)
    former = None
    if sex == "f" and born.year > 1970 and origin == "japanese" and draw.hits(RATES.married):
        former = some_surname(draw)
    mine = Person(
        id=f"p{number}",
        number=number,
        sex=sex,
        origin=origin,
        family=surname,
        given=given,
        born=born,
        mobile=mobile(seed, number),
        emails=(),
        former_family=former,
    )
    return replace(mine, emails=private_emails(seed, mine))


def birth_date(draw: Chance, first_year: int, last_year: int) -> date:
    return date(draw.number(first_year, last_year), draw.number(1, 12), draw.number(1, 28))


def some_surname(draw: Chance) -> Word:
    """A surname, as likely as it is in Japan."""
    words, cumulative = surnames()
    return draw.by_weight(words, cumulative)


def given_name(draw: Chance, sex: str, year: int) -> Word:
    """A given name that a child of `sex` born in `year` may have got."""
    if not draw.hits(_USUAL_NAME_SHARE):
        return draw.pick(all_given_names(sex))
    groups = usual_given_names()
    names = next(
        (words for group, start, end, words in groups if group == sex and start <= year <= end),
        groups[0][3],
    )
    return draw.early(names)


def mobile(seed: int, number: int) -> str:
    """A mobile number no other person of the world has, in the 060 range."""
    scattered = (number * 48_271_003 + seed * 7_919_777) % 90_000_000 + 10_000_000
    return f"060-{scattered // 10_000:04d}-{scattered % 10_000:04d}"


def latin_name(someone: Person) -> tuple[str, str]:
    """Family and given name in Latin letters, lower case ASCII-friendly."""
    family = someone.family.latin or romaji(someone.family.reading)
    given = someone.given.latin or romaji(someone.given.reading)
    return family.lower(), given.lower()


def private_emails(seed: int, someone: Person) -> tuple[str, ...]:
    """One or two addresses after the name; the number in the local part keeps them apart."""
    draw = chance(seed, "email", someone.number)
    count = 2 if draw.hits(RATES.second_email) else 1
    family, given = (ascii_only(part) for part in latin_name(someone))
    tag = someone.number + 11
    shapes = (
        f"{given}.{family}{tag}",
        f"{family}.{given}.{tag}",
        f"{given[0]}-{family}{tag}",
        f"{family}{given[0]}_{tag}",
        f"{draw.pick(_PET_WORDS)}-{draw.pick(_PET_WORDS)}{tag}",
    )
    start, domain = draw.number(0, len(shapes) - 1), draw.number(0, len(_FREEMAIL) - 1)
    return tuple(
        f"{shapes[(start + 2 * turn) % len(shapes)]}@{_FREEMAIL[(domain + turn) % len(_FREEMAIL)]}"
        for turn in range(count)
    )


def ascii_only(text: str) -> str:
    """The text's ASCII letters and digits, accents dropped, for an e-mail address."""
    plain = text.translate(str.maketrans("üéíáóäö", "ueiaoao"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or "x"
