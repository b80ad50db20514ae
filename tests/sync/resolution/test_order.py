"""The order in which records arrive does not matter: one by one, in batches, or all at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from daifuku.storage.engine import Store
from demo.world import generate
from demo.world.mapped import mapped_records
from identity.model.load import shipped_models
from identity.model.types import Model
from identity.resolve import resolve
from sync.resolution import resolve_pending
from tests.support.landed import active_goldens, land, partition, remove

SEEN = datetime(2026, 4, 1, tzinfo=UTC)

names = st.sampled_from(
    [("佐藤", "花子"), ("佐藤", "太郎"), ("髙橋", "一郎"), ("高橋", "一郎"), ("鈴木", "次郎"), None]
)
emails = st.sampled_from(["hanako@example.jp", "taro@example.com", "info@example.co.jp", None])
phones = st.sampled_from(["090-1111-2222", "0311112222", "03-1111-2222", None])
dates = st.sampled_from(["1980-04-01", "昭和55年4月1日", "1990-12-24", None])
addresses = st.sampled_from(["東京都千代田区丸の内1-2-3", "東京都千代田区丸の内一丁目2番3号", None])
numbers = st.sampled_from(["C-1", "C-2", None])


@st.composite
def persons(draw: st.DrawFn, number: int) -> MappedRecord:
    name, email, phone = draw(names), draw(emails), draw(phones)
    address, customer = draw(addresses), draw(numbers)
    return MappedRecord(
        key=RecordKey(draw(st.sampled_from(["crm", "shop"])), "customers", f"{number}"),
        entity=Entity.PERSON,
        observed_at=SEEN,
        family_name=name[0] if name else None,
        given_name=name[1] if name else None,
        birth_date=draw(dates),
        emails=(email,) if email else (),
        phones=(phone,) if phone else (),
        addresses=(Address(text=address),) if address else (),
        identifiers=(Identifier("erp_customer", customer),) if customer else (),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[MappedRecord]:
    size = draw(st.integers(1, 14))
    return [draw(persons(number)) for number in range(size)]


TIGHT = {
    entity: replace(model, blocking=tuple(replace(rule, cap=2) for rule in model.blocking))
    for entity, model in shipped_models().items()
}
"""Models whose keys go inactive as soon as three feature sets bear them."""


@pytest.mark.parametrize("models", [shipped_models(), TIGHT], ids=["shipped", "tight caps"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), data=st.data())
def test_any_order_and_batching_gives_the_clusters_of_a_bulk_pass(
    new_store: Callable[[], Store],
    models: Mapping[Entity, Model],
    world: list[MappedRecord],
    data: st.DataObject,
) -> None:
    store = new_store()
    earlier = [data.draw(persons(number)) for number in range(data.draw(st.integers(0, 4)))]
    arrivals = earlier + data.draw(st.permutations(world))
    size = data.draw(st.integers(1, 5))
    for start in range(0, len(arrivals), size):
        land(store, arrivals[start : start + size])
        if data.draw(st.booleans()):
            resolve_pending(store, models=models, batch=data.draw(st.integers(1, 7)))
    last = {record.key: record for record in arrivals}
    gone = data.draw(st.sets(st.sampled_from(sorted(last))))
    remove(store, gone)
    resolve_pending(store, models=models, batch=3)

    kept = [record for key, record in last.items() if key not in gone]
    bulk = in_bulk(kept, models)
    assert partition(store) == bulk
    assert len(active_goldens(store)) == len(bulk)


@pytest.mark.parametrize("seed", [1, 2])
def test_records_that_go_and_come_again_leave_the_clusters_of_a_bulk_pass(
    new_store: Callable[[], Store], seed: int
) -> None:
    """Keys cross their caps in both directions: in a demo world few keys have two bearers only."""
    rng, store = Random(seed), new_store()
    world = [record for record, _ in islice(mapped_records(generate(7, 160)), 120)]
    arrivals = rng.sample(world, len(world))
    fickle = arrivals[:30]
    for page in pages(arrivals, rng):
        land(store, page)
        resolve_pending(store, models=TIGHT)
    for page in pages(fickle[::-1], rng):
        remove(store, [record.key for record in page])
        resolve_pending(store, models=TIGHT)
    stayed = [record for record in world if record not in fickle]
    assert partition(store) == in_bulk(stayed, TIGHT)

    for page in pages(rng.sample(fickle, len(fickle)), rng):
        land(store, page)
        resolve_pending(store, models=TIGHT)
    assert partition(store) == in_bulk(world, TIGHT)


def pages(records: Sequence[MappedRecord], rng: Random) -> Iterator[Sequence[MappedRecord]]:
    """The records in batches of mixed sizes."""
    rest = iter(records)
    while page := list(islice(rest, rng.choice((1, 5, 40)))):
        yield page


def in_bulk(
    records: Sequence[MappedRecord], models: Mapping[Entity, Model]
) -> set[frozenset[RecordKey]]:
    return {frozenset(cluster.members) for cluster in resolve(records, models).clusters}


def test_what_came_and_went_leaves_no_trace(new_store: Callable[[], Store]) -> None:
    store = new_store()
    alone = person("crm", "1", emails=("hanako@example.jp",), birth_date="1980-04-01")
    bridge = person("shop", "1", emails=("hanako@example.jp",), birth_date="1980-04-01")
    land(store, [alone])
    resolve_pending(store)
    before = active_goldens(store)

    land(store, [bridge])
    resolve_pending(store)
    assert partition(store) == {frozenset({alone.key, bridge.key})}
    remove(store, [bridge.key])
    resolve_pending(store)

    assert partition(store) == {frozenset({alone.key})}
    assert active_goldens(store) == before


def person(source: str, external_id: str, **fields: Any) -> MappedRecord:
    return MappedRecord(
        key=RecordKey(source, "customers", external_id),
        entity=Entity.PERSON,
        observed_at=SEEN,
        family_name="佐藤",
        given_name="花子",
        **fields,
    )
