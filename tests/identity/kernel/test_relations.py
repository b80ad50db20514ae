from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from identity.kernel import Relations, reference
from tests.support.kernels import FREELY, natives, needs_native

BYTES = st.sampled_from([0, 1, 2, 255])
GRID = st.integers(-(30 << 20), 30 << 20).map(lambda steps: steps / 2**20)
Drawn = tuple[list[np.ndarray], list[np.ndarray | None], Relations]


@st.composite
def drawn_pairs(draw: st.DrawFn) -> Drawn:
    comparisons, pairs, relations = draw(st.integers(1, 4)), draw(st.integers(0, 12)), 3
    count = draw(st.integers(0, relations))
    levels = [
        np.asarray(draw(st.lists(BYTES, min_size=pairs, max_size=pairs)), np.uint8)
        for _ in range(comparisons)
    ]
    rarities = [draw(st.none() | st.lists(GRID, min_size=pairs, max_size=pairs)) for _ in levels]
    seen = np.zeros((comparisons, 256, count))
    for k, level, r in product(range(comparisons), range(3), range(count)):
        seen[k, level, r] = draw(GRID)
    kept = [draw(st.sampled_from([0.0, 0.375, 1.0])) for _ in range(comparisons * count)]
    share = [draw(st.floats(-40, 40) | st.just(-2000.0)) for _ in range(count)]
    return (
        levels,
        [
            None if r is None else np.where(at == 255, 0.0, r)
            for r, at in zip(rarities, levels, strict=True)
        ],
        Relations(np.asarray(share), seen, np.reshape(kept, (comparisons, count))),
    )


def bits(results: tuple[np.ndarray, np.ndarray]) -> list[list[int]]:
    """The results as their bits: 0.0 and -0.0 are told apart."""
    return [np.asarray(result).view(np.int64).tolist() for result in results]


@needs_native
@FREELY
@given(drawn_pairs())
def test_the_native_kernel_doubts_alike_to_the_bit(drawn: Drawn) -> None:
    expected = reference.doubts(*drawn)
    for native in natives():
        assert bits(native.doubts(*drawn)) == bits(expected)


@needs_native
def test_the_native_kernel_doubts_many_pairs_alike_to_the_bit() -> None:
    chance = np.random.default_rng(11)
    pairs, comparisons, count = 40_000, 9, 14
    levels = [chance.integers(0, 5, pairs).astype(np.uint8) for _ in range(comparisons)]
    levels[3][chance.random(pairs) < 0.5] = 255
    signed = [column.view(np.int8) for column in levels]
    seen = np.rint(chance.normal(-1, 3, (comparisons, 256, count)) * 2**20) / 2**20
    seen[:, 5:] = 0
    rarities = [np.rint(chance.normal(2, 2, pairs) * 2**20) / 2**20, *[None] * (comparisons - 1)]
    kept = chance.choice([0.0, 0.25, 0.9, 1.0], (comparisons, count))
    relations = Relations(chance.uniform(-30, -3, count), seen, kept)
    expected = reference.doubts(levels, rarities, relations)
    assert expected[0].max() <= 0 <= expected[1].min()
    for native in natives():
        assert bits(native.doubts(levels, rarities, relations)) == bits(expected)
        assert bits(native.doubts(signed, rarities, relations)) == bits(expected)


def test_without_relations_there_is_no_doubt() -> None:
    none = Relations(np.empty(0), np.empty((1, 256, 0)), np.empty((1, 0)))
    for kernel in (reference, *natives()):
        penalties, resemblances = kernel.doubts([np.zeros(2, np.uint8)], [None], none)
        assert bits((penalties, resemblances)) == [[0, 0], [0, 0]]


@st.composite
def drawn_levels(draw: st.DrawFn) -> list[np.ndarray]:
    pairs = draw(st.integers(0, 20))
    columns = st.lists(st.sampled_from([0, 1, 2, 254, 255]), min_size=pairs, max_size=pairs)
    return [np.asarray(draw(columns), np.uint8) for _ in range(draw(st.integers(1, 14)))]


@FREELY
@given(drawn_levels())
def test_patterns_are_sorted_and_known_by_their_first_pair(levels: list[np.ndarray]) -> None:
    rows = [tuple(column[i] for column in levels) for i in range(len(levels[0]))]
    expected = sorted(set(rows))
    first, places = reference.patterns(levels)
    assert first.dtype == places.dtype == np.int32
    assert first.tolist() == [rows.index(pattern) for pattern in expected]
    assert [expected[place] for place in places] == rows


@needs_native
@FREELY
@given(drawn_levels())
def test_the_native_kernel_finds_the_same_patterns(levels: list[np.ndarray]) -> None:
    expected = reference.patterns(levels)
    for native in natives():
        found = native.patterns(levels)
        assert [side.tolist() for side in found] == [side.tolist() for side in expected]
        assert all(side.dtype == np.int32 for side in found)


def test_many_comparisons_of_many_levels_have_patterns_too() -> None:
    chance = np.random.default_rng(2)
    levels = [chance.integers(0, 250, 2000).astype(np.uint8) for _ in range(11)]
    levels = [np.concatenate((column, column[:500])) for column in levels]
    for kernel in (reference, *natives()):
        first, places = kernel.patterns(levels)
        assert sorted(first.tolist()) == list(range(2000))
        assert np.array_equal(places[:500], places[2000:])
        table = np.stack([column[first] for column in levels], axis=1).tolist()
        assert table == sorted(table)
