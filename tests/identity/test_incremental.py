"""The law of order: one by one, in batches or in bulk, with departures and returns, all agree."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.records import Decision, Entity, RecordKey
from identity.features import Features
from identity.incremental import IncrementalResolver
from identity.model.types import Model
from identity.resolve import resolve
from tests.support.parties import person_model, random_people, with_caps

MODEL = person_model()


def bulk(people: list[Features], model: Model, decisions: list[Decision]) -> list[object]:
    found = resolve(people, {Entity.PERSON: model}, decisions)
    return [cluster.members for cluster in found.clusters]


def some_decisions(people: list[Features], chance: random.Random) -> list[Decision]:
    def pick() -> RecordKey:
        return chance.choice(people).key

    count = chance.randrange(4)
    return [Decision(pick(), pick(), chance.random() < 0.5, at=str(i)) for i in range(count)]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(2, 40),
    cap=st.sampled_from([2, 3, 5, 100]),
    batch=st.sampled_from([1, 2, 7, 100]),
    largest=st.sampled_from([3, 200]),
)
def test_any_history_ends_in_the_clusters_of_the_bulk_pass(
    seed: int, count: int, cap: int, batch: int, largest: int
) -> None:
    chance = random.Random(seed)
    people = random_people(count, seed)
    clustering = replace(MODEL.clustering, max_size=largest)
    model = replace(with_caps(MODEL, cap), clustering=clustering)
    decisions = [d for d in some_decisions(people, chance) if d.a != d.b]
    resolver = IncrementalResolver(model, decisions)
    order = chance.sample(people, len(people))
    for start in range(0, count, batch):
        resolver.update(order[start : start + batch])
    assert [*resolver.clusters()] == bulk(people, model, decisions)
    gone = chance.sample(people, count // 2)
    for start in range(0, len(gone), batch):
        resolver.update(remove=[item.key for item in gone[start : start + batch]])
    left = [item for item in people if item not in gone]
    assert [*resolver.clusters()] == bulk(left, model, decisions)
    chance.shuffle(gone)
    for item in gone:
        resolver.update([item])
    assert [*resolver.clusters()] == bulk(people, model, decisions)


def test_a_changed_record_leaves_its_old_cluster() -> None:
    people = random_people(30, seed=7)
    resolver = IncrementalResolver(MODEL)
    resolver.update(people)
    changed = replace(people[3], key=people[9].key)
    resolver.update([changed])
    now = [changed if item.key == changed.key else item for item in people]
    assert [*resolver.clusters()] == bulk(now, MODEL, [])


def test_a_thousand_equal_records_are_compared_once() -> None:
    one = random_people(1, seed=0)[0]
    many = [replace(one, key=replace(one.key, external_id=f"{i:05}")) for i in range(1000)]
    resolver = IncrementalResolver(with_caps(MODEL, 2))
    resolver.update(many)
    assert resolver.reclustered == 1
    assert [*resolver.clusters()] == bulk(many, with_caps(MODEL, 2), [])


@pytest.mark.parametrize("same", [True, False])
def test_a_decision_holds_among_equal_records(same: bool) -> None:
    one = random_people(1, seed=0)[0]
    twins = [replace(one, key=replace(one.key, external_id=name)) for name in "abc"]
    decision = Decision(twins[0].key, twins[1].key, same)
    together = [twins[0].key, twins[1].key]
    for cluster in bulk(twins, MODEL, [decision]):
        assert isinstance(cluster, tuple)
        assert (set(together) <= set(cluster)) is same or not set(together) & set(cluster)
