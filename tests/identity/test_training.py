import random
from dataclasses import replace

import numpy as np
import pytest

from daifuku.records import Entity
from identity.features import Features
from identity.model.types import ComparisonSpec, Level, Model
from identity.scoring.table import Scores
from identity.scoring.weights import Weights, quantise_all
from identity.training import fit_matches, train
from tests.support.parties import person_model, random_people

TRUE_M = ((0.9, 0.1), (0.7, 0.3), (0.8, 0.2))
U = ((0.01, 0.99), (0.05, 0.95), (0.02, 0.98))


def model_of(m: tuple[tuple[float, float], ...], prior: float) -> Model:
    comparisons = tuple(
        ComparisonSpec(
            f"c{k}", "gender", (Level("same", m[k][0], U[k][0]), Level("differ", m[k][1], U[k][1]))
        )
        for k in range(3)
    )
    return Model(Entity.PERSON, "test", prior, 0.9, 0.5, comparisons)


def drawn(pairs: int, matches: int, model: Model) -> Scores:
    """Pairs of which the first `matches` are drawn from TRUE_M, the others from U."""
    chance = np.random.default_rng(3)
    levels, total = [], np.full(pairs, model.prior_weight)
    for k, spec in enumerate(model.comparisons):
        same = np.where(np.arange(pairs) < matches, TRUE_M[k][0], U[k][0])
        level = (chance.random(pairs) >= same).astype(np.int8)
        levels.append(level)
        total += quantise_all(np.asarray([v.weight for v in spec.levels]))[level]
    nothing: Weights = np.zeros(pairs)
    return Scores(levels, total, nothing, total - model.prior_weight)


def test_it_finds_the_shares_that_made_the_pairs() -> None:
    model = model_of(((0.6, 0.4), (0.6, 0.4), (0.6, 0.4)), prior=0.01)
    fit = fit_matches(drawn(200_000, 10_000, model), 200_000, model)
    assert fit.matches == pytest.approx(10_000, rel=0.05)
    for k in range(3):
        assert fit.m[k][0] == pytest.approx(TRUE_M[k][0], abs=0.02)


def test_training_gives_a_new_version_and_whole_shares() -> None:
    people, model = random_people(80, seed=2), person_model()
    trained = train(people, model, random_pairs=5_000)
    assert trained.version.startswith(f"{model.version}+trained-")
    for spec in trained.comparisons:
        assert sum(level.m for level in spec.levels) == pytest.approx(1, abs=0.01)
        assert sum(level.u for level in spec.levels) == pytest.approx(1, abs=0.01)


def test_the_order_of_records_does_not_matter() -> None:
    people, model = random_people(60, seed=2), person_model()
    shuffled: list[Features] = random.Random(0).sample(people, len(people))
    versions = {train(some, model, random_pairs=2_000).version for some in (people, shuffled)}
    assert len(versions) == 1


def test_without_candidates_the_model_stays() -> None:
    model = person_model()
    assert train([], model) is model
    assert train(random_people(1, seed=0), model) is model
    unblocked = replace(model, blocking=())
    assert train(random_people(5, seed=0), unblocked) is unblocked
