"""Components in arrays are those that a union-find finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from identity.clustering import components
from identity.connected import connected

sizes = st.shared(st.integers(1, 40), key="size")
edges = sizes.flatmap(
    lambda size: st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)))
)


@given(sizes, edges)
def test_labels_are_the_smallest_items_of_the_components(
    size: int, ties: list[tuple[int, int]]
) -> None:
    ends = np.asarray(ties, np.int64).reshape(-1, 2)
    labels = connected(size, ends[:, 0], ends[:, 1]).tolist()
    expected = [0] * size
    for group in components(range(size), ties):
        for item in group:
            expected[item] = min(group)
    assert labels == expected


def test_a_long_chain_is_one_component() -> None:
    items = np.arange(99_999, dtype=np.int64)
    assert not connected(100_000, items, items + 1).any()
