"""Records that change a field at a time leave what a store has that knew their last words only."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from daifuku.records import Entity, Identifier, MappedRecord, RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.tables import block_key, feature_set, link
from demo.world import generate
from demo.world.mapped import mapped_records
from identity.model.load import shipped_models
from identity.model.types import Model
from sync.resolution import resolve_pending
from tests.support.landed import land, partition

FIELDS = ("emails", "phones", "addresses", "birth_date", "family_name", "given_name", "name")
TIGHT = {
    entity: replace(model, blocking=tuple(replace(rule, cap=3) for rule in model.blocking))
    for entity, model in shipped_models().items()
}
"""Models whose keys cross their caps again and again."""


@pytest.mark.parametrize("models", [shipped_models(), TIGHT], ids=["shipped", "tight caps"])
@pytest.mark.parametrize("seed", [1, 2])
def test_changes_leave_what_a_fresh_store_has(
    new_store: Callable[[], Store], models: Mapping[Entity, Model], seed: int
) -> None:
    rng, changing, fresh = Random(seed), new_store(), new_store()
    said = {r.key: r for r, _ in islice(mapped_records(generate(seed, 200)), 140)}
    land(changing, [*said.values()])
    resolve_pending(changing, models=models)
    for _ in range(20):
        batch = {key: said[key] for key in rng.sample(sorted(said), rng.choice((1, 1, 4, 20)))}
        changed = [altered(record, rng.choice([*said.values()]), rng) for record in batch.values()]
        said |= {record.key: record for record in changed}
        land(changing, changed)
        resolve_pending(changing, models=models)

    land(fresh, rng.sample([*said.values()], len(said)))
    resolve_pending(fresh, models=models)
    assert partition(changing) == partition(fresh)
    assert evidence(changing) == evidence(fresh)


def test_a_record_that_has_changed_already_may_wait_for_a_later_batch(store: Store) -> None:
    one = MappedRecord(
        key=RecordKey("crm", "customers", "1"),
        entity=Entity.PERSON,
        observed_at=datetime(2026, 4, 1, tzinfo=UTC),
        family_name="佐藤",
        given_name="花子",
        birth_date="1980-04-01",
        emails=("hanako@example.jp",),
    )
    same = replace(one, key=RecordKey("shop", "customers", "1"))
    land(store, [one, same])
    resolve_pending(store)
    more = replace(same, identifiers=(Identifier("erp_customer", "C-1"),))
    land(store, [replace(one, phones=("090-1111-2222",)), more])
    resolve_pending(store, batch=1)
    assert len(partition(store)) == 1


def altered(record: MappedRecord, donor: MappedRecord, rng: Random) -> MappedRecord:
    """The record with one field of another's, added to its own where it can have several."""
    field = rng.choice(FIELDS)
    own, other = getattr(record, field), getattr(donor, field)
    if isinstance(own, tuple) and rng.random() < 0.5:
        other = (*own, *other)
    changed: MappedRecord = replace(record, **{field: other})
    return changed


def evidence(store: Store) -> list[Any]:
    """Feature sets, block keys and links, feature sets named by their digests."""
    with store.read() as tx:
        digest = {row.id: row.digest for row in tx.execute(select(feature_set))}
        keys = sorted(
            (row.key, digest[row.feature_set_id]) for row in tx.execute(select(block_key))
        )
        links = sorted(
            (*sorted((digest[row.a_id], digest[row.b_id])), row.weight, row.probability)
            for row in tx.execute(select(link))
        )
    return [sorted(digest.values()), keys, links]
