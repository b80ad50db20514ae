"""Many pairs compared at once give what each gives by itself."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from daifuku.records import Address, Entity
from demo.world.mapped import mapped_records
from demo.world.world import generate
from identity.features import Features, features
from identity.model.load import shipped_models
from identity.model.types import ComparisonSpec, Model
from identity.resolve import links_between
from identity.scoring.bulk import many_of
from identity.scoring.few import score_of, values_of, weight_of
from identity.scoring.many import OneByOne, Outcomes
from identity.scoring.registry import COMPARATORS
from identity.scoring.score import score_pair
from identity.scoring.table import Table
from tests.support.parties import company, person_model, random_people

MODELS = shipped_models()
WEST = (
    *("12 High Street, Leeds LS1 4AB", "12 High St Leeds LS14AB", "12 Hihg Street, Leeds LS1 4AB"),
    *("14 High Street, Leeds LS1 4AB", "138 Westbank Way, Liningdon 83989", "Liningdon 83989"),
    *("138 Westbank Way #4, Liningdon 83989", "138 Westbank Way Apt 5, Liningdon 83989"),
    *("138 Other Road, Farway", "138 Westbank Way, Liningdon", "Westbank Way", "Berlin"),
)
CASES = [(model, spec) for model in MODELS.values() for spec in model.comparisons]


@cache
def parties(entity: Entity) -> list[Features]:
    world = [features(record) for record, _ in mapped_records(generate(31, scale=250))]
    made = random_people(50, seed=6) if entity is Entity.PERSON else []
    made += [features(company(str(n), addresses=(Address(text=t),))) for n, t in enumerate(WEST)]
    return [*made, *(item for item in world if item.entity is entity)]


def terms(found: Outcomes, spec: ComparisonSpec) -> list[str]:
    """The terms that count, by pair."""
    comparator = COMPARATORS[spec.comparator]
    counted = {level.name for level in spec.levels if level.frequency}
    if found.terms is None:
        return [""] * len(found.levels)
    pairs = zip(found.levels.tolist(), found.terms.tolist(), strict=True)
    return [
        found.texts[term] if term >= 0 and comparator.levels[level] in counted else ""
        for level, term in pairs
    ]


@pytest.mark.parametrize(
    ("model", "spec"), CASES, ids=lambda case: getattr(case, "name", getattr(case, "entity", ""))
)
def test_many_pairs_compare_as_each_alone(model: Model, spec: ComparisonSpec) -> None:
    comparator = COMPARATORS[spec.comparator]
    found = {comparator.value(item): None for item in parties(model.entity)}
    values: list[Any] = [value for value in found if value is not None][:150]
    a, b = np.asarray(list(combinations(range(len(values)), 2)), np.int64).T
    many, alone = many_of(spec, values)(a, b), OneByOne(comparator, values)(a, b)
    assert many.levels.tolist() == alone.levels.tolist()
    assert terms(many, spec) == terms(alone, spec)


def test_a_few_pairs_weigh_what_each_weighs_in_full() -> None:
    model = person_model()
    people = random_people(40, seed=7)
    for a, b in combinations(people, 2):
        full = score_pair(a, b, model).weight
        sides = values_of(a, model), values_of(b, model)
        assert weight_of(*sides, model, -1e9) == full
        assert weight_of(*sides, model, 0.0) == (full if full >= 0 else None)


@pytest.mark.parametrize("related", [True, False])
def test_a_few_pairs_have_the_scores_that_many_at_once_have(related: bool) -> None:
    shipped = MODELS[Entity.PERSON]
    model = shipped if related else replace(shipped, relations=())
    people = parties(Entity.PERSON)[:60]
    a, b = np.asarray([*combinations(range(60), 2), *((i, i) for i in range(60))], np.int64).T
    many = Table(model, people).compare(a, b)
    sides = [values_of(one, model) for one in people]
    few = [score_of(sides[i], sides[j], model) for i, j in zip(a, b, strict=True)]
    assert few == list(zip(many.weights.tolist(), many.contrasts.tolist(), strict=True))


def test_links_do_not_depend_on_how_many_are_asked_for_at_once() -> None:
    model = person_model()
    pairs = list(combinations(random_people(60, seed=8), 2))
    few = [
        link
        for start in range(0, len(pairs), 50)
        for link in links_between(pairs[start:][:50], model)
    ]
    assert len(pairs) > 500
    assert tuple(sorted(few)) == links_between(pairs, model)
