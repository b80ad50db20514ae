"""A first load in one go leaves the store as batches would."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from daifuku.records import MappedRecord
from daifuku.storage.engine import Store
from daifuku.storage.tables import (
    block_key,
    change_event,
    feature_set,
    golden_key,
    golden_record,
    link,
    mapped_record,
    review_task,
)
from demo.world import generate
from demo.world.mapped import mapped_records
from sync.resolution import resolve_pending
from tests.support.landed import land, partition, remove

ALWAYS, NEVER = 1, 10**9


@pytest.fixture(scope="module")
def world() -> list[MappedRecord]:
    return [record for record, _ in islice(mapped_records(generate(99, 300)), 240)]


def test_it_leaves_what_batches_leave(
    new_store: Callable[[], Store], world: list[MappedRecord]
) -> None:
    at_once, by_batches = new_store(), new_store()
    land(at_once, world)
    land(by_batches, world[::-1])
    first = resolve_pending(at_once, at_once_from=ALWAYS)
    resolve_pending(by_batches, at_once_from=NEVER, batch=100)

    assert first.resolved == len(world)
    receipt = first.receipt
    assert receipt.created + receipt.linked + receipt.held == len(world)
    assert partition(at_once) == partition(by_batches)
    assert evidence(at_once) == evidence(by_batches)
    assert served(at_once) == served(by_batches)
    assert asked(at_once) == asked(by_batches)


def test_what_comes_later_finds_everything_in_place(
    new_store: Callable[[], Store], world: list[MappedRecord]
) -> None:
    at_once, by_batches = new_store(), new_store()
    land(at_once, world[:180])
    resolve_pending(at_once, at_once_from=ALWAYS)
    land(at_once, world[180:])
    gone = [record.key for record in world[::7]]
    remove(at_once, gone)
    resolve_pending(at_once, at_once_from=ALWAYS, batch=50)

    land(by_batches, world)
    remove(by_batches, gone)
    resolve_pending(by_batches, at_once_from=NEVER)
    assert partition(at_once) == partition(by_batches)
    assert evidence(at_once) == evidence(by_batches)


def evidence(store: Store) -> list[Any]:
    """Feature sets, block keys and links, feature sets named by their digests."""
    digest = {row.id: row.digest for row in rows(store, feature_set)}
    return [
        sorted(digest.values()),
        sorted((row.key, digest[row.feature_set_id]) for row in rows(store, block_key)),
        sorted((*sorted((digest[r.a_id], digest[r.b_id])), r.weight) for r in rows(store, link)),
    ]


def served(store: Store) -> list[Any]:
    """What golden records in use say and by what they are found; ids depend on who came first."""
    said = []
    for row in rows(store, golden_record):
        body = orjson.loads(row.body)
        content = (body["fields"], body["lineage"], body["records"])
        said += [orjson.dumps(content)] if row.state == "active" else []
    keys = sorted((row.kind, row.value) for row in rows(store, golden_key))
    return [sorted(said), keys]


def asked(store: Store) -> list[Any]:
    """The open review tasks, by the records behind the golden records they are about."""
    behind: dict[str, set[tuple[str, str, str]]] = {}
    for row in rows(store, mapped_record):
        behind.setdefault(row.golden_id, set()).add((row.source, row.external_id, row.part))
    return sorted(
        (row.kind, *sorted((sorted(behind[row.golden_a]), sorted(behind[row.golden_b]))))
        for row in rows(store, review_task)
        if row.state == "open"
    )


def rows(store: Store, table: Any) -> Iterable[Any]:
    with store.read() as tx:
        return list(tx.execute(select(table)))


def test_each_golden_record_is_told_of_once(
    new_store: Callable[[], Store], world: list[MappedRecord]
) -> None:
    store = new_store()
    land(store, world)
    resolve_pending(store, at_once_from=ALWAYS)
    told = [(row.golden_id, row.kind, row.version) for row in rows(store, change_event)]
    assert sorted(told) == sorted((row.id, "created", 1) for row in rows(store, golden_record))
