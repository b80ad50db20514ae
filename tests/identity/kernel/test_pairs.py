from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.kernel import Keys, reference
from tests.support.kernels import FREELY, natives, needs_native

ROWS = st.integers(0, 12)
BEARERS = st.dictionaries(
    st.sampled_from([0, 1, 2**32, 2**64 - 1]), st.sets(ROWS, max_size=7), max_size=4
)
RULES = st.lists(
    st.tuples(BEARERS, st.integers(-1, 6), st.randoms(use_true_random=False)), max_size=4
)
Rules = list[tuple[dict[int, set[int]], int, Random]]


def keys_of(bearers: dict[int, set[int]], cap: int, chance: Random) -> Keys:
    borne = [(key, row) for key, rows in bearers.items() for row in rows]
    chance.shuffle(borne)
    return Keys(
        np.asarray([key for key, _ in borne], np.uint64),
        np.asarray([row for _, row in borne], np.int32),
        cap,
    )


def listed(pairs: tuple[np.ndarray, np.ndarray]) -> list[tuple[int, int]]:
    assert all(side.dtype == np.int32 for side in pairs)
    return list(zip(pairs[0].tolist(), pairs[1].tolist(), strict=True))


@FREELY
@given(RULES)
def test_candidates_are_all_pairs_under_an_active_key_each_once_and_sorted(rules: Rules) -> None:
    expected = {
        pair
        for bearers, cap, _ in rules
        for rows in bearers.values()
        if len(rows) <= cap
        for pair in combinations(sorted(rows), 2)
    }
    found = reference.candidate_pairs(keys_of(*rule) for rule in rules)
    assert listed(found) == sorted(expected)


@needs_native
@FREELY
@given(RULES)
def test_the_native_kernel_finds_the_same_candidates(rules: Rules) -> None:
    expected = reference.candidate_pairs([keys_of(*rule) for rule in rules])
    for native in natives():
        found = native.candidate_pairs(keys_of(*rule) for rule in rules)
        assert listed(found) == listed(expected)


@needs_native
def test_the_native_kernel_finds_the_same_candidates_among_many_rows() -> None:
    chance = np.random.default_rng(5)
    rules = []
    for cap, values in ((8, 20_000), (60, 4_000), (2, 30_000)):
        keys = chance.integers(0, values, 50_000).astype(np.uint64)
        rules.append(Keys(keys, chance.permutation(50_000).astype(np.int32), cap))
    expected = reference.candidate_pairs(rules)
    assert len(expected[0]) > 100_000
    for native in natives():
        first, second = native.candidate_pairs(rules)
        assert np.array_equal(first, expected[0])
        assert np.array_equal(second, expected[1])


@needs_native
def test_keys_without_rows_and_rows_below_zero_are_refused() -> None:
    for native in natives():
        with pytest.raises(ValueError, match="row"):
            native.candidate_pairs([Keys(np.zeros(2, np.uint64), np.zeros(1, np.int32), 5)])
        with pytest.raises(ValueError, match="from 0"):
            native.candidate_pairs([Keys(np.zeros(1, np.uint64), np.full(1, -1, np.int32), 5)])


@FREELY
@given(st.lists(st.integers(0, 6)))
def test_the_pairs_within_blocks_are_all_of_each_block(sizes: list[int]) -> None:
    starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
    expected = [
        pair
        for begin, size in zip(starts.tolist(), sizes, strict=False)
        for pair in combinations(range(begin, begin + size), 2)
    ]
    assert listed(reference.pairs_within(starts)) == expected
