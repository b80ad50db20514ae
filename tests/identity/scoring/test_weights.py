from dataclasses import replace
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.records import Entity
from identity.model.calibration import Calibration
from identity.model.frequencies import Frequencies
from identity.model.types import ComparisonSpec, Level, Model, RelationSpec
from identity.scoring.affinity import affinities, affinity
from identity.scoring.table import scored
from identity.scoring.weights import (
    by_level,
    doubt,
    doubts,
    match_weight,
    probability,
    quantise,
    quantise_all,
    relation_weights,
    same_source,
)

GRID = 2.0**-20

SURNAME = ComparisonSpec(
    "surname",
    "family name",
    (Level("same", 0.75, 0.25, "surnames"), Level("differ", 0.25, 0.75)),
)
HOME = ComparisonSpec(
    "home",
    "address",
    (Level("same", 0.5, 0.0625), Level("near", 0.25, 0.25), Level("far", 0.25, 0.6875)),
)
HOUSEHOLD = RelationSpec(
    "household",
    share=2.0**-10,
    levels={
        "surname": {"same": 0.875, "differ": 0.125},
        "home": {"same": 0.5, "near": 0.5, "far": 0.0},
    },
)
NEIGHBOURS = RelationSpec(
    "neighbours",
    share=2.0**-12,
    levels={"home": {"same": 0.125, "near": 0.75, "far": 0.125}},
)
NAMESAKES = RelationSpec(
    "namesakes",
    share=2.0**-6,
    levels={"surname": {"same": 1.0, "differ": 0.0}},
    chance={"surname": 0.75},
)
SURNAMES = Frequencies({"suzuki": 0.125, "rare": 2.0**-30}, fallback=2.0**-7, floor=2.0**-9)
MODEL = Model(
    Entity.PERSON,
    "test-1",
    prior=2.0**-10,
    match=0.9,
    possible=0.5,
    comparisons=(SURNAME, HOME),
    relations=(HOUSEHOLD, NEIGHBOURS, NAMESAKES),
    frequencies={"surnames": SURNAMES},
)
MISSING = -1
LEVELS = st.tuples(st.integers(-1, 1), st.integers(-1, 2))
TERMS = st.sampled_from(["", "suzuki", "rare", "other"])


def weights_of(levels: tuple[int, int], term: str = "") -> list[float]:
    return [
        match_weight(term, spec.levels[level], MODEL) if level >= 0 else 0.0
        for spec, level in zip(MODEL.comparisons, levels, strict=True)
    ]


def test_weights_are_rounded_to_the_grid() -> None:
    assert quantise(1.0) == 1.0
    assert quantise(GRID * 0.6) == GRID
    assert quantise(-GRID * 2.4) == -2 * GRID
    assert quantise_all(np.asarray([1.0, GRID * 0.6, -GRID * 2.4])).tolist() == [1, GRID, -2 * GRID]


def test_a_level_weighs_the_log_of_m_over_u() -> None:
    assert match_weight("", HOME.levels[0], MODEL) == 3.0
    assert match_weight("suzuki", HOME.levels[0], MODEL) == 3.0
    assert match_weight("", SURNAME.levels[1], MODEL) == quantise(log2(1 / 3))


@pytest.mark.parametrize(
    ("term", "share"), [("suzuki", 2**-3), ("other", 2**-7), ("rare", 2**-9), ("", 0.25)]
)
def test_a_term_stands_for_u_down_to_the_floor(term: str, share: float) -> None:
    expected = log2(0.75 / share)
    assert match_weight(term, SURNAME.levels[0], MODEL) == pytest.approx(expected, abs=2 * GRID)


def test_a_typical_share_makes_up_for_a_level_of_several_terms() -> None:
    typical = replace(SURNAMES, typical=2.0**-5)
    model = replace(MODEL, frequencies={"surnames": typical})
    plain = match_weight("", SURNAME.levels[0], model)
    assert match_weight("suzuki", SURNAME.levels[0], model) == plain - 2
    assert match_weight("other", SURNAME.levels[0], model) == plain + 2


def test_a_source_that_has_each_entity_once_speaks_against_its_own_records_alone() -> None:
    model = replace(MODEL, one_per_source={"erp": 12.0})
    assert same_source("erp", "erp", model) == 12
    assert same_source("erp", "shop", model) == 0
    assert same_source("shop", "shop", model) == 0


def test_a_probability_is_that_of_the_odds_unless_the_model_is_calibrated() -> None:
    assert probability(0.0, MODEL) == 0.5
    assert probability(2.0, MODEL) == 0.8
    assert probability(-2.0, MODEL) == pytest.approx(0.2)
    assert 0 < probability(-900.0, MODEL) < 1e-200
    assert probability(-1000.0, MODEL) == 0.0
    calibrated = replace(MODEL, calibration=Calibration((-5.0, 5.0), (0.25, 0.75)))
    assert probability(-5.0, calibrated) == pytest.approx(0.25, abs=0.01)


def test_a_table_by_level_has_nothing_for_missing() -> None:
    table = by_level([1.5, -2.0])
    assert len(table) == 256
    assert table[[0, 1, 2, 255, -1]].tolist() == [1.5, -2.0, 0.0, 0.0, 0.0]


