"""Clustering does not chain: against the best of all partitions, and on shapes that tempt it."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.clustering import Edge, contract

COUNT = 6
PAIRS = list(combinations(range(COUNT), 2))
GRAPHS = st.lists(st.integers(-8, 8), min_size=len(PAIRS), max_size=len(PAIRS)).map(
    lambda weights: [(a, b, w / 2) for (a, b), w in zip(PAIRS, weights, strict=True)]
)


def partitions(items: list[int]) -> Iterator[list[int]]:
    """Every way to group the items, as labels."""
    if not items:
        yield []
        return
    for rest in partitions(items[:-1]):
        for label in range(max(rest, default=-1) + 2):
            yield [*rest, label]


ALL = list(partitions(list(range(COUNT))))


def worth(labels: list[int], edges: list[Edge]) -> float:
    """The sum of evidence within the groups."""
    return sum(weight for a, b, weight in edges if labels[a] == labels[b])


def same_groups(one: list[int], other: list[int]) -> bool:
    return all((one[a] == one[b]) == (other[a] == other[b]) for a, b in PAIRS)


@given(GRAPHS)
def test_no_partition_is_better_than_the_best_and_none_is_found_that_is_worth_nothing(
    edges: list[Edge],
) -> None:
    found = worth(contract(COUNT, edges), edges)
    assert 0 <= found <= max(worth(labels, edges) for labels in ALL)


@given(st.sampled_from(ALL), st.lists(st.integers(1, 8), min_size=15, max_size=15))
def test_groups_without_contradictions_are_the_best_partition(
    real: list[int], strengths: list[int]
) -> None:
    edges = [
        (a, b, float(strength if real[a] == real[b] else -strength))
        for (a, b), strength in zip(PAIRS, strengths, strict=True)
    ]
    assert same_groups(contract(COUNT, edges), real)
    best = max(ALL, key=lambda labels: worth(labels, edges))
    assert same_groups(best, real)


@given(st.permutations(range(COUNT)), st.permutations(range(len(PAIRS))), st.data())
def test_how_items_are_numbered_does_not_matter(
    numbers: list[int], ranks: list[int], data: st.DataObject
) -> None:
    signs = data.draw(st.lists(st.sampled_from((-1, 1)), min_size=15, max_size=15))
    # Powers of two: no two sums are the same, so that no tie is left to the numbering.
    edges = [(a, b, s * 2.0**r) for (a, b), s, r in zip(PAIRS, signs, ranks, strict=True)]
    renumbered = [(numbers[a], numbers[b], weight) for a, b, weight in edges]
    straight, turned = contract(COUNT, edges), contract(COUNT, renumbered)
    assert same_groups(straight, [turned[numbers[item]] for item in range(COUNT)])


def clique(items: range, weight: float) -> list[Edge]:
    return [(a, b, weight) for a, b in combinations(items, 2)]


def across(one: range, other: range, weight: float) -> list[Edge]:
    return [(a, b, weight) for a in one for b in other]


@pytest.mark.parametrize("bridge", [1.0, 4.0, 9.0])
def test_a_weak_bridge_does_not_weld_two_groups_that_contradict_each_other(bridge: float) -> None:
    left, right = range(4), range(4, 8)
    edges = [*clique(left, 10.0), *clique(right, 10.0), *across(left, right, -3.0)]
    labels = contract(8, [*edges, (3, 4, bridge)])
    assert labels == [0, 0, 0, 0, 4, 4, 4, 4]


@pytest.mark.parametrize("spokes", [2, 5, 20])
def test_a_hub_does_not_weld_those_who_share_it(spokes: int) -> None:
    """Item 0 is a mailbox that everybody uses."""
    others = range(1, spokes + 1)
    edges = [*across(range(1), others, 6.0), *clique(others, -8.0)]
    labels = contract(spokes + 1, edges)
    assert len(set(labels)) == spokes
    assert labels.count(0) == 2


def test_pairs_held_apart_do_not_meet_through_any_chain() -> None:
    chain = [(item, item + 1, 20.0) for item in range(9)]
    labels = contract(10, chain, apart=[(0, 9), (0, 5)])
    assert labels[0] != labels[9]
    assert labels[0] != labels[5]


def test_a_long_chain_of_agreements_holds_while_nothing_speaks_against_it() -> None:
    assert set(contract(50, [(item, item + 1, 1.0) for item in range(49)])) == {0}
