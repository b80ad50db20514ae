"""Trying another model or other rules, applying them, and the way back."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daifuku.errors import ConflictError, NotFoundError
from daifuku.records import MappedRecord, RecordKey
from daifuku.records.stewardship import DecisionKind
from daifuku.storage.engine import Store
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.resolution import decisions
from daifuku.storage.repositories.resolution import records as records_of
from daifuku.storage.repositories.shadows import StoredShadow
from daifuku.storage.tables import (
    block_key,
    golden_key,
    golden_record,
    link,
    mapped_record,
    review_task,
    shadow_member,
)
from sync.models import shadow
from sync.models.documents import Document, Kind, shipped
from sync.models.force import models_in_force, rules_in_force, version_in_force
from sync.resolution import resolve_pending
from tests.support.edited import edited_person, trusting
from tests.support.landed import active_goldens, land, partition
from tests.support.parties import person, random_person

STRICT, LOOSE = 0.99999999, 0.6
SEEN = datetime(2026, 4, 1, tzinfo=UTC)


def world(seed: int, size: int = 18, start: int = 0) -> list[MappedRecord]:
    chance = random.Random(seed)
    return [random_person(number, chance) for number in range(start, start + size)]


def standing(store: Store) -> dict[str, Any]:
    """All that readers and the resolver see, but for versions, times and what was retired."""
    tables = {
        "links": select(link.c.a_id, link.c.b_id, link.c.weight, link.c.model),
        "keys": select(block_key.c.key, block_key.c.feature_set_id),
        "lookups": select(golden_key.c.kind, golden_key.c.value, golden_key.c.golden_id),
        "members": select(mapped_record.c.id, mapped_record.c.golden_id),
        "tasks": select(review_task.c.id).where(review_task.c.state == "open"),
    }
    with store.read() as tx:
        seen: dict[str, Any] = {
            name: sorted(map(tuple, tx.execute(query))) for name, query in tables.items()
        }
        query = select(golden_record.c.id, golden_record.c.body)
        rows = tx.execute(query.where(golden_record.c.state == "active"))
        seen["golden"] = {row.id: said(row.body) for row in rows}
    return seen


def said(body: bytes) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(body)
    return {name: content[name] for name in ("fields", "lineage", "records")}


def named(store: Store, run: StoredShadow) -> list[tuple[str, str]]:
    with store.read() as tx:
        return [(c.kind, c.golden_id) for c in shadows.changes(tx, run.id, limit=1000)]


def filled(make: Callable[[], Store], records: Sequence[MappedRecord]) -> Store:
    store = make()
    land(store, records)
    resolve_pending(store)
    return store


CASES = [
    edited_person(match=STRICT),
    edited_person(match=LOOSE),
    edited_person(match=LOOSE, possible=0.001, without="e-mail"),
]


@pytest.mark.parametrize("document", CASES, ids=["strict", "loose", "fewer keys"])
def test_applying_gives_what_resolving_under_that_model_gives(
    new_store: Callable[[], Store], document: Document
) -> None:
    store = filled(new_store, world(1))
    before = standing(store)
    run = shadow.try_version(store, document)
    assert standing(store) == before

    shadow.apply(store, run.id)

    with store.read() as tx:
        assert version_in_force(tx, Kind.PERSON) == document.version
        models, rules = models_in_force(tx), rules_in_force(tx)
    fresh = new_store()
    land(fresh, world(1))
    resolve_pending(fresh, models=models, rules=rules)
    assert partition(store) == partition(fresh)
    after, bulk = standing(store), standing(fresh)
    assert [after[name] for name in ("links", "keys")] == [bulk[name] for name in ("links", "keys")]
    assert len(after["tasks"]) == len(bulk["tasks"])


@pytest.mark.parametrize("document", CASES, ids=["strict", "loose", "fewer keys"])
def test_a_try_names_every_golden_record_that_applying_changes_and_no_other(
    new_store: Callable[[], Store], document: Document
) -> None:
    store = filled(new_store, world(2))
    before = standing(store)["golden"]
    run = shadow.try_version(store, document)
    shadow.apply(store, run.id)
    after = standing(store)["golden"]
    changed = {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}
    names = named(store, run)
    spoken = {
        id for id in changed if id not in before or id not in after or differ(before[id], after[id])
    }
    assert spoken == {id for _, id in names}
    assert {id for kind, id in names if kind == "merge"} == before.keys() - after.keys()
    assert {id for kind, id in names if kind == "new"} == after.keys() - before.keys()


def differ(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(before[name] != after[name] for name in ("fields", "records"))


@pytest.mark.parametrize("document", CASES, ids=["strict", "loose", "fewer keys"])
def test_rolling_back_equals_never_applied(
    new_store: Callable[[], Store], document: Document
) -> None:
    store = filled(new_store, world(3))
    before = standing(store)
    shadow.apply(store, shadow.try_version(store, document).id)
    version, _ = shadow.rollback(store, Kind.PERSON)
    assert version == shipped(Kind.PERSON).version
    assert standing(store) == before
    with store.read() as tx:
        assert not tx.execute(select(shadow_member)).all()


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@example(seed=1, strict=False)
@example(seed=5, strict=False)
@example(seed=338, strict=True)
@given(seed=st.integers(0, 1000), strict=st.booleans())
def test_rolling_back_after_later_syncs_equals_never_applied(
    new_store: Callable[[], Store], seed: int, strict: bool
) -> None:
    document = edited_person(match=STRICT if strict else LOOSE)
    applied, never = new_store(), new_store()
    for store in (applied, never):
        land(store, world(seed, 24))
        resolve_pending(store)
    shadow.apply(applied, shadow.try_version(applied, document).id)
    for store in (applied, never):
        land(store, world(seed + 1000, 10, start=100))
        resolve_pending(store)
    shadow.rollback(applied, Kind.PERSON)
    assert partition(applied) == partition(never)
    assert active_goldens(applied) == active_goldens(never)
    assert standing(applied)["golden"] == standing(never)["golden"]


def test_versions_are_rolled_back_one_by_one(store: Store) -> None:
    land(store, world(4))
    for document in CASES[:2]:
        shadow.apply(store, shadow.try_version(store, document).id)
    back = [shadow.rollback(store, Kind.PERSON)[0] for _ in range(2)]
    assert back == [CASES[0].version, shipped(Kind.PERSON).version]
    with pytest.raises(ConflictError, match="No person version was applied"):
        shadow.rollback(store, Kind.PERSON)


def test_what_would_not_be_what_was_named_is_refused(store: Store) -> None:
    records = world(5)
    land(store, records)
    run = shadow.try_version(store, CASES[0])
    assert named(store, run)
    land(
        store,
        [
            person(
                RecordKey("shop", "people", r.key.external_id),
                emails=r.emails,
                family_name=r.family_name,
                given_name=r.given_name,
                birth_date=r.birth_date,
                phones=r.phones,
                identifiers=r.identifiers,
                addresses=r.addresses,
            )
            for r in records
        ],
    )
    resolve_pending(store)
    before = standing(store)
    with pytest.raises(ConflictError, match=r"Try again: daifuku model try person-1"):
        shadow.apply(store, run.id)
    assert standing(store) == before


def test_records_that_alter_nothing_of_it_do_not_stand_in_the_way(store: Store) -> None:
    land(store, world(6))
    run = shadow.try_version(store, CASES[0])
    land(store, [person("later", name="遠山 金四郎", emails=("kin@example.org",))])
    assert shadow.apply(store, run.id).state == shadows.APPLIED


def test_a_run_is_applied_once_and_on_what_it_was_tried_on(store: Store) -> None:
    land(store, world(7))
    first, second = (shadow.try_version(store, document) for document in CASES[:2])
    shadow.apply(store, first.id)
    with pytest.raises(ConflictError, match="is applied"):
        shadow.apply(store, first.id)
    with pytest.raises(ConflictError, match="came into force since"):
        shadow.apply(store, second.id)
    with pytest.raises(NotFoundError, match="s_nothing"):
        shadow.apply(store, "s_nothing")


def test_other_rules_change_values_and_come_back(store: Store) -> None:
    shared = {"emails": ("hanako@example.jp",), "birth_date": "1980-04-01"}
    names = {"family_name": "佐藤"}
    land(
        store,
        [
            person(RecordKey("erp", "people", "1"), **names, given_name="花子", **shared),
            person(RecordKey("shop", "people", "1"), **names, given_name="ハナコ", **shared),
        ],
    )
    resolve_pending(store)
    before = standing(store)
    run = shadow.try_version(store, trusting("shop", "erp"))
    assert standing(store) == before
    with store.read() as tx:
        (change,) = shadows.changes(tx, run.id)
    assert orjson.loads(change.body)["fields"]["given_name"] == {
        "before": "花子",
        "after": "ハナコ",
    }
    shadow.apply(store, run.id)
    (golden,) = standing(store)["golden"].values()
    assert golden["fields"]["given_name"] == "ハナコ"
    shadow.rollback(store, Kind.SURVIVORSHIP)
    assert standing(store) == before


@pytest.mark.parametrize("document", CASES[:2], ids=["strict", "loose"])
def test_decisions_win_under_every_model(store: Store, document: Document) -> None:
    land(store, world(8, 30))
    resolve_pending(store)
    groups = sorted(map(sorted, partition(store)))
    together = next(group[:2] for group in groups if group[1:])
    one, other = [group[0] for group in groups if together[0] not in group][:2]
    with store.write() as tx:
        words = (
            decisions.word(*together, same=False),
            decisions.word(one, other, same=True),
        )
        decisions.add(tx, DecisionKind.MERGE, by="tests", at=SEEN, words=words)
        records_of.mark_pending(tx, [*together, one, other])
    resolve_pending(store)
    held = partition(store)

    shadow.apply(store, shadow.try_version(store, document).id)
    for now in (held, partition(store)):
        home = {key: group for group in now for key in group}
        assert home[together[0]] is not home[together[1]]
        assert home[one] is home[other]
    shadow.rollback(store, Kind.PERSON)
    assert partition(store) == held
