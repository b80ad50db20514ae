"""Waterfalls: what is shown of the weights sums to what is shown of the whole."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.read.explain import pair_json
from identity.explain.pairs import describe
from identity.explain.rounded import rounded_terms
from identity.scoring.score import score_pair
from tests.support.parties import person_model, random_people

bits = st.floats(-60, 60, allow_nan=False)
PAIRS = list(combinations(random_people(14, seed=3), 2))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_weights_in_the_sentences_sum_to_the_weight_in_the_verdict(language: str) -> None:
    for a, b in PAIRS:
        score = score_pair(a, b, person_model())
        verdict, *lines = describe(score, "ja" if language == "ja" else "en")
        total, prior = map(float, re.findall(r"[+-]\d+\.\d", verdict))
        terms = [float(found[-1]) for line in lines if (found := re.findall(r"[+-]\d+\.\d", line))]
        assert round(prior + sum(terms), 1) == total, [verdict, *lines]


def test_the_weights_as_data_sum_to_the_digit() -> None:
    for a, b in PAIRS:
        shown = pair_json(score_pair(a, b, person_model()), "en")
        terms = [shown["prior_weight"], *(line["weight"] for line in shown["comparisons"])]
        assert round(sum(terms), 4) == shown["match_weight"]


@given(st.lists(bits, max_size=12), st.integers(0, 4))
def test_no_term_is_off_by_a_unit_and_together_they_are_right(
    terms: list[float], digits: int
) -> None:
    shown = rounded_terms(terms, sum(terms), digits)
    assert all(
        abs(term - told) < 10**-digits + 1e-9 for term, told in zip(terms, shown, strict=True)
    )
    assert round(sum(shown), digits) == pytest.approx(round(sum(terms), digits), abs=1e-9)


def test_what_is_round_stays_and_is_never_minus_nothing() -> None:
    assert rounded_terms([0.0, 1.0, -0.04, -0.02], 0.94, 1) == [0.0, 1.0, -0.1, 0.0]
    assert [str(one) for one in rounded_terms([-0.01, 0.01], 0.0, 1)] == ["0.0", "0.0"]


def test_what_does_not_sum_to_the_total_is_rounded_by_itself() -> None:
    assert rounded_terms([1.26, 2.34], 9.0, 1) == [1.3, 2.3]
