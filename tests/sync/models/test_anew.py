"""After an upgrade that describes records otherwise, all are described and resolved anew."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, select

from daifuku.records import Entity, GoldenField, MappedRecord, RecordKey
from daifuku.records.stewardship import DecisionKind
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, profiles
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories.resolution import decisions
from daifuku.storage.repositories.resolution import records as records_of
from daifuku.storage.tables import (
    block_key,
    change_event,
    feature_set,
    golden_key,
    golden_record,
    link,
    mapped_record,
    model_in_force,
    review_task,
)
from identity.description import description, is_newer
from identity.normalize.types import Email, PersonName
from identity.survivorship.survive import survive
from sync import pins
from sync.jobs.execute import Executor
from sync.jobs.tick import Tick
from sync.models.anew import describe_anew, resolve_due
from sync.models.force import DescribedOtherwiseError, described_otherwise
from sync.resolution import resolve_pending
from sync.stewardship import Order, merge
from tests.support.jobs import get
from tests.support.landed import active_goldens, land, partition, remove
from tests.support.parties import person, random_person
from tests.support.scripted import BOX

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
OLDER, NEWER = "0", f"{10**6}"


def world(seed: int, size: int = 30, start: int = 0) -> list[MappedRecord]:
    chance = random.Random(seed)
    return [random_person(number, chance) for number in range(start, start + size)]


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Does something as another version would: it saw no phones, took all mailboxes of a company
    for one and all names for their first letter, hashed block keys otherwise, and let genders
    be no value that survives."""

    def do(work: Callable[[], object]) -> None:
        with monkeypatch.context() as old:
            old.setattr("sync.models.force.description", lambda: OLDER)
            old.setattr("sync.models.anew.description", lambda: OLDER)
            old.setattr("identity.features.phones", lambda _texts: ())
            old.setattr("identity.features.emails", lambda _texts: (Email("a@b.jp", "a", "b.jp"),))
            old.setattr("identity.features.person_name", initial)
            old.setattr("sync.resolution.population.hashed", lambda _entity, key: hash(key) >> 1)
            old.setattr("sync.resolution.golden.survive", genderless)
            work()

    return do


def genderless(*asked: Any) -> Mapping[str, GoldenField]:
    return {name: field for name, field in survive(*asked).items() if name != "gender"}


def initial(texts: tuple[str | None, ...]) -> PersonName:
    first = (texts[1] or "")[:1]
    return PersonName(script="han", family=first, full=first, keys=(first,))


def seen(store: Store) -> dict[str, Any]:
    """What readers and the resolver see, feature sets told by what they say."""
    with store.read() as tx:
        sets = {row.id: row.digest for row in tx.execute(select(feature_set))}
        records = tx.execute(select(mapped_record)).all()
        linked = tx.execute(select(link)).all()
        keyed = tx.execute(select(block_key)).all()
        found = tx.execute(select(golden_key.c.kind, golden_key.c.value, golden_key.c.golden_id))
        goldens = tx.execute(select(golden_record).where(golden_record.c.state == "active")).all()
        tasks = tx.execute(select(review_task.c.id).where(review_task.c.state == "open")).all()
        group = {row.golden_id: frozenset[str]() for row in records}
        for row in records:
            group[row.golden_id] |= {row.external_id}
        return {
            "sets": {row.external_id: sets.get(row.feature_set_id) for row in records},
            "all sets": sorted(sets.values()),
            "links": sorted((*sorted((sets[e.a_id], sets[e.b_id])), e.weight) for e in linked),
            "keys": sorted((row.key, sets[row.feature_set_id]) for row in keyed),
            "groups": {*group.values()},
            "lookups": {(kind, value, group[id]) for kind, value, id in found},
            "fields": {group[row.id]: row.body.partition(b'"fields"')[2] for row in goldens},
            "tasks": len(tasks),
        }


def fresh(make: Callable[[], Store], records: list[MappedRecord]) -> dict[str, Any]:
    store = make()
    land(store, records)
    resolve_pending(store)
    return seen(store)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hub_described_long_ago_becomes_what_resolving_from_nothing_gives(
    new_store: Callable[[], Store], long_ago: Callable[[Callable[[], object]], None], seed: int
) -> None:
    store = new_store()
    land(store, world(seed))
    long_ago(lambda: resolve_pending(store))
    before = seen(store)
    resolve_due(store)
    assert seen(store) == fresh(new_store, world(seed)) != before


