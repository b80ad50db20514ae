"""What makes 名寄せ hard is really there, about as often as demo/world/rates.py says."""

from collections import Counter, defaultdict

import pytest

from daifuku.records import Entity
from demo.world import generate
from demo.world.companies import UNITS_PER_COMPANY, company, contacts
from demo.world.households import Household, household
from demo.world.mapped import told
from demo.world.persona import PLACEHOLDER_EMAILS, PLACEHOLDER_PHONES
from demo.world.rates import RATES

SEED, UNITS = 3, 6000


@pytest.fixture(scope="module")
def homes() -> list[Household]:
    return [household(SEED, index) for index in range(UNITS)]


def share(count: int, of: int) -> float:
    return count / of


def test_households_share_what_households_share(homes: list[Household]) -> None:
    shared = [home for home in homes if len(home.members) > 1]
    assert share(len(shared), UNITS) == pytest.approx(RATES.shared_home, abs=0.03)
    assert share(sum(1 for h in homes if h.landline), UNITS) == pytest.approx(
        RATES.landline, abs=0.03
    )
    assert share(sum(1 for h in shared if h.shared_email), len(shared)) == pytest.approx(
        RATES.shared_email, abs=0.03
    )
    assert all(len({m.family.written for m in home.members}) == 1 for home in shared)


def test_twins_share_a_birth_date_and_not_a_name(homes: list[Household]) -> None:
    twins = [h for h in homes if len(h.members) > 1 and h.members[0].born == h.members[1].born]
    assert twins
    assert all(len({m.given.written for m in home.members}) > 1 for home in twins)


def test_fathers_and_sons_have_names_alike(homes: list[Household]) -> None:
    pairs = [h.members[:2] for h in homes if len(h.members) > 1]
    alike = [
        (a, b)
        for a, b in pairs
        if a.sex == b.sex and a.given.written[0] == b.given.written[0] and a.born != b.born
    ]
    assert share(len(alike), len(pairs)) > RATES.father_and_son / 2
    assert all(a.given.written != b.given.written for a, b in alike)


def test_some_strangers_have_one_full_name(homes: list[Household]) -> None:
    names = Counter(h.members[0].family.written + h.members[0].given.written for h in homes)
    namesakes = sum(count for count in names.values() if count > 1)
    assert share(namesakes, UNITS) > RATES.namesake


def test_movers_brides_and_job_changers(homes: list[Household]) -> None:
    assert share(sum(1 for h in homes if h.former_home), UNITS) == pytest.approx(
        RATES.mover, abs=0.02
    )
    people = [h.members[0] for h in homes]
    women = [p for p in people if p.sex == "f" and p.born.year > 1970 and p.origin == "japanese"]
    assert share(sum(1 for p in women if p.former_family), len(women)) == pytest.approx(
        RATES.married, abs=0.025
    )
    staff = [c for index in range(2000, 4000) for c in contacts(SEED, index)]
    assert share(sum(1 for c in staff if c.former), len(staff)) == pytest.approx(
        RATES.job_changer, abs=0.03
    )
    assert round(1 / RATES.organization) == UNITS_PER_COMPANY


def test_company_names_collide_and_their_domains_do_not() -> None:
    companies = [company(SEED, index) for index in range(3, UNITS, UNITS_PER_COMPANY)]
    assert len({c.core.written for c in companies}) < len(companies)
    assert len({c.domain for c in companies}) == len(companies)


def test_placeholders_are_shared_by_strangers() -> None:
    holders = defaultdict(set)
    for record, said in told(generate(SEED, 20_000)):
        for value in (*record.emails, *record.phones, record.birth_date or ""):
            holders[value].add(said.truth)
    assert all(len(holders[value]) > 1 for value in (*PLACEHOLDER_EMAILS, *PLACEHOLDER_PHONES))
    assert len(holders["1900-01-01"]) > 1


def test_one_person_is_written_in_many_ways() -> None:
    names = defaultdict(set)
    for record, said in told(generate(SEED, 5000)):
        if record.entity is Entity.PERSON and record.name:
            names[said.truth].add(record.name)
    several = [truth for truth, written in names.items() if len(written) > 2]
    assert share(len(several), len(names)) > 0.2
