"""Records in columns: what they say of nodes, keys and candidates is what their features say."""

from collections import defaultdict
from itertools import combinations

import pytest

from daifuku.records import Entity
from identity.blocking import COLUMNS, READS, Column, block_keys, caps
from identity.encoded import EMPTY, Encoded, Encoder
from identity.features import Features
from identity.kernel import candidate_pairs
from identity.keys import codes_of, keys_by_rule
from identity.scoring.registry import COMPARATORS
from tests.support.parties import person_model, random_people, with_caps


def encoded(people: list[Features]) -> Encoded:
    encoder = Encoder(Entity.PERSON)
    for item in people:
        encoder.append(item)
    return encoder.encoded()


@pytest.fixture(scope="module")
def people() -> list[Features]:
    return sorted(random_people(80, seed=12), key=lambda item: item.key)


def test_features_come_back(people: list[Features]) -> None:
    found = encoded(people[::-1])
    assert [found.features(record) for record in range(len(people))] == people


def test_a_node_is_the_records_of_one_digest(people: list[Features]) -> None:
    found = encoded(people)
    first: dict[str, int] = {}
    for record, item in enumerate(people):
        first.setdefault(item.digest, record)
    assert found.first.tolist() == list(first.values())
    digests = list(first)
    assert [digests[node] for node in found.node_of.tolist()] == [p.digest for p in people]


@pytest.mark.parametrize("cap", [2, 9, 1000])
def test_candidates_are_the_nodes_that_share_an_active_key(
    people: list[Features], cap: int
) -> None:
    model = with_caps(person_model(), cap)
    found = encoded(people)
    nodes = [people[record] for record in found.first.tolist()]
    bearers = defaultdict(list)
    for node, item in enumerate(nodes):
        for key in block_keys(item, model):
            bearers[key].append(node)
    limits = caps(model)
    expected = {
        pair
        for key, held in bearers.items()
        if len(held) <= limits[key.rule]
        for pair in combinations(held, 2)
    }
    first, second = candidate_pairs(keys_by_rule(found, model))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted(expected)


def test_columns_and_comparators_read_no_more_than_they_say(people: list[Features]) -> None:
    found = encoded(people)
    nodes = [people[record] for record in found.first.tolist()]
    for name, column in COLUMNS.items():

        def texts(item: Features, column: Column = column) -> list[str]:
            return [*column(item)]

        values, places = found.column(READS[name], texts)
        assert [values[place] for place in places.tolist()] == [[*column(n)] for n in nodes]
    for comparator in COMPARATORS.values():
        read, places = found.column(comparator.reads, comparator.value)
        assert [read[place] for place in places.tolist()] == list(map(comparator.value, nodes))


def test_every_part_of_features_is_encoded() -> None:
    fields = set(Features.__slots__)
    assert fields == {"key", "entity", "digest", *EMPTY}


def test_texts_have_codes_of_their_own() -> None:
    texts = ["", "a", "b", "ab", "ba", "aa", "\0", "a\0", "髙", "高", "\ud800", "x" * 5000]
    assert len(set(codes_of(texts).tolist())) == len(texts)
    assert codes_of(texts)[3:5].tolist() == codes_of(["ab", "ba"]).tolist()
