from dataclasses import astuple
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.measure.evaluate import (
    evaluate,
    evaluate_labels,
    threshold_chart,
    true_pair_count,
    worst_errors,
)

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


@given(LABELS)
def test_arrays_are_judged_as_clusters_are(labels: list[tuple[int, int]]) -> None:
    found, truth = (np.asarray(side) for side in zip(*labels, strict=True))
    clusters = [np.flatnonzero(found == label).tolist() for label in range(5)]
    one_by_one = evaluate(clusters, dict(enumerate(truth.tolist())))
    assert astuple(evaluate_labels(found, truth)) == pytest.approx(astuple(one_by_one))


WEIGHTS = np.asarray([5.0, 3.0, 3.0, 1.0, -2.0])
SAME = np.asarray([True, False, True, True, False])


def test_a_chart_tells_what_each_threshold_would_find() -> None:
    chart = threshold_chart(WEIGHTS, SAME, true_pairs=4, thresholds=(-5.0, 3.0, 9.0))
    assert [(at.links, at.precision, at.recall) for at in chart] == [
        (5, 3 / 5, 3 / 4),
        (3, 2 / 3, 2 / 4),
        (0, 1, 0),
    ]
    assert chart[1].f1 == pytest.approx(4 / 7)


def test_the_worst_errors_are_the_surest() -> None:
    together = np.asarray([False, True, True, False, True])
    found = worst_errors(WEIGHTS, SAME, together)
    assert found.joined.tolist() == [1, 4]
    assert found.missed.tolist() == [0, 3]
    assert worst_errors(WEIGHTS, SAME, together, most=1).joined.tolist() == [1]


def test_true_pairs_are_counted_whether_linked_or_not() -> None:
    assert true_pair_count(np.asarray(["a", "b", "a", "a"])) == 3
