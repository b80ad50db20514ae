"""Shown probabilities: monotone in the weight, and as true as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daifuku.errors import ModelError
from daifuku.records import Band, Entity
from identity.model.calibration import Calibration, expected_error, fit, reliability
from identity.model.load import SHIPPED, parse_model
from identity.model.write import dump_model
from identity.scoring.weights import probability

SECTION = "\ncalibration: {-5: 0.01, 0: 0.2, 8: 0.99}\n"


def judged(seed: int, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Pairs whose weights are twice as sure as the truth is."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 8, count)
    return weights, (rng.random(count) < 1 / (1 + np.exp2(-weights / 2))).astype(float)


def test_pairs_are_one_as_often_as_is_said() -> None:
    known = fit(*judged(1))
    assert known is not None
    weights, same = judged(2)
    plain = 1 / (1 + np.exp2(-weights))
    assert expected_error(reliability(plain, same)) > 0.05
    assert expected_error(reliability(known.of(weights), same)) < 0.02


@given(
    st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=80, max_size=400),
    st.lists(st.floats(-100, 100), min_size=2, max_size=50),
)
def test_a_heavier_pair_is_never_less_likely(
    pairs: list[tuple[float, bool]], asked: list[float]
) -> None:
    weights = np.asarray([weight for weight, _ in pairs])
    same = np.asarray([float(one) for _, one in pairs])
    known = fit(weights, same)
    if known is not None:
        shown = known.of(sorted(asked))
        assert (np.diff(shown) >= 0).all()
        assert ((shown >= 0) & (shown <= 1)).all()


@given(st.permutations(range(300)))
def test_the_order_of_pairs_does_not_matter(order: list[int]) -> None:
    weights, same = judged(3, 300)
    assert fit(weights, same) == fit(weights[order], same[order])


def test_nothing_is_learnt_from_next_to_nothing() -> None:
    assert fit(np.zeros(5), np.ones(5)) is None
    assert fit(np.linspace(0, 9, 500), np.ones(500)) is None


def test_beyond_its_knots_odds_go_on_with_the_weight() -> None:
    known = Calibration((0.0, 4.0), (0.5, 0.9))
    odds = np.log2(known.of([-3.0, 7.0]) / (1 - known.of([-3.0, 7.0])))
    assert odds == pytest.approx([-3.0, np.log2(9) + 3])


def test_a_calibration_moves_what_is_shown_and_no_band() -> None:
    text = (SHIPPED / f"{Entity.PERSON}.yaml").read_text(encoding="utf-8")
    bare = text.partition("\ncalibration:")[0]
    plain, known = parse_model(bare), parse_model(bare + SECTION)
    assert known.version != plain.version
    for weight in (-20.0, -1.0, 0.0, 4.9, 5.1, 30.0):
        assert known.band(weight) is plain.band(weight)
    assert probability(0.0, plain) == 0.5
    assert probability(0.0, known) == pytest.approx(0.2)
    assert known.band(0.0) is Band.POSSIBLE
    assert parse_model(dump_model(known).text).calibration == known.calibration


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{-5: 0.5, 0: 0.2}", "must grow"),
        ("{0: 0.2, -5: 0.5}", "must grow"),
        ("{heavy: 0.2, 5: 0.5}", "is no match weight"),
        ("{0: 0.2}", "two match weights"),
        ("{0: 2, 3: 4}", "between 0 and 1"),
    ],
)
def test_a_section_at_fault_is_told_with_its_line(section: str, message: str) -> None:
    text = (SHIPPED / f"{Entity.PERSON}.yaml").read_text(encoding="utf-8")
    bare = text.partition("\ncalibration:")[0]
    with pytest.raises(ModelError, match=rf"mine:\d+: calibration.*{message}"):
        parse_model(f"{bare}\ncalibration: {section}\n", name="mine")
