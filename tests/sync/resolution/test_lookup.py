"""By which values golden records are looked up: those of their records, and pinned ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daifuku.records import MappedRecord, RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution.pins import StoredPin
from identity.survivorship.rules import parse_rules
from sync import pins
from sync.resolution import resolve_pending
from tests.support.landed import land, remove
from tests.support.parties import AT, company, person

MAIL, PHONE = "hanako@mail.example.jp", "06012345678"
CALLED = "taken.by.phone@mail.example.jp"


def said(source: str, **fields: object) -> MappedRecord:
    return person(RecordKey(source, "people", "1"), name="佐藤花子", **fields)


ERP, SHOP = said("erp", emails=(MAIL,)), said("shop", emails=(MAIL,))


def resolved(store: Store, *records: MappedRecord) -> None:
    land(store, records)
    resolve_pending(store)


def found(store: Store, kind: str, value: str) -> list[str]:
    with store.read() as tx:
        return [profile.id for profile in profiles.lookup(tx, [(kind, value)])]


def golden_of(store: Store, record: MappedRecord) -> str:
    with store.read() as tx:
        there = profiles.record(tx, record.key)
    assert there is not None
    assert there[1] is not None
    return there[1]


def pin(store: Store, record: MappedRecord, field: str, text: str, minute: int = 0) -> StoredPin:
    golden_id, at = golden_of(store, record), AT + timedelta(minutes=minute)
    with store.write() as tx:
        return pins.pin(tx, golden_id, field, text, by="aki", reason="", at=at)


def unpin(store: Store, made: StoredPin) -> None:
    with store.write() as tx:
        pins.unpin(tx, made.id, by="aki", at=AT)


@pytest.mark.parametrize(
    ("field", "text", "kind", "value"),
    [
        ("emails", "Ｔaken.by.Phone@mail.example.jp", "email", CALLED),
        ("phones", "０６０-９９９９-８８８８", "phone", "+816099998888"),
    ],
)
def test_a_golden_record_is_found_by_what_is_pinned_on_it_and_no_longer(
    store: Store, field: str, text: str, kind: str, value: str
) -> None:
    resolved(store, ERP)
    assert found(store, kind, value) == []
    made = pin(store, ERP, field, text)
    assert found(store, kind, value) == [golden_of(store, ERP)]
    resolved(store, SHOP, replace(ERP, job_title="部長"))
    assert found(store, kind, value) == [golden_of(store, ERP)]
    unpin(store, made)
    assert found(store, kind, value) == []
    assert found(store, "email", MAIL) == [golden_of(store, ERP)]


def test_a_company_is_found_by_its_pinned_corporate_number(store: Store) -> None:
    shop = company("1", name="株式会社アクメ")
    resolved(store, shop)
    pin(store, shop, "corporate_number", "T7000012050002")
    assert found(store, "corporate_number", "7000012050002") == [golden_of(store, shop)]


def test_a_pinned_value_that_a_record_says_too_stays_when_the_pin_goes(store: Store) -> None:
    resolved(store, ERP)
    unpin(store, pin(store, ERP, "emails", MAIL))
    assert found(store, "email", MAIL) == [golden_of(store, ERP)]


def test_the_value_of_an_overridden_pin_finds_nobody_until_it_holds_again(store: Store) -> None:
    resolved(store, ERP)
    pin(store, ERP, "emails", CALLED)
    later = pin(store, ERP, "emails", "newer@mail.example.jp", 1)
    assert found(store, "email", CALLED) == []
    assert found(store, "email", "newer@mail.example.jp") == [golden_of(store, ERP)]
    unpin(store, later)
    assert found(store, "email", CALLED) == [golden_of(store, ERP)]


def test_a_pinned_value_follows_its_pin_through_merge_and_split(store: Store) -> None:
    mail, phone = said("erp", emails=(MAIL,)), said("shop", phones=(PHONE,))
    bridge = replace(said("crm", emails=(MAIL,)), phones=(PHONE,))
    resolved(store, mail, phone)
    pin(store, phone, "emails", CALLED)
    resolved(store, bridge)
    assert golden_of(store, mail) == golden_of(store, phone)
    assert found(store, "email", CALLED) == [golden_of(store, mail)]
    remove(store, [bridge.key])
    resolve_pending(store)
    assert golden_of(store, mail) != golden_of(store, phone)
    assert found(store, "email", CALLED) == [golden_of(store, phone)]


def test_a_record_that_waits_for_a_later_batch_is_found_by_its_new_value_then(store: Store) -> None:
    resolved(store, ERP, SHOP)
    both = (replace(ERP, phones=(PHONE,)), replace(SHOP, phones=("06099998888",)))
    land(store, both)
    resolve_pending(store, batch=1)
    assert found(store, "phone", "+816012345678") == [golden_of(store, ERP)]
    assert found(store, "phone", "+816099998888") == [golden_of(store, ERP)]


def test_a_value_that_does_not_survive_finds_its_golden_record_all_the_same(store: Store) -> None:
    few = "version: few\nperson:\n  name: [most_recent]\norganization:\n  name: [longest]\n"
    rules = parse_rules(few, "few.yaml")
    land(store, [ERP])
    resolve_pending(store, rules=rules)
    land(store, [replace(ERP, emails=("other@mail.example.jp",))])
    resolve_pending(store, rules=rules)
    assert found(store, "email", "other@mail.example.jp") == [golden_of(store, ERP)]
    assert found(store, "email", MAIL) == []
