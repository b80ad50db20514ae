from math import log2 as libm_log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.scoring.exact import exp2, exp2_all, log2, log2_all

POSITIVE = st.floats(1e-300, 1e300)
EXPONENTS = st.floats(-1100, 1100)


@given(POSITIVE)
def test_the_logarithm_is_right_to_the_last_digits(x: float) -> None:
    assert log2(x) == pytest.approx(libm_log2(x), rel=1e-14, abs=1e-14)


@given(st.floats(-900, 900))
def test_the_power_is_right_to_the_last_digits(x: float) -> None:
    assert exp2(x) == pytest.approx(2.0**x, rel=1e-14)


@given(st.lists(POSITIVE, min_size=1), st.lists(EXPONENTS, min_size=1))
def test_one_number_and_many_give_the_same_bits(some: list[float], others: list[float]) -> None:
    assert log2_all(np.asarray(some)).tolist() == [log2(x) for x in some]
    assert exp2_all(np.asarray(others)).tolist() == [exp2(x) for x in others]


@pytest.mark.parametrize("whole", [-40, -1, 0, 1, 10, 52])
def test_whole_exponents_are_exact(whole: int) -> None:
    assert exp2(float(whole)) == 2.0**whole
    assert log2(2.0**whole) == whole


def test_beyond_its_bounds_a_power_is_nothing_or_the_largest() -> None:
    assert exp2(-1001) == 0
    assert exp2(2000) == exp2(1000)
