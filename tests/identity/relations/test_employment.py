"""A person's organisations, as their records say: since when, in what role, by which records."""

import random
from datetime import timedelta

from daifuku.records import MappedRecord, RecordKey, Relation
from identity.relations.employment import Employment, Organization, employments
from tests.support.parties import AT, person

FIRM = RecordKey("erp", "companies", "1")


def said(source: str, day: int, **fields: object) -> MappedRecord:
    key = RecordKey(source, "people", str(day))
    return person(key, observed_at=AT + timedelta(days=day), **fields)


def test_one_employer_under_several_spellings_is_one() -> None:
    records = [
        said("mail", 1, organization="(株)アクメ", department="営業部"),
        said("form", 3, organization="株式会社アクメ", job_title="部長"),
    ]
    (job,) = employments(records, {})
    assert (job.name, job.department, job.job_title) == ("株式会社アクメ", "営業部", "部長")
    assert (job.first_seen, job.last_seen) == (AT + timedelta(days=1), AT + timedelta(days=3))
    assert (job.current, job.stated, job.id) == (True, False, None)
    assert job.records == (records[1].key, records[0].key)


def test_the_employer_seen_last_is_the_current_one() -> None:
    records = [said("mail", 1, organization="アクメ"), said("mail", 9, organization="大福商店")]
    assert [(job.name, job.current) for job in employments(records, {})] == [
        ("大福商店", True),
        ("アクメ", False),
    ]


def test_a_stated_relation_names_the_golden_record_and_takes_the_name_along() -> None:
    records = [
        said("erp", 1, relations=(Relation("works_at", FIRM),)),
        said("mail", 2, organization="㈱アクメ", job_title="課長"),
    ]
    (job,) = employments(records, {FIRM: Organization("o_1", "株式会社アクメ")})
    assert (job.id, job.stated, job.job_title, len(job.records)) == ("o_1", True, "課長", 2)


def test_a_relation_of_another_kind_is_no_employment() -> None:
    records = [said("erp", 1, relations=(Relation("child_of", FIRM),))]
    assert employments(records, {FIRM: Organization("o_1", "株式会社アクメ")}) == ()


def test_the_order_of_the_records_does_not_matter() -> None:
    chance = random.Random(0)
    records = [
        said(f"s{i}", i % 3, organization=chance.choice(["㈱アクメ", "アクメ", "大福商店"]))
        for i in range(9)
    ]
    shuffled: list[tuple[Employment, ...]] = [
        employments(chance.sample(records, len(records)), {}) for _ in range(5)
    ]
    assert set(shuffled) == {employments(records, {})}
