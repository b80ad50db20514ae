import random
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from identity.clustering import components, contract

COUNT = 7
WEIGHTS = st.integers(-6, 6).map(lambda steps: steps / 4)
EDGES = st.dictionaries(
    st.sampled_from(list(combinations(range(COUNT), 2))), WEIGHTS, max_size=21
).map(lambda weights: [(a, b, weight) for (a, b), weight in weights.items()])
PAIRS = st.lists(st.sampled_from(list(combinations(range(COUNT), 2))), max_size=3)


def between(labels: list[int], edges: list[tuple[int, int, float]]) -> dict[tuple[int, int], float]:
    """The sum of evidence between each two groups."""
    total: dict[tuple[int, int], float] = {}
    for a, b, weight in edges:
        ends = (min(labels[a], labels[b]), max(labels[a], labels[b]))
        total[ends] = total.get(ends, 0.0) + weight
    return {ends: weight for ends, weight in total.items() if ends[0] != ends[1]}


@given(EDGES)
def test_with_agreement_alone_groups_are_connected_components(
    edges: list[tuple[int, int, float]],
) -> None:
    positive = [(a, b, abs(weight) + 1) for a, b, weight in edges]
    labels = contract(COUNT, positive)
    expected = components(range(COUNT), [(a, b) for a, b, _ in positive])
    assert {frozenset(group) for group in expected} == {
        frozenset(i for i in range(COUNT) if labels[i] == label) for label in labels
    }


@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_edges_does_not_matter(
    edges: list[tuple[int, int, float]], chance: random.Random
) -> None:
    shuffled = [(b, a, w) if chance.random() < 0.5 else (a, b, w) for a, b, w in edges]
    chance.shuffle(shuffled)
    assert contract(COUNT, shuffled) == contract(COUNT, edges)


@given(EDGES)
def test_in_the_end_nothing_speaks_for_joining_two_groups(
    edges: list[tuple[int, int, float]],
) -> None:
    assert all(weight <= 0 for weight in between(contract(COUNT, edges), edges).values())


@given(EDGES)
def test_each_group_is_worth_keeping_together(edges: list[tuple[int, int, float]]) -> None:
    labels = contract(COUNT, edges)
    for label in set(labels):
        inside = sum(w for a, b, w in edges if labels[a] == labels[b] == label)
        assert inside > 0 or labels.count(label) == 1


@given(EDGES, PAIRS, PAIRS)
def test_stewards_pairs_outrank_every_weight(
    edges: list[tuple[int, int, float]],
    same: list[tuple[int, int]],
    apart: list[tuple[int, int]],
) -> None:
    labels = contract(COUNT, edges, same, apart)
    assert all(labels[a] != labels[b] for a, b in apart)
    if not apart:
        assert all(labels[a] == labels[b] for a, b in same)


def test_a_contradiction_splits_a_chain_at_its_weaker_link() -> None:
    labels = contract(3, [(0, 1, 5.0), (1, 2, 4.0), (0, 2, -9.0)])
    assert labels == [0, 0, 2]


def test_evidence_that_cancels_out_joins_nothing() -> None:
    assert contract(2, [(0, 1, 0.0)]) == [0, 1]
    assert contract(2, [(0, 1, 3.0), (0, 1, -3.0)]) == [0, 1]
    assert contract(3, [(0, 1, 2.0), (0, 2, 1.0), (1, 2, -1.0)]) == [0, 0, 2]


def test_the_strongest_evidence_counts_whatever_its_place() -> None:
    """Joining in another order would end with other groups."""
    edges = [(0, 1, 1.0), (2, 3, 2.0), (1, 2, 3.0), (0, 2, -5.0), (1, 3, -4.0), (0, 4, 4.0)]
    assert contract(5, edges) == [0, 1, 1, 3, 0]
    assert contract(5, edges[::-1]) == [0, 1, 1, 3, 0]


def test_ties_go_to_the_smaller_items() -> None:
    assert contract(3, [(1, 2, 2.0), (0, 1, 2.0), (0, 2, -9.0)]) == [0, 0, 2]
    assert contract(4, [(2, 3, 1.0), (0, 3, 1.0), (0, 2, -9.0)]) == [0, 1, 2, 0]
