"""Pins: what a steward set wins until it is taken back, through syncs, merges and splits."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daifuku.errors import ConflictError, NotFoundError, UserError
from daifuku.records import Address, MappedRecord, RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution.pins import StoredPin
from daifuku.storage.tables import review_task
from sync import pins
from sync.resolution import resolve_pending
from tests.support.landed import land, remove
from tests.support.parties import AT, person

MAIL = "hanako@mail.example.jp"


def said(source: str, external_id: str, **fields: Any) -> MappedRecord:
    return person(RecordKey(source, "people", external_id), **fields)


ERP = said("erp", "1", name="佐藤花子", birth_date="1980-04-01", emails=(MAIL,), gender="f")
SHOP = said("shop", "1", name="佐藤花子", birth_date="1980-04-01", emails=(MAIL,))


def resolved(store: Store, *records: MappedRecord) -> None:
    land(store, records)
    resolve_pending(store)


def golden_of(store: Store, record: MappedRecord) -> str:
    with store.read() as tx:
        found = profiles.record(tx, record.key)
    assert found is not None
    assert found[1] is not None
    return found[1]


def body_of(store: Store, record: MappedRecord) -> Mapping[str, Any]:
    with store.read() as tx:
        found = profiles.find(tx, golden_of(store, record))
    assert found is not None
    body: dict[str, Any] = orjson.loads(found.body)
    return body


def content_of(store: Store, record: MappedRecord) -> Mapping[str, Any]:
    body = body_of(store, record)
    return {name: body[name] for name in ("fields", "lineage", "records")}


def pin(store: Store, record: MappedRecord, field: str, text: str, minutes: int = 0) -> StoredPin:
    at = AT + timedelta(minutes=minutes)
    golden_id = golden_of(store, record)
    with store.write() as tx:
        return pins.pin(tx, golden_id, field, text, by="aki", reason="told by phone", at=at)


def unpin(store: Store, made: StoredPin) -> None:
    with store.write() as tx:
        pins.unpin(tx, made.id, by="aki", at=AT)


def asked(store: Store, record: MappedRecord) -> list[str]:
    """The fields of its golden record that stewards are asked to settle."""
    golden_id = golden_of(store, record)
    with store.read() as tx:
        tasks = tx.execute(select(review_task).where(review_task.c.state == "open"))
        return [task.field for task in tasks if task.golden_a == golden_id and task.field]


def standing(store: Store, made: StoredPin) -> tuple[str, bool]:
    with store.read() as tx:
        (found,) = (one for one in pins.pins_of(tx, ended=True) if one.id == made.id)
    return pins.state_of(found), found.stale


def test_a_pin_wins_at_once_and_names_what_it_beat(store: Store) -> None:
    resolved(store, ERP, SHOP)
    before = body_of(store, ERP)
    pin(store, ERP, "gender", "m")
    after = body_of(store, ERP)
    assert (after["fields"]["gender"], after["lineage"]["gender"]["rule"]) == ("m", "pin")
    assert [lost["value"] for lost in after["lineage"]["gender"]["losers"]] == ["f"]
    assert after["version"] == before["version"] + 1


def test_a_pin_survives_every_later_sync_and_is_stale_once_the_sources_say_otherwise(
    store: Store,
) -> None:
    resolved(store, ERP, SHOP)
    made = pin(store, ERP, "birth_date", "1980-04-02")
    resolved(store, replace(SHOP, job_title="部長"))
    assert standing(store, made) == ("active", False)

    later = AT + timedelta(days=1)
    for record in (ERP, SHOP):
        resolved(store, replace(record, birth_date="1980-04-03", observed_at=later))
    assert body_of(store, ERP)["fields"]["birth_date"] == "1980-04-02"
    assert standing(store, made) == ("active", True)

    for record in (ERP, SHOP):
        resolved(store, replace(record, birth_date="1980-04-02", observed_at=later))
    assert standing(store, made) == ("active", False)


def test_taken_back_it_is_as_if_it_had_never_been(new_store: Callable[[], Store]) -> None:
    ours, never = new_store(), new_store()
    changed = replace(SHOP, birth_date="1980-04-03", observed_at=AT + timedelta(days=1))
    for store in (ours, never):
        resolved(store, ERP, SHOP)
    first = pin(ours, ERP, "birth_date", "1980-04-02")
    second = pin(ours, ERP, "birth_date", "1980-04-09", minutes=1)
    for store in (ours, never):
        resolved(store, changed)
    unpin(ours, second)
    assert body_of(ours, ERP)["fields"]["birth_date"] == "1980-04-02"
    unpin(ours, first)
    assert content_of(ours, ERP) == content_of(never, ERP)
    with pytest.raises(NotFoundError, match="taken back already"):
        unpin(ours, first)


def test_where_two_pins_meet_the_later_holds_until_they_part_again(store: Store) -> None:
    phone = said("shop", "2", name="佐藤花子", phones=("06012345678",))
    mail = said("crm", "2", name="佐藤花子", emails=(MAIL,))
    bridge = said("erp", "2", name="佐藤花子", phones=("06012345678",), emails=(MAIL,))
    resolved(store, phone, mail)
    assert golden_of(store, phone) != golden_of(store, mail)
    late, early = pin(store, phone, "gender", "m", 5), pin(store, mail, "gender", "f", 1)

    resolved(store, bridge)
    assert golden_of(store, phone) == golden_of(store, mail)
    assert body_of(store, phone)["fields"]["gender"] == "m"
    assert (standing(store, late)[0], standing(store, early)[0]) == ("active", "overridden")

    remove(store, [bridge.key])
    resolve_pending(store)
    assert body_of(store, phone)["fields"]["gender"] == "m"
    assert body_of(store, mail)["fields"]["gender"] == "f"
    assert (standing(store, late)[0], standing(store, early)[0]) == ("active", "active")


def test_a_pin_stays_with_the_records_it_was_made_on_while_one_is_there(store: Store) -> None:
    resolved(store, ERP, SHOP)
    made = pin(store, ERP, "gender", "m")
    remove(store, [ERP.key])
    resolve_pending(store)
    assert body_of(store, SHOP)["fields"]["gender"] == "m"

    remove(store, [SHOP.key])
    resolve_pending(store)
    assert standing(store, made)[0] == "orphaned"
    resolved(store, SHOP)
    assert body_of(store, SHOP)["fields"]["gender"] == "m"
    assert standing(store, made)[0] == "active"


def test_a_pin_moves_to_a_golden_record_that_no_batch_touched(store: Store) -> None:
    tie = said("line", "1", name="佐藤花子", emails=(MAIL,))
    two = [said(s, "7", name="佐藤花子", phones=("06012345678",)) for s in ("a", "b")]
    both = replace(ERP, phones=("06012345678",))
    resolved(store, both, tie, *two)
    assert len({golden_of(store, one) for one in (both, tie, *two)}) == 1
    pin(store, both, "job_title", "部長")
    resolved(store, ERP)
    parts = {golden_of(store, one) for one in (ERP, tie)}, {golden_of(store, one) for one in two}
    assert parts[0].isdisjoint(parts[1])
    assert body_of(store, two[0])["fields"]["job_title"] == "部長"
    assert "job_title" not in body_of(store, ERP)["fields"]

    remove(store, [two[0].key])
    resolve_pending(store)
    assert body_of(store, ERP)["fields"]["job_title"] == "部長"
    assert "job_title" not in body_of(store, two[1])["fields"]


def test_a_pin_settles_a_conflict_that_a_steward_is_asked_about(store: Store) -> None:
    other = replace(SHOP, birth_date="1980-04-11")
    resolved(store, replace(ERP, phones=("06012345678",)), replace(other, phones=("06012345678",)))
    assert golden_of(store, ERP) == golden_of(store, SHOP)
    assert asked(store, ERP) == ["birth_date"]
    made = pin(store, ERP, "birth_date", "1980-04-01")
    assert asked(store, ERP) == []
    unpin(store, made)
    assert asked(store, ERP) == ["birth_date"]


def test_a_preview_says_what_pinning_then_does_and_does_nothing(store: Store) -> None:
    resolved(store, ERP, SHOP)
    before = body_of(store, ERP)
    with store.read() as tx:
        change = pins.preview(tx, before["id"], "name", "佐藤 華子")
    assert body_of(store, ERP) == before
    assert change.fields["name"] == ("佐藤 花子", "佐藤 華子")
    assert change.fields["given_name"] == ("花子", "華子")
    pin(store, ERP, "name", "佐藤 華子")
    after = body_of(store, ERP)["fields"]
    changed = {n: (before["fields"].get(n), v) for n, v in after.items()}
    assert {n: pair for n, pair in changed.items() if pair[0] != pair[1]} == change.fields


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("emails", "Hanako.New@Mail.example.jp", "hanako.new@mail.example.jp"),
        ("phones", "０６０－１２３４－５６７８", "+816012345678"),
        ("addresses", "東京都新宿区西新宿２－８－１", {"text": "東京都新宿区西新宿2-8-1"}),
    ],
)
def test_a_pinned_one_of_many_comes_first(store: Store, field: str, text: str, shown: Any) -> None:
    rest = {"phones": ("0312345678",), "addresses": (Address(text="大阪府大阪市北区梅田3-1-3"),)}
    resolved(store, replace(ERP, **rest), SHOP)
    pin(store, ERP, field, text)
    values = body_of(store, ERP)["fields"][field]
    assert (values[0], len(values)) == (shown, 2)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("shoe_size", "24", "cannot be pinned"),
        ("identifiers", "C-1", "cannot be pinned"),
        ("birth_date", "1900-01-01", "no value"),
        ("emails", "nobody", "no value"),
        ("family_name", "不明", "no value"),
    ],
)
def test_what_cannot_be_pinned_is_refused(store: Store, field: str, text: str, says: str) -> None:
    resolved(store, ERP)
    with pytest.raises(UserError, match=says):
        pin(store, ERP, field, text)


def test_a_pin_on_what_changed_meanwhile_is_refused(store: Store) -> None:
    resolved(store, ERP)
    with store.write() as tx, pytest.raises(ConflictError, match="version 1 by now"):
        pins.pin(tx, golden_of(store, ERP), "gender", "m", by="a", reason="", at=AT, version=7)


people = st.builds(
    lambda number, source, name, mail, phone, day: said(
        source,
        str(number),
        name=name,
        emails=(mail,) if mail else (),
        phones=(phone,) if phone else (),
        birth_date=f"1980-04-0{day}" if day else None,
    ),
    number=st.integers(1, 5),
    source=st.sampled_from(["crm", "shop"]),
    name=st.sampled_from(["佐藤花子", "佐藤太郎"]),
    mail=st.sampled_from([MAIL, "taro@mail.example.jp", None]),
    phone=st.sampled_from(["06012345678", "06098765432", None]),
    day=st.sampled_from([1, 2, None]),
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.lists(people, min_size=1, max_size=6), later=st.lists(people), data=st.data())
def test_the_order_of_what_comes_after_a_pin_does_not_matter(
    new_store: Callable[[], Store],
    first: list[MappedRecord],
    later: list[MappedRecord],
    data: st.DataObject,
) -> None:
    pinned = data.draw(st.lists(st.sampled_from(first), max_size=3))
    last = list({record.key: record for record in later}.values())
    gone = data.draw(st.sets(st.sampled_from(sorted({r.key for r in (*first, *last)}))))
    contents = []
    for order in (last, data.draw(st.permutations(last))):
        store = new_store()
        resolved(store, *first)
        for number, record in enumerate(pinned):
            pin(store, record, "gender", "mf"[number % 2], number)
        size = data.draw(st.integers(1, 4))
        for start in range(0, len(order), size):
            resolved(store, *order[start : start + size])
        remove(store, gone)
        resolve_pending(store, batch=data.draw(st.integers(1, 4)))
        contents.append(_everything(store))
    assert contents[0] == contents[1]


def _everything(store: Store) -> tuple[list[Any], list[Any]]:
    with store.read() as tx:
        bodies = [orjson.loads(found.body) for found in profiles.page(tx, "", 1_000)]
        stand = [(pins.state_of(one), one.stale) for one in pins.pins_of(tx, ended=True)]
    said = ([body["records"], body["fields"], body["lineage"]] for body in bodies)
    return sorted(said, key=str), stand