@pytest.mark.parametrize("seed", [4, 40, 41])
def test_what_waits_during_the_upgrade_is_resolved_with_the_rest(
    new_store: Callable[[], Store], long_ago: Callable[[Callable[[], object]], None], seed: int
) -> None:
    store = new_store()
    land(store, world(seed))
    long_ago(lambda: resolve_pending(store))
    changed, came = world(seed + 1, 8), world(seed + 2, 8, start=100)
    changed[0] = replace(changed[0], entity=Entity.ORGANIZATION)
    gone = {record.key for record in world(seed)[10:14]}
    land(store, [*changed, *came])
    remove(store, gone)
    resolve_due(store)
    there = {record.key: record for record in (*world(seed), *changed, *came)}
    expected = fresh(new_store, [there[key] for key in there if key not in gone])
    now = seen(store)
    assert {group - {k.external_id for k in gone} for group in now.pop("groups")} - {
        frozenset()
    } == expected.pop("groups")
    assert now.pop("sets").items() >= expected.pop("sets").items()
    assert now == expected
    with store.read() as tx:
        led = tx.execute(select(golden_record.c.merged_into)).scalars()
        assert {*led} - {None} <= active_goldens(store)


def told(store: Store) -> dict[str, list[bytes]]:
    """What the feed says of each golden record, event by event."""
    found: dict[str, list[bytes]] = {}
    with store.read() as tx:
        for event in tx.execute(select(change_event).order_by(change_event.c.sequence)):
            said = (event.body or b"").partition(b'"fields"')[2]
            found.setdefault(event.golden_id, []).append(said)
    return found


def test_no_event_says_what_the_one_before_it_said(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(4))
    long_ago(lambda: resolve_pending(store))
    land(store, world(5, 12))
    resolve_due(store)
    for events in told(store).values():
        assert all(before != after for before, after in pairwise(events))


def test_what_changed_before_the_upgrade_is_settled_along_with_it(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(40))
    long_ago(lambda: resolve_pending(store))
    land(store, world(41, 8))
    remove(store, {record.key for record in world(40)[10:14]})
    describe_anew(store)
    settled = told(store)
    resolve_due(store)
    assert told(store) == settled


def test_golden_ids_stay_and_changes_are_in_the_feed(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(7))
    long_ago(lambda: resolve_pending(store))
    with store.read() as tx:
        of_before = {row.id: row.golden_id for row in tx.execute(select(mapped_record))}
        last = max(tx.execute(select(change_event.c.sequence)).scalars())
    resolve_due(store)
    with store.read() as tx:
        of_now = {row.id: row.golden_id for row in tx.execute(select(mapped_record))}
        told = {*tx.execute(select(change_event.c.golden_id).where(change_event.c.sequence > last))}
    assert {*of_before.values()} & {*of_now.values()}
    moved = {id for id in of_now if of_now[id] != of_before[id]}
    assert moved
    assert {of_now[id] for id in moved} | {of_before[id] for id in moved} <= {id for (id,) in told}


def test_decisions_hold(store: Store, long_ago: Callable[[Callable[[], object]], None]) -> None:
    land(store, world(8))
    resolve_pending(store)
    groups = sorted(map(sorted, partition(store)))
    together = next(group[:2] for group in groups if group[1:])
    one, other = [group[0] for group in groups if together[0] not in group][:2]
    with store.write() as tx:
        words = (decisions.word(*together, same=False), decisions.word(one, other, same=True))
        decisions.add(tx, DecisionKind.MERGE, by="tests", at=SEEN, words=words)
        records_of.mark_pending(tx, [*together, one, other])
    resolve_pending(store)
    held = partition(store)
    long_ago(lambda: describe_anew(store, always=True))
    for now in (partition(store), partition(resolved(store))):
        home = {key: group for group in now for key in group}
        assert home[together[0]] is not home[together[1]]
        assert home[one] is home[other]
    assert partition(store) == held


def resolved(store: Store) -> Store:
    resolve_due(store)
    return store


def test_pinned_values_are_looked_up_by_still(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, [person("lone", family_name="遠山", given_name="金四郎")])
    long_ago(lambda: resolve_pending(store))
    (pinned,), key = active_goldens(store), ("phone", "+815055550123")
    with store.write() as tx:
        pins.pin(tx, pinned, "phones", "050-5555-0123", by="aki", reason="", at=SEEN)
    describe_anew(store)
    with store.read() as tx:
        assert [profile.id for profile in profiles.lookup(tx, [key])] == [pinned]


