"""The fields of a stream: what is news about them, and what is not."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daifuku.records import RecordKey, SourceRecord
from sync.runs.fields import WITNESSES
from sync.runs.profile import MOST_WITHIN, Change, Profile
from sync.runs.usage import fields_used
from tests.support.customers import mapper

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
EMAIL = {("email",)}


def customers(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"name": f"客{number}", "email": "a@example.com"} | more for number in range(count)]


def without(field: str, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != field} for one in records]


def settled(records: Sequence[dict[str, Any]] | None = None) -> Profile:
    profile = Profile("mapping")
    profile.observe(customers(100) if records is None else records, EMAIL)
    profile.settle()
    return profile


def test_the_first_pass_says_how_the_stream_is_and_is_no_news() -> None:
    profile = Profile("mapping")

    assert profile.observe(customers(100)) == []
    assert profile.observe(customers(100, note="x")) == []


def test_a_new_field_is_news_once_with_its_type() -> None:
    profile = settled()

    assert profile.observe(customers(3, age=7)) == [Change("added", "age", after="number")]
    assert profile.observe(customers(3, age=7)) == []


def test_a_field_within_an_object_or_a_list_of_them_is_seen_too() -> None:
    profile = settled(customers(60, address={"city": "京都"}, phones=[{"number": "1"}]))

    changes = profile.observe(
        customers(60, address={"city": "京都", "zip": 1}, phones=[{"n": "1"}])
    )

    assert Change("added", "address.zip", after="number") in changes
    assert Change("added", "phones.n", after="text") in changes


def test_another_type_is_news_and_null_is_none() -> None:
    profile = settled()

    assert profile.observe([{"name": 7, "email": None}]) == [
        Change("retyped", "name", "text", "number")
    ]
    assert profile.observe([{"name": 7, "email": None}]) == []


def test_a_field_that_was_always_there_is_gone_after_enough_records_without_it() -> None:
    profile = settled()
    fewer = without("email", customers(WITNESSES))

    assert profile.observe(fewer[:-1]) == []
    (change,) = profile.observe(fewer[-1:])

    assert change == Change("gone", "email", before="text", uses=True, had=100, without=WITNESSES)
    assert change.pauses


def test_a_field_that_no_mapping_uses_may_go() -> None:
    profile = settled(customers(100, note="x"))

    (change,) = profile.observe(customers(WITNESSES))

    assert (change.kind, change.field, change.pauses) == ("gone", "note", False)
    assert profile.observe(customers(WITNESSES)) == []


def test_what_an_earlier_mapping_used_is_forgotten() -> None:
    profile = Profile.load(settled().dump(), "another mapping")

    (change,) = profile.observe(without("email", customers(WITNESSES)))

    assert not change.pauses


def test_a_field_too_few_have_shown_is_never_missed() -> None:
    profile = settled(customers(WITNESSES - 1))

    assert profile.observe(without("email", customers(500))) == []


@given(st.floats(0.0, 0.95), st.integers(0, 99))
def test_a_sparse_field_is_never_missed(share: float, seed: int) -> None:
    random_number = random.Random(seed)
    records = [one if random_number.random() < share else {"name": "客"} for one in customers(400)]
    profile = settled(records)

    changes = profile.observe(without("email", customers(1_000)))

    assert not any(change.kind == "gone" for change in changes)


@given(st.integers(1, 60), st.integers(0, 900))
def test_records_of_a_kind_that_come_together_are_no_alarm(size: int, place: int) -> None:
    """A cluster of records lacks the field in every pass; where it falls on the pages varies."""
    whole = customers(4_000)
    whole[place : place + size] = without("email", whole[place : place + size])
    profile = Profile("mapping")
    for shift in (0, 333, 701):
        pages = [whole[:shift], *(whole[at : at + 500] for at in range(shift, 4_000, 500))]
        for page in pages:
            assert profile.observe(page, EMAIL) == []
        profile.settle()


def test_an_object_with_all_kinds_of_keys_is_a_table_and_its_keys_are_no_fields() -> None:
    profile = settled()
    for number in range(MOST_WITHIN + 5):
        profile.observe(customers(1, prices={f"sku{number}": 1}))

    assert profile.tables == ["prices"]
    assert profile.observe(customers(1, prices={"another": 1})) == []


def test_a_profile_is_the_same_after_it_was_stored() -> None:
    profile = settled(customers(60, address={"city": "京都"}))
    assert Profile.load(profile.dump(), "mapping") == profile


def test_the_fields_a_mapping_uses_are_those_it_reads() -> None:
    record = SourceRecord(
        RecordKey("shop", "customers", "1"), {"name": "客", "email": "a@example.com", "x": 1}, NOON
    )

    used = fields_used(mapper, [record])

    assert {("name",), ("email",)} <= used
    assert ("x",) not in used
