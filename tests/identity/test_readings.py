"""Readings learned from the hub's own records join what the dictionary cannot read."""

import random
from dataclasses import replace

import pytest

from daifuku.records import Band, Entity, MappedRecord, RecordKey
from demo.world.mapped import mapped_records
from demo.world.world import generate
from identity import normalize
from identity.blocking import block_keys
from identity.features import features
from identity.incremental import IncrementalResolver
from identity.measure.evaluate import evaluate
from identity.model.load import shipped_models
from identity.model.types import Model
from identity.model.version import with_version
from identity.normalize.learned import ReadingTable
from identity.readings import learn_readings, seen
from identity.resolve import resolve
from identity.scoring.score import score_pair
from tests.support.parties import person, person_model

BORN = "1980-04-01"


def said(source: str, number: int, **fields: object) -> MappedRecord:
    return person(RecordKey(source, "people", str(number)), **fields)


def stated(source: str, number: int, name: str, kana: str) -> MappedRecord:
    return said(source, number, name=name, name_kana=kana)


TAUGHT = [
    stated("erp", 1, "纐纈 大和", "コウケツ ヤマト"),
    stated("erp", 2, "纐纈 由美", "コウケツ ユミ"),
    stated("erp", 3, "佐藤 心愛瑠", "サトウ ココアル"),
    stated("shop", 4, "大島 心愛瑠", "オオシマ ココアル"),
]


def with_readings(table: ReadingTable) -> Model:
    model = person_model()
    return with_version(replace(model, readings=table), "taught-1")


def test_a_reading_that_two_people_state_is_learned() -> None:
    table = learn_readings(TAUGHT)
    assert table.families["纐纈"] == ("コウケツ",)
    assert table.givens["心愛瑠"] == ("ココアル",)


def test_what_one_person_states_in_one_source_is_not_learned_however_often() -> None:
    often = [stated("erp", number, "纐纈 大和", "コウケツ ヤマト") for number in range(9)]
    assert "纐纈" not in learn_readings(often).families
    assert (
        "纐纈"
        in learn_readings([*often, stated("shop", 1, "纐纈　大和", "コウケツ　ヤマト")]).families
    )


def test_a_slip_is_not_learned() -> None:
    right = [
        stated(source, number, f"纐纈 {given}", "コウケツ アイ")
        for source in ("erp", "shop", "web")
        for number, given in enumerate("愛藍亜以衣伊")
    ]
    wrong = stated("erp", 99, "纐纈 花", "コケツ ハナ")
    assert learn_readings([*right, wrong], at_least=1).families["纐纈"] == ("コウケツ",)


def test_the_order_of_the_records_does_not_matter() -> None:
    chance = random.Random(0)
    tables = [learn_readings(chance.sample(TAUGHT, len(TAUGHT))) for _ in range(4)]
    assert {table.version for table in tables} == {learn_readings(TAUGHT).version}
    assert ReadingTable.from_json(tables[0].to_json()) == tables[0]


def test_a_learned_reading_joins_what_the_dictionary_cannot_read() -> None:
    kanji = features(said("erp", 7, name="纐纈 心愛瑠", birth_date=BORN))
    kana = features(said("shop", 7, name="コウケツ ココアル", birth_date=BORN))
    plain, taught = person_model(), with_readings(learn_readings(TAUGHT))
    before, after = score_pair(kanji, kana, plain), score_pair(kanji, kana, taught)
    assert {c.level for c in before.comparisons if c.field.endswith("name")} <= {"missing"}
    assert after.weight > before.weight + 10
    assert before.band is not Band.MATCH
    assert after.band is Band.MATCH
    assert "name" in after.pair.rules
    assert "name" not in before.pair.rules


def test_another_reading_than_the_learned_one_is_not_joined() -> None:
    taught = with_readings(learn_readings(TAUGHT))
    kanji = features(said("erp", 7, name="纐纈 心愛瑠", birth_date=BORN))
    other = features(said("shop", 7, name="ハナブサ ココアル", birth_date=BORN))
    assert score_pair(kanji, other, taught).band is not Band.MATCH


def test_what_a_record_states_leaves_no_room_for_what_others_state() -> None:
    taught = with_readings(learn_readings(TAUGHT))
    own = features(stated("web", 8, "纐纈 心愛瑠", "クケツ シンアル"))
    assert seen(own, taught) == own


def test_a_name_that_could_not_be_split_is_where_both_parts_are_known() -> None:
    taught = with_readings(learn_readings(TAUGHT))
    whole = features(said("mail", 9, name="纐纈心愛瑠"))
    assert (whole.name.family, whole.name.given) == ("", "")
    name = seen(whole, taught).name
    assert (name.family, name.given) == ("纐纈", "心愛瑠")
    assert normalize.kana_key("コウケツ") in {family for family, _ in name.readings}


def test_features_and_digest_stay_what_the_record_says() -> None:
    taught = with_readings(learn_readings(TAUGHT))
    value = features(said("erp", 7, name="纐纈 心愛瑠"))
    assert seen(value, taught).digest == value.digest
    assert block_keys(value, taught) != block_keys(value, person_model())
    assert block_keys(seen(value, taught), taught) == block_keys(value, taught)


def test_the_table_is_part_of_the_version() -> None:
    some, more = learn_readings(TAUGHT), learn_readings(TAUGHT[:2])
    versions = {with_readings(table).version for table in (some, more, ReadingTable())}
    assert len(versions) == 3


@pytest.mark.parametrize("seed", range(3))
def test_bulk_and_one_by_one_see_the_same_readings(seed: int) -> None:
    chance = random.Random(seed)
    names = ["纐纈 心愛瑠", "コウケツ ココアル", "纐纈心愛瑠", "大島 心愛瑠", "オオシマ ココアル"]
    records = [
        said("abc"[n % 3], n, name=chance.choice(names), birth_date=chance.choice([BORN, None]))
        for n in range(12)
    ]
    models = {**shipped_models(), Entity.PERSON: with_readings(learn_readings(TAUGHT))}
    bulk = resolve(records, models)
    one_by_one = IncrementalResolver(models[Entity.PERSON])
    for record in chance.sample(records, len(records)):
        one_by_one.update([features(record)])
    assert one_by_one.clusters() == tuple(cluster.members for cluster in bulk.clusters)
    known = {record.key: features(record) for record in records}
    for link in bulk.links:
        assert score_pair(known[link.a], known[link.b], models[Entity.PERSON]).weight == link.weight


def test_it_costs_no_precision_on_a_made_up_world() -> None:
    told = [one for one in mapped_records(generate(104, 900)) if one[0].entity is Entity.PERSON]
    records, truth = [record for record, _ in told], {record.key: one for record, one in told}
    taught = {**shipped_models(), Entity.PERSON: with_readings(learn_readings(records, at_least=1))}
    before, after = (
        evaluate((cluster.members for cluster in resolve(records, models).clusters), truth)
        for models in (shipped_models(), taught)
    )
    assert after.precision >= before.precision
    assert after.recall >= before.recall