def test_nothing_is_written_where_only_the_version_is_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(store, world(9))
    with monkeypatch.context() as old:
        old.setattr("sync.models.force.description", lambda: OLDER)
        resolve_pending(store)
    before, ids = seen(store), active_goldens(store)
    with store.read() as tx:
        events = len(tx.execute(select(change_event)).all())
        assert described_otherwise(tx)
    resolve_due(store)
    with store.read() as tx:
        assert len(tx.execute(select(change_event)).all()) == events
        assert described_otherwise(tx) is None
    assert (seen(store), active_goldens(store)) == (before, ids)


def test_batches_wait_until_all_is_described_anew(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(10))
    long_ago(lambda: resolve_pending(store))
    land(store, [person("later", name="遠山 金四郎", emails=("kin@example.org",))])
    before = seen(store)
    with pytest.raises(DescribedOtherwiseError, match="daifuku resolve"):
        resolve_pending(store)
    assert seen(store) == before
    assert resolve_due(store).resolved == 1


def test_a_worker_describes_them_anew_with_nothing_to_resolve(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(14))
    long_ago(lambda: resolve_pending(store))
    sent: list[int] = []
    tick = Tick(store, sent.append, timedelta(seconds=30))
    tick.beat()
    for job in sent:
        assert Executor(store, BOX, 30.0).execute(job)
    with store.read() as tx:
        assert described_otherwise(tx) is None
    sent.clear()
    tick.beat()
    assert sent == []


def test_a_worker_leaves_what_a_newer_version_described_to_that_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(store, world(15))
    with monkeypatch.context() as newer:
        newer.setattr("sync.models.force.description", lambda: NEWER)
        resolve_pending(store)
    land(store, [person("later", name="遠山 金四郎")])
    sent: list[int] = []
    Tick(store, sent.append, timedelta(seconds=30)).beat()
    (job,) = sent
    assert Executor(store, BOX, 30.0).execute(job)
    assert (get(store, job).state, get(store, job).failures) == (jobs.QUEUED, 0)


def test_a_decision_waits_until_all_is_described_anew(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    land(store, world(16))
    long_ago(lambda: resolve_pending(store))
    one, other = sorted(active_goldens(store))[:2]
    order = Order(by="tests")
    with pytest.raises(DescribedOtherwiseError):
        merge(store, (one, other), order)
    with store.read() as tx:
        assert decisions.in_force(tx) == []


def test_a_hub_that_does_not_say_by_what_it_is_described_is_described_anew(store: Store) -> None:
    land(store, world(11))
    resolve_pending(store)
    with store.write() as tx:
        tx.execute(delete(model_in_force).where(model_in_force.c.kind == stored.DESCRIPTION))
    with pytest.raises(DescribedOtherwiseError):
        resolve_pending(store)
    assert resolve_due(store).resolved == 0
    with store.read() as tx:
        assert stored.standing(tx)[1] == description()


def test_what_a_newer_version_described_is_left_alone_until_told_otherwise(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(store, world(12))
    with monkeypatch.context() as newer:
        newer.setattr("sync.models.force.description", lambda: NEWER)
        resolve_pending(store)
    with pytest.raises(DescribedOtherwiseError, match="A newer version"):
        resolve_due(store)
    describe_anew(store, always=True)
    assert resolve_due(store).resolved == 0


def test_a_hub_without_records_is_described_by_whoever_comes_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.read() as tx:
        assert described_otherwise(tx) is None
    with monkeypatch.context() as old:
        old.setattr("sync.models.force.description", lambda: OLDER)
        resolve_pending(store)
    land(store, world(13))
    assert resolve_due(store).resolved == len(world(13))


def test_organisations_are_described_anew_too(
    store: Store, long_ago: Callable[[Callable[[], object]], None]
) -> None:
    firms = [
        MappedRecord(
            key=RecordKey("erp", "firms", str(number)),
            entity=Entity.ORGANIZATION,
            observed_at=SEEN,
            name="株式会社アクメ商事",
            phones=("06-1234-5678",),
            emails=(f"info{number}@acme.example.jp",),
            corporate_number="7000012050002",
        )
        for number in range(3)
    ]
    land(store, firms)
    long_ago(lambda: resolve_pending(store))
    resolve_due(store)
    with store.read() as tx:
        kinds = {kind for (kind,) in tx.execute(select(golden_key.c.kind))}
    assert {"phone", "email", "company"} <= kinds


def test_releases_of_the_tables_count_after_the_version() -> None:
    first, later = "1; anyascii 0.3.2; x 9.0.9", "1; anyascii 0.3.2; x 9.0.10"
    assert is_newer(later, first)
    assert not is_newer(first, later)
    assert not is_newer(first, first)
    assert is_newer("2; anyascii 0.1", later)
