"""All pairs within components, each with the link that has scored it already."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from identity.kernel import connected
from identity.tabular.within import Links, Within

ROWS = 9
PAIRS = list(combinations(range(ROWS), 2))


def links_of(pairs: list[tuple[int, int]]) -> Links:
    first, second = np.asarray(pairs, np.int32).reshape(-1, 2).T
    weights = np.arange(len(pairs), dtype=np.float64)
    return Links(first, second, weights, -weights)


@given(
    st.lists(st.sampled_from(PAIRS), unique=True, max_size=8),
    st.lists(st.sampled_from(PAIRS), unique=True),
    st.integers(1, 20),
)
def test_each_pair_of_a_component_comes_once_with_its_link(
    matches: list[tuple[int, int]], scored: list[tuple[int, int]], most: int
) -> None:
    strong, links = links_of(matches), links_of(sorted(scored))
    labels = connected(ROWS, strong.first, strong.second)
    found = {}
    for part in Within(labels, links).parts(most):
        a, b = (part.members[side].tolist() for side in part.places)
        assert len(set(labels[part.members])) == len(part.starts) - 1
        found.update(zip(zip(a, b, strict=True), part.link.tolist(), strict=True))
    sizes = np.bincount(labels, minlength=ROWS)
    expected = {(a, b) for a, b in PAIRS if labels[a] == labels[b] and sizes[labels[a]] > 2}
    numbers = {pair: number for number, pair in enumerate(sorted(scored))}
    assert found == {pair: numbers.get(pair, -1) for pair in expected}
