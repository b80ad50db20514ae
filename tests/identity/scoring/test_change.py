"""What a change of one record can do to its pairs, told from what changed alone."""

from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random

import pytest

from daifuku.records import Entity, MappedRecord, RecordKey
from demo.world import generate
from demo.world.mapped import mapped_records
from identity.blocking import block_keys, rules_reading
from identity.features import Features, features, to_json
from identity.features_json import some_from_json
from identity.model.load import shipped_models
from identity.scoring.change import Change, Effect, changed_parts
from identity.scoring.score import score_pair

FIELDS = ("emails", "phones", "addresses", "birth_date", "family_name", "organization", "name")


@cache
def world(entity: Entity) -> list[MappedRecord]:
    said = (record for record, _ in mapped_records(generate(31, 400)))
    return [*islice((record for record in said if record.entity is entity), 300)]


@pytest.mark.parametrize("entity", [*Entity])
@pytest.mark.parametrize("field", FIELDS)
def test_what_a_change_is_said_to_do_to_a_pair_it_does(entity: Entity, field: str) -> None:
    rng, model = Random(f"{entity} {field}"), shipped_models()[entity]
    told = set()
    for _ in range(250):
        record, donor, other = rng.sample(world(entity), 3)
        if rng.random() < 0.5:
            donor = other
        before, there = features(record), features(other)
        after = features(replace(record, **{field: getattr(donor, field)}))
        change = Change.between(before, after, model)
        some = some_from_json(entity.value, to_json(there), change.reads)
        effect = change.effect(some)
        assert effect is change.effect(there)
        earlier, now = weight(before, there, entity), weight(after, there, entity)
        assert effect is not Effect.NONE or now == earlier
        assert effect is not Effect.LOSS or now <= earlier
        told.add(effect)
    assert Effect.NONE in told


def weight(a: Features, b: Features, entity: Entity) -> float:
    return score_pair(a, b, shipped_models()[entity]).weight


@pytest.mark.parametrize("entity", [*Entity])
def test_the_keys_of_rules_that_read_nothing_of_the_change_stay(entity: Entity) -> None:
    rng, model = Random(5), shipped_models()[entity]
    for _ in range(100):
        record, donor = rng.sample(world(entity), 2)
        field = rng.choice(FIELDS)
        before = features(record)
        after = features(replace(record, **{field: getattr(donor, field)}))
        stale = rules_reading(model, changed_parts(before, after))
        kept = [
            {*(key for key in block_keys(said, model) if key.rule not in stale)}
            for said in (before, after)
        ]
        assert kept[0] == kept[1]
        assert kept[0].isdisjoint(block_keys(before, model, stale))
        assert kept[0] | {*block_keys(before, model, stale)} == {*block_keys(before, model)}


def test_parts_are_read_as_they_were_written() -> None:
    said = features(world(Entity.PERSON)[0])
    some = some_from_json("person", to_json(said), ["name", "emails"])
    assert some == replace(
        Features(key=RecordKey("", "", ""), entity=Entity.PERSON),
        name=said.name,
        emails=said.emails,
    )
