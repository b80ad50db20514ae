"""Facts on which sources of equal standing disagree are contested; a steward is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daifuku.records import Entity, MappedRecord, RecordKey
from identity.survivorship.conflicts import conflicts
from identity.survivorship.rules import shipped_rules
from identity.survivorship.survive import Pin, survive
from tests.support.parties import AT, person

ORGANIZATION = Entity.ORGANIZATION


def said(source: str, day: int = 0, **fields: object) -> MappedRecord:
    key = RecordKey(source, "people", str(day))
    return person(key, observed_at=AT + timedelta(days=day), **fields)


def test_two_sources_that_disagree_on_a_fact_are_in_conflict() -> None:
    records = [said("erp", 1, birth_date="1980-01-02"), said("form", 2, birth_date="1980-01-03")]
    (found,) = conflicts(survive(records))
    assert (found.field, found.value, found.source) == ("birth_date", "1980-01-03", records[1].key)
    (rival,) = found.rivals
    assert (rival.value, rival.source, rival.why) == ("1980-01-02", records[0].key, "most_recent")


def test_a_value_more_sources_say_is_no_conflict() -> None:
    records = [
        said("erp", 1, birth_date="1980-01-02"),
        said("form", 2, birth_date="1980-01-03"),
        said("line", 3, birth_date="1980-01-03"),
    ]
    assert conflicts(survive(records)) == ()


def test_how_often_one_source_says_it_settles_nothing() -> None:
    often = [said("erp", day, birth_date="1980-01-02") for day in range(3)]
    (found,) = conflicts(survive([*often, said("form", 0, birth_date="1980-01-03")]))
    assert found.value == "1980-01-02"


def test_a_trusted_source_settles_it() -> None:
    records = [said("erp", 1, birth_date="1980-01-02"), said("form", 2, birth_date="1980-01-03")]
    assert conflicts(survive(records, shipped_rules().trusting("erp"))) == ()


def test_a_source_that_contradicts_only_itself_asks_nobody() -> None:
    records = [said("erp", day, birth_date=f"1980-01-0{day}") for day in (1, 2)]
    assert conflicts(survive(records)) == ()


@pytest.mark.parametrize("field", ["job_title", "organization"])
def test_what_changes_with_time_is_no_conflict(field: str) -> None:
    assert (
        conflicts(survive([said("erp", 1, **{field: "A"}), said("form", 2, **{field: "B"})])) == ()
    )


def test_a_name_is_one_conflict_and_not_one_for_each_part() -> None:
    records = [said("erp", 1, name="大島健太"), said("form", 1, name="大嶋健太郎")]
    (found,) = conflicts(survive(records))
    assert found.field == "name"


def test_two_numbers_of_a_company_are_a_conflict_unless_one_holds() -> None:
    good, other, broken = "7000012050002", "8700110005901", "7000012050003"

    def of(first: str, second: str) -> int:
        records = [
            replace(said(source, 1, name="㈱アクメ", corporate_number=number), entity=ORGANIZATION)
            for source, number in (("erp", first), ("crm", second))
        ]
        return len(conflicts(survive(records)))

    assert of(good, other) == 1
    assert of(good, broken) == 0


def test_a_pin_settles_a_conflict() -> None:
    records = [said("erp", 1, birth_date="1980-01-02"), said("form", 2, birth_date="1980-01-03")]
    pin = Pin("birth_date", "1980-01-02", AT)
    assert conflicts(survive(records, pins=[pin])) == ()
