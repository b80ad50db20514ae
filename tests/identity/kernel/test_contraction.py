from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.clustering import contract
from identity.kernel import reference
from tests.support.kernels import FREELY, natives, needs_native

Pair = tuple[int, int]
Component = tuple[int, list[tuple[int, int, float]], list[Pair], list[Pair]]
"""The number of items, the edges, and the pairs that are joined or held apart, all from 0."""


@st.composite
def drawn_components(draw: st.DrawFn) -> Component:
    count = draw(st.integers(1, 8))
    items = st.integers(0, count - 1)
    # Few different weights make ties, and sums that cancel out.
    weights = st.integers(-6, 6).map(lambda steps: steps / 4) | st.floats(-30, 30)
    edges = draw(st.lists(st.tuples(items, items, weights), max_size=30))
    pairs = st.lists(st.tuples(items, items), max_size=3)
    return count, edges, draw(pairs), draw(pairs)


Arguments = tuple[np.ndarray, tuple[np.ndarray, np.ndarray], np.ndarray, *tuple[tuple, ...]]


def together(components: list[Component]) -> Arguments:
    """Components as arguments of `contract_many`."""
    starts = np.cumsum([0, *(count for count, *_ in components)])

    def sides(kind: int) -> tuple[np.ndarray, np.ndarray]:
        pairs = [
            (tie[0] + start, tie[1] + start)
            for component, start in zip(components, starts.tolist(), strict=False)
            for tie in component[kind]
        ]
        first, second = np.asarray(pairs, np.int32).reshape(-1, 2).T
        return first, second

    weights = [weight for _, edges, *_ in components for _, _, weight in edges]
    return starts, sides(1), np.asarray(weights, np.float64), sides(2), sides(3)


@FREELY
@given(st.lists(drawn_components(), max_size=6))
def test_each_component_is_contracted_as_if_alone(components: list[Component]) -> None:
    starts, *rest = together(components)
    expected = [
        label + start
        for start, component in zip(starts.tolist(), components, strict=False)
        for label in contract(*component)
    ]
    found = reference.contract_many(starts, *rest)
    assert found.dtype == np.int32
    assert found.tolist() == expected


@needs_native
@FREELY
@given(st.lists(drawn_components(), max_size=6))
def test_the_native_kernel_gives_the_same_groups(components: list[Component]) -> None:
    expected = reference.contract_many(*together(components))
    for native in natives():
        found = native.contract_many(*together(components))
        assert found.dtype == np.int32
        assert found.tolist() == expected.tolist()


def random_component(chance: np.random.Generator, count: int, share: float) -> Component:
    """A component in which that share of the pairs have evidence, on a coarse grid."""
    pairs = [pair for pair in combinations(range(count), 2) if chance.random() < share]
    weights = np.rint(chance.normal(-0.2, 2, len(pairs)) * 8) / 8
    edges = [(a, b, weight) for (a, b), weight in zip(pairs, weights.tolist(), strict=True)]
    return count, edges, [], []


@settings(FREELY, max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_small_and_large_components_beside_each_other_come_out_alike(seed: int) -> None:
    chance = np.random.default_rng(seed)
    sizes = [*chance.integers(1, 12, 60).tolist(), 60, 97, 130]
    components = [random_component(chance, size, chance.random()) for size in sizes]
    expected = [
        label + start
        for start, component in zip(together(components)[0].tolist(), components, strict=False)
        for label in contract(*component)
    ]
    assert reference.contract_many(*together(components)).tolist() == expected
    for native in natives():
        assert native.contract_many(*together(components)).tolist() == expected


def test_edges_may_come_in_any_order() -> None:
    components = [random_component(np.random.default_rng(k), 7, 0.8) for k in range(20)]
    starts, (first, second), weights, same, apart = together(components)
    mixed = np.random.default_rng(9).permutation(len(first))
    shuffled = (starts, (first[mixed], second[mixed]), weights[mixed], same, apart)
    expected = reference.contract_many(starts, (first, second), weights, same, apart).tolist()
    assert reference.contract_many(*shuffled).tolist() == expected
    for native in natives():
        assert native.contract_many(*shuffled).tolist() == expected


@pytest.mark.parametrize(
    ("starts", "edge", "message"),
    [
        ([0, 2, 4], (1, 2), "one component into another"),
        ([0, 2, 4], (0, 4), "4 items"),
        ([0, 2, 4], (-1, 0), "from 0"),
        ([1, 2], (0, 1), "begin at 0"),
        ([0, 2, 1], (0, 1), "one after the other"),
        ([], (0, 1), "begin at 0"),
    ],
)
def test_ties_that_leave_their_component_are_refused(
    starts: list[int], edge: Pair, message: str
) -> None:
    sides = (np.asarray([edge[0]]), np.asarray([edge[1]]))
    for kernel in (reference, *natives()):
        with pytest.raises(ValueError, match=message):
            kernel.contract_many(np.asarray(starts), sides, np.ones(1))


def test_an_edge_needs_a_weight() -> None:
    edges = (np.zeros(1, np.int32), np.ones(1, np.int32))
    for kernel in (reference, *natives()):
        with pytest.raises(ValueError, match="a weight each"):
            kernel.contract_many(np.asarray([0, 2]), edges, np.empty(0))


def test_edges_may_come_in_any_order_of_their_components() -> None:
    first, second = np.asarray([0, 6, 3, 7]), np.asarray([1, 7, 4, 8])
    weights = np.asarray([1.0, 3.0, 2.0, -4.0])
    labels = reference.contract_many(np.asarray([0, 3, 6, 9]), (first, second), weights)
    assert labels.tolist() == [0, 0, 2, 3, 3, 5, 6, 6, 8]
