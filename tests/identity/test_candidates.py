from itertools import combinations

import pytest

from identity.blocking import MAX_KEYS_PER_RULE, block_keys, caps
from identity.candidates import KeyIndex
from tests.support.parties import person_model, random_people, with_caps


@pytest.mark.parametrize("cap", [2, 4, 9, 1000])
def test_candidates_are_the_pairs_that_share_an_active_key(cap: int) -> None:
    model = with_caps(person_model(), cap)
    keys = [set(block_keys(item, model)) for item in random_people(60, seed=cap)]
    index = KeyIndex(model)
    for mine in keys:
        index.append(mine)
    bearers = {key: sum(key in mine for mine in keys) for mine in keys for key in mine}
    active = {key for key, count in bearers.items() if count <= caps(model)[key.rule]}
    expected = [(a, b) for a, b in combinations(range(60), 2) if keys[a] & keys[b] & active]
    first, second = index.pairs()
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_nothing_gives_no_candidates() -> None:
    index = KeyIndex(person_model())
    assert [len(side) for side in index.pairs()] == [0, 0]


def test_block_keys_are_few_and_the_same_every_time() -> None:
    model = person_model()
    for item in random_people(50, seed=5):
        keys = block_keys(item, model)
        assert keys == tuple(sorted(set(keys))) == block_keys(item, model)
        for rule in model.blocking:
            assert sum(key.rule == rule.name for key in keys) <= MAX_KEYS_PER_RULE
