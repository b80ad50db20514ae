import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.kernel import reference
from tests.support.kernels import FREELY, natives, needs_native

Drawn = tuple[list[np.ndarray], np.ndarray, int]


@st.composite
def drawn_sums(draw: st.DrawFn) -> Drawn:
    count, rows, columns = draw(st.integers(1, 5)), draw(st.integers(0, 8)), draw(st.integers(1, 3))
    places = st.lists(st.integers(0, count - 1), min_size=rows, max_size=rows)
    numbers = st.lists(st.floats(-1e9, 1e9), min_size=2 * rows, max_size=2 * rows)
    return (
        [np.asarray(draw(places), np.int32) for _ in range(columns)],
        np.asarray(draw(numbers), np.float64).reshape(rows, 2),
        count,
    )


def test_rows_are_added_up_by_place() -> None:
    places = [np.asarray([0, 2, 0], np.int32), np.asarray([1, 1, 2], np.int32)]
    weights = np.asarray([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert reference.sums(places, weights, 3).tolist() == [[5, 50], [3, 30], [6, 60]]


@needs_native
@FREELY
@given(drawn_sums())
def test_the_native_kernel_adds_up_alike_to_the_bit(drawn: Drawn) -> None:
    expected = reference.sums(*drawn).view(np.int64).tolist()
    for native in natives():
        assert native.sums(*drawn).view(np.int64).tolist() == expected


@needs_native
def test_the_native_kernel_takes_no_place_beyond_the_last() -> None:
    for native in natives():
        with pytest.raises(ValueError, match=r"0\.\.1"):
            native.sums([np.asarray([2], np.int32)], np.ones((1, 1)), 2)
