"""The organisations of the world as they really are, and the people who order for them."""

from dataclasses import dataclass, replace
from functools import lru_cache

from demo.world.chance import Chance, chance
from demo.world.households import MEMBERS, landline
from demo.world.kana import romaji
from demo.world.people import Person, ascii_only, latin_name, person, some_surname
from demo.world.places import Place, place
from demo.world.rates import RATES
from demo.world.tables import Word, company_words

_FORMS = ("株式会社", "株式会社", "株式会社", "株式会社", "有限会社", "合同会社", "合資会社")
_ASSOCIATIONS = ("一般社団法人", "公益財団法人", "医療法人", "学校法人", "社会福祉法人")
_DEPARTMENTS = [
    "総務部",
    "営業部",
    "購買部",
    "商品部",
    "第二営業部",
    "管理部",
    "店舗運営部",
    "仕入課",
    "企画室",
]
_TITLES = ["部長", "課長", "係長", "主任", "店長", "代表取締役", "マネージャー", "バイヤー"]
UNITS_PER_COMPANY = 4
"""Every fourth unit of the world is a company: RATES.organization as a fixed pattern."""
_REACH = 250


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who speaks for a company. `email` is the work address there."""

    person: Person
    email: str
    department: str
    title: str
    former: "Company | None" = None
    former_email: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A real organisation. `front` says whether the legal form stands before the name."""

    id: str
    number: int
    core: Word
    english: str
    form: str
    front: bool
    office: Place
    branch_office: Place | None
    phone: str
    domain: str
    corporate_number: str

    @property
    def full_name(self) -> str:
        return (
            f"{self.form}{self.core.written}" if self.front else f"{self.core.written}{self.form}"
        )

    @property
    def mailbox(self) -> str:
        """The address everyone there may write from."""
        return f"{'info' if self.number % 3 else 'sales'}@{self.domain}"


@lru_cache(maxsize=4096)
def company(seed: int, index: int) -> Company:
    """The company that is unit `index` of the world."""
    draw = chance(seed, "company", index)
    core, english = _core(draw)
    form = draw.pick(_FORMS) if draw.hits(0.93) else draw.pick(_ASSOCIATIONS)
    office = place(draw, office=True)
    slug = "".join(c for c in (english or romaji(core.reading)).lower() if c.isalnum())
    phone = landline(office, draw)
    if draw.hits(RATES.toll_free):
        phone = f"0120-1{draw.number(0, 99):02d}-{draw.number(0, 999):03d}"
    return Company(
        id=f"o{index}",
        number=index,
        core=core,
        english=english,
        form=form,
        front=form in _ASSOCIATIONS or draw.hits(0.62),
        office=office,
        branch_office=place(draw, office=True) if draw.hits(0.12) else None,
        phone=phone,
        domain=f"{slug}{index}.example",
        corporate_number=corporate_number(draw.number(10**11, 10**12 - 1)),
    )


def contacts(seed: int, index: int) -> tuple[Contact, ...]:
    """The people who order for the company that is unit `index`."""
    draw, employer = chance(seed, "contact", index), company(seed, index)
    return tuple(
        _contact(seed, index, employer, position, draw)
        for position in range(draw.pick((1, 1, 1, 2, 2, 3, 4)))
    )


def corporate_number(base: int) -> str:
    """A 法人番号: twelve digits behind their check digit (9 minus the weighted sum modulo 9)."""
    digits = f"{base:012d}"
    weighted = sum(int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return f"{9 - weighted % 9}{digits}"


def _contact(seed: int, index: int, employer: Company, position: int, draw: Chance) -> Contact:
    someone = person(seed, index * MEMBERS + position, ages=(22, 65))
    family, given = (ascii_only(part) for part in latin_name(someone))
    local = draw.pick(
        (f"{given}.{family}", f"{family}", f"{given[0]}.{family}", f"{family}-{given}")
    )
    local += str(position + 1) if position else ""
    earlier = index - UNITS_PER_COMPANY * draw.number(1, _REACH)
    contact = Contact(
        person=someone,
        email=f"{local}@{employer.domain}",
        department=draw.pick(_DEPARTMENTS) if draw.hits(0.75) else "",
        title=draw.pick(_TITLES) if draw.hits(0.5) else "",
    )
    if earlier >= 0 and draw.hits(RATES.job_changer):
        former = company(seed, earlier)
        # The suffix keeps the address apart from those of the people who stayed there.
        address = f"{family}.{given[0]}{someone.number}@{former.domain}"
        contact = replace(contact, former=former, former_email=address)
    return contact


def _core(draw: Chance) -> tuple[Word, str]:
    """The name without its legal form, and an English name or an empty string."""
    kind = draw.random()
    if kind < 0.30:
        return _joined(some_surname(draw), draw.pick(company_words("trade"))), ""
    if kind < 0.50:
        head, tail = draw.pick(company_words("place")), draw.pick(company_words("trade"))
        return _joined(head, tail), ""
    industry = draw.pick(company_words("industry"))
    if kind < 0.78:
        head = draw.pick(company_words("blend"))
        return _joined(head, industry), f"{head.latin} {industry.latin}"
    head = draw.pick(company_words("katakana"))
    if draw.hits(0.4):
        return head, head.latin
    return _joined(head, industry), f"{head.latin} {industry.latin}"


def _joined(head: Word, tail: Word) -> Word:
    return Word(head.written + tail.written, head.reading + tail.reading)
