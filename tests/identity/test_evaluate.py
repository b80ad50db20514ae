from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.evaluate import evaluate

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=15)


@given(LABELS)
def test_it_agrees_with_counting_one_by_one(labels: list[tuple[int, int]]) -> None:
    records = range(len(labels))
    clusters = [[r for r in records if labels[r][0] == label] for label in range(5)]
    found = evaluate(clusters, {r: labels[r][1] for r in records})

    def together(side: int) -> set[tuple[int, int]]:
        return {(a, b) for a, b in combinations(records, 2) if labels[a][side] == labels[b][side]}

    right = len(together(0) & together(1))
    assert found.precision == (right / len(together(0)) if together(0) else 1)
    assert found.recall == (right / len(together(1)) if together(1) else 1)

    def per_record(side: int) -> float:
        shares = []
        for r in records:
            mates = [s for s in records if labels[s][side] == labels[r][side]]
            shares.append(sum(labels[s] == labels[r] for s in mates) / len(mates))
        return sum(shares) / len(shares)

    assert found.bcubed_precision == pytest.approx(per_record(0))
    assert found.bcubed_recall == pytest.approx(per_record(1))


def test_a_record_in_no_cluster_stands_alone() -> None:
    found = evaluate([["a", "b"]], {"a": 1, "b": 1, "c": 1})
    assert (found.precision, found.recall) == (1, pytest.approx(1 / 3))
    assert found.f1 == pytest.approx(0.5)
