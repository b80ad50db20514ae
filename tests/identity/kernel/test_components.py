import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.clustering import components
from identity.kernel import reference
from tests.support.kernels import FREELY, natives, needs_native

COUNT = 40
EDGES = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)), max_size=60)
Edges = list[tuple[int, int]]


def sides(edges: Edges) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.asarray(edges, np.int32).reshape(-1, 2).T
    return first, second


@FREELY
@given(EDGES)
def test_the_label_of_an_item_is_the_smallest_of_its_component(edges: Edges) -> None:
    labels = reference.connected(COUNT, *sides(edges))
    assert labels.dtype == np.int32
    for group in components(range(COUNT), edges):
        assert {int(labels[item]) for item in group} == {min(group)}


@needs_native
@FREELY
@given(EDGES)
def test_the_native_kernel_gives_the_same_labels(edges: Edges) -> None:
    expected = reference.connected(COUNT, *sides(edges))
    for native in natives():
        found = native.connected(COUNT, *sides(edges))
        assert found.dtype == np.int32
        assert found.tolist() == expected.tolist()


def test_no_items_have_no_labels() -> None:
    assert reference.connected(0, *sides([])).tolist() == []
    assert all(native.connected(0, *sides([])).tolist() == [] for native in natives())


def test_a_long_chain_is_one_component() -> None:
    chain = np.random.default_rng(3).permutation(5000).astype(np.int32)
    assert not reference.connected(5000, chain[:-1], chain[1:]).any()
    assert not any(native.connected(5000, chain[:-1], chain[1:]).any() for native in natives())


@needs_native
def test_edges_to_items_that_are_not_there_are_refused() -> None:
    for native in natives():
        for edge in ((0, 3), (-1, 0)):
            with pytest.raises(ValueError, match="outside"):
                native.connected(3, *sides([edge]))