def looks(relation: RelationSpec, levels: tuple[int, int], weights: list[float]) -> float:
    """log2 of how much more often the relation looks like this than strangers do."""
    total = 0.0
    for spec, level, weight in zip(MODEL.comparisons, levels, weights, strict=True):
        shares = relation.levels.get(spec.name)
        if shares is None or level < 0:
            continue
        reached = spec.levels[level]
        total += log2(max(shares[reached.name], 1e-9) / reached.u)
        rarity = weight - log2(reached.m / reached.u)
        total += (1 - relation.chance.get(spec.name, 0.0)) * rarity
    return total


@given(LEVELS, TERMS)
def test_doubt_is_the_share_of_strangers_among_all_non_matches(
    levels: tuple[int, int], term: str
) -> None:
    weights = weights_of(levels, term)
    found = doubt(levels, weights, MODEL)
    alike = {r.name: looks(r, levels, weights) for r in MODEL.relations}
    whole = {r.name: log2(r.share) + alike[r.name] for r in MODEL.relations}
    expected = -log2(1 + sum(2**bits for bits in whole.values()))
    assert found.penalty == pytest.approx(expected, abs=1e-5)
    assert found.penalty <= 0
    assert found.resemblance == pytest.approx(max(0.0, *alike.values()), abs=1e-5)
    assert whole[found.relation] == pytest.approx(max(whole.values()), abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(LEVELS, TERMS), min_size=1, max_size=10), st.booleans())
def test_many_pairs_are_doubted_exactly_as_each_alone(
    pairs: list[tuple[tuple[int, int], str]], signed: bool
) -> None:
    kind = np.int8 if signed else np.uint8
    levels = [np.asarray([at[k] for at, _ in pairs]).astype(kind) for k in (0, 1)]
    alone = [weights_of(at, term) for at, term in pairs]
    weights = [np.asarray([weight[k] for weight in alone]) for k in (0, 1)]
    penalties, resemblances = doubts(levels, weights, MODEL)
    expected = [doubt(at, weight, MODEL) for (at, _), weight in zip(pairs, alone, strict=True)]
    assert penalties.tolist() == [found.penalty for found in expected]
    assert resemblances.tolist() == [found.resemblance for found in expected]


def test_without_relations_nothing_is_doubted() -> None:
    model = replace(MODEL, relations=())
    assert doubt((0, 0), [1.0, 3.0], model).penalty == 0
    penalties, resemblances = doubts([np.zeros(2, np.uint8)] * 2, [np.zeros(2)] * 2, model)
    assert penalties.tolist() == resemblances.tolist() == [0.0, 0.0]


def test_a_relation_keeps_of_a_rarity_what_is_not_chance() -> None:
    household, neighbours, namesakes = relation_weights(MODEL)
    assert household.kept == {0: 1.0, 1: 1.0}
    assert neighbours.kept == {1: 1.0}
    assert namesakes.kept == {0: 0.25}
    assert household.share == -10
    assert household.seen[1][:2] == (3.0, 1.0)
    assert household.seen[1][2] == pytest.approx(log2(1e-9 / 0.6875), abs=GRID)


def test_a_score_is_the_prior_and_all_parts_less_the_doubt() -> None:
    levels = [np.asarray([0, MISSING], np.int8), np.asarray([0, 1], np.int8)]
    parts = [np.asarray([weights_of((0, 0))[0], 0.0]), np.asarray([3.0, 0.0])]
    found = scored(levels, parts, MODEL)
    prior = quantise(MODEL.prior_weight)
    penalties, resemblances = doubts(levels, parts, MODEL)
    evidence = parts[0] + parts[1]
    assert found.weights.tolist() == (prior + evidence + penalties).tolist()
    assert found.penalties.tolist() == penalties.tolist()
    assert found.contrasts.tolist() == (evidence - resemblances).tolist()


BOUND = quantise(MODEL.match_weight)
NEAR_BOUND = st.sampled_from([BOUND - 1, BOUND, MODEL.match_weight, BOUND + 1.5, 100.0])
CONTRASTS = st.sampled_from([5.0, 0.0, -1.9, -2.0, -2.5, -7.0, -100.0])


@pytest.mark.parametrize(
    ("weight", "contrast", "say"),
    [
        (BOUND + 1.5, -7.0, 1.5),
        (100.0, 0.0, 20.0),
        (MODEL.match_weight, 0.0, GRID),
        (BOUND - 1, -1.9, 0.0),
        (BOUND - 1, 3.0, 0.0),
        (BOUND - 1, -2.0, -4.0),
        (BOUND - 1, -2.5, -5.0),
        (BOUND - 1, -100.0, -20.0),
    ],
)
def test_a_pair_speaks_for_above_the_threshold_and_against_where_it_contradicts(
    weight: float, contrast: float, say: float
) -> None:
    assert affinity(weight, contrast, MODEL) == pytest.approx(say, abs=2 * GRID)


@given(st.lists(st.tuples(NEAR_BOUND, CONTRASTS), max_size=8))
def test_many_pairs_say_exactly_what_each_says(pairs: list[tuple[float, float]]) -> None:
    weights, contrasts = np.asarray(pairs, np.float64).reshape(-1, 2).T
    assert affinities(weights, contrasts, MODEL).tolist() == [
        affinity(weight, contrast, MODEL) for weight, contrast in pairs
    ]


def test_a_pair_at_the_threshold_speaks_for_by_the_smallest_weight_there_is() -> None:
    assert affinity(MODEL.match_weight, 0.0, MODEL) == GRID
