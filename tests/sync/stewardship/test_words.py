"""What a decision on two groups says of their records."""

from itertools import product

from sync.stewardship.contradictions import contradiction
from sync.stewardship.parties import ANCHORS, MAX_PAIRS, across
from tests.support.stewardship import key


def test_of_few_records_each_pair_is_said() -> None:
    ours, theirs = [key("a1"), key("b2")], [key("a3"), key("c1")]
    said = {frozenset((word.a, word.b)) for word in across(ours, theirs, same=True)}
    assert said == {frozenset(pair) for pair in product(ours, theirs)}
    assert all(word.a < word.b for word in across(ours, theirs, same=True))


def test_of_many_records_each_is_tied_to_some_of_the_other_side() -> None:
    ours = sorted(key(f"a{number}") for number in range(50))
    theirs = sorted(key(f"b{number}") for number in range(60))
    said = across(ours, theirs, same=True)
    assert len(said) == 50 * ANCHORS + 60 * ANCHORS - ANCHORS**2 < MAX_PAIRS
    for record in (*ours, *theirs):
        assert sum(record in (word.a, word.b) for word in said) >= ANCHORS
    assert contradiction(said) == []
