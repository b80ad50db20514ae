"""What golden records show is true: measured on made-up worlds that no rule was tuned on."""

import pytest

from daifuku.records import Entity
from demo.values import ValueFigures, values_of
from demo.world import generate

KEPT = {
    (Entity.PERSON, "name"): 0.98,
    (Entity.PERSON, "family_name"): 0.98,
    (Entity.PERSON, "given_name"): 0.98,
    (Entity.PERSON, "name_kana"): 0.97,
    (Entity.PERSON, "birth_date"): 0.99,
    (Entity.PERSON, "emails"): 0.99,
    (Entity.PERSON, "phones"): 0.98,
    (Entity.PERSON, "addresses"): 0.98,
    (Entity.ORGANIZATION, "name"): 0.95,
    (Entity.ORGANIZATION, "corporate_number"): 1.0,
    (Entity.ORGANIZATION, "website"): 1.0,
    (Entity.ORGANIZATION, "emails"): 0.95,
    (Entity.ORGANIZATION, "phones"): 0.95,
    (Entity.ORGANIZATION, "addresses"): 0.95,
}


@pytest.fixture(scope="module", params=[601, 602])
def figures(request: pytest.FixtureRequest) -> ValueFigures:
    return values_of(generate(request.param, scale=2000))


def test_what_a_record_says_truly_survives(figures: ValueFigures) -> None:
    kept = {at: figures.fields[at].kept for at in KEPT}
    assert not {at: share for at, share in kept.items() if share < KEPT[at]}


def test_nothing_untidy_is_shown(figures: ValueFigures) -> None:
    assert figures.golden_records.total() > 100
    assert not figures.untidy.total()
