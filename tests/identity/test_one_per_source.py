"""A source that has each entity once speaks against two of its records being one."""

from dataclasses import replace

from daifuku.records import MappedRecord, RecordKey
from identity.explain.pairs import explain
from identity.model.types import Model
from identity.resolve import resolve
from identity.scoring.score import ONE_PER_SOURCE
from tests.support.parties import person, person_model

OPEN = person_model()
ONCE = replace(OPEN, one_per_source={"erp": 12.0})
NAME = "田中健太"


def record(source: str, number: str, mail: str = "", phone: str = "") -> MappedRecord:
    key = RecordKey(source, "customers", number)
    mails, phones = ((value,) if value else () for value in (mail, phone))
    return person(key, name=NAME, emails=mails, phones=phones)


def groups(records: list[MappedRecord], model: Model) -> set[frozenset[str]]:
    found = resolve(records, {model.entity: model}).clusters
    return {frozenset(key.external_id for key in cluster.members) for cluster in found}


FIRST = record("erp", "1", mail="kenta.t@mail.example.jp")
SECOND = record("erp", "2", phone="09012345678")
THIRD = record("shop", "3", mail="kenta.t@mail.example.jp", phone="09012345678")


def test_the_waterfall_says_so_and_still_sums_to_the_weight() -> None:
    open_, once = explain(FIRST, SECOND, OPEN), explain(FIRST, SECOND, ONCE)
    assert once.comparisons[-1].field == ONE_PER_SOURCE
    assert once.weight == open_.weight - 12
    assert once.prior_weight + sum(c.weight for c in once.comparisons) == once.weight
    assert explain(FIRST, THIRD, ONCE).weight == explain(FIRST, THIRD, OPEN).weight


def test_no_third_record_brings_two_of_one_source_together() -> None:
    assert groups([FIRST, SECOND, THIRD], OPEN) == {frozenset("123")}
    found = groups([FIRST, SECOND, THIRD], ONCE)
    assert not any({"1", "2"} <= group for group in found)
    assert groups([THIRD, SECOND, FIRST], ONCE) == found


def test_equal_records_of_one_source_are_one_only_against_that_evidence() -> None:
    twins = [record("erp", number, mail="kenta.t@mail.example.jp") for number in "12"]
    assert groups(twins, replace(OPEN, one_per_source={"erp": 1.0})) == {frozenset("12")}
    certain = replace(OPEN, one_per_source={"erp": 60.0})
    assert groups(twins, certain) == {frozenset("1"), frozenset("2")}
    assert groups(twins, replace(OPEN, one_per_source={"shop": 60.0})) == {frozenset("12")}
