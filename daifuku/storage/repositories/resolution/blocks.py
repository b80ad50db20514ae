"""Feature sets and their block keys: what matching sees of records, and where it looks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from daifuku.records import RecordKey
from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import chunks, select_in
from daifuku.storage.tables import block_key, feature_set, mapped_record

RuleKey = tuple[str, str]
"""A blocking rule and one of its keys."""


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A stored feature set; `body` is JSON as `identity.features` wrote it."""

    id: int
    entity: str
    digest: str
    body: bytes


def ids_of(tx: Transaction, digests: Iterable[str]) -> dict[str, int]:
    """The ids of the feature sets that exist, by digest."""
    query = select(feature_set.c.id, feature_set.c.digest)
    rows = select_in(tx, query, feature_set.c.digest, map(bytes.fromhex, digests))
    return {row.digest.hex(): row.id for row in rows}


def add_sets(tx: Transaction, entity: str, bodies: Mapping[str, bytes]) -> dict[str, int]:
    """Store feature sets, given as body by digest, and return their ids."""
    if not bodies:
        return {}
    rows = [(entity, bytes.fromhex(digest), body) for digest, body in bodies.items()]
    insert_rows(tx, feature_set, ("entity", "digest", "body"), rows)
    return ids_of(tx, bodies)


def load_sets(tx: Transaction, ids: Iterable[int]) -> dict[int, FeatureSet]:
    """These feature sets, by id."""
    return {
        row.id: FeatureSet(row.id, row.entity, row.digest.hex(), row.body)
        for row in select_in(tx, select(feature_set), feature_set.c.id, ids)
    }


def remove_sets(tx: Transaction, ids: Iterable[int]) -> None:
    """Forget these feature sets and their keys."""
    for piece in chunks(ids):
        tx.execute(delete(feature_set).where(feature_set.c.id.in_(piece)))
        tx.execute(delete(block_key).where(block_key.c.feature_set_id.in_(piece)))


def bearers_of_sets(tx: Transaction, ids: Iterable[int]) -> dict[int, list[RecordKey]]:
    """The records of each feature set, sorted; a set without any is absent."""
    columns = mapped_record.c
    query = select(
        columns.feature_set_id, columns.source, columns.stream, columns.external_id, columns.part
    )
    found: defaultdict[int, list[RecordKey]] = defaultdict(list)
    for row in select_in(tx, query, columns.feature_set_id, ids):
        key = RecordKey(row.source, row.stream, row.external_id, row.part)
        found[row.feature_set_id].append(key)
    return {id: sorted(keys) for id, keys in found.items()}


def add_keys(tx: Transaction, entity: str, keys: Mapping[int, Iterable[RuleKey]]) -> None:
    """Store the block keys of new feature sets."""
    rows = [(id, entity, rule, key) for id, of_set in keys.items() for rule, key in of_set]
    insert_rows(tx, block_key, ("feature_set_id", "entity", "rule", "key"), rows)


def keys_of(tx: Transaction, ids: Iterable[int]) -> dict[int, list[RuleKey]]:
    """The block keys of these feature sets."""
    columns = block_key.c
    query = select(columns.feature_set_id, columns.rule, columns.key)
    found: defaultdict[int, list[RuleKey]] = defaultdict(list)
    for row in select_in(tx, query, columns.feature_set_id, ids):
        found[row.feature_set_id].append((row.rule, row.key))
    return dict(found)


def populations(tx: Transaction, entity: str, keys: Iterable[RuleKey]) -> dict[RuleKey, int]:
    """How many feature sets of `entity` bear each key; a key nobody bears is absent."""
    wanted = set(keys)
    columns = block_key.c
    query = select(columns.rule, columns.key, func.count().label("bearers")).group_by(
        columns.rule, columns.key
    )
    names = {key for _, key in wanted}
    rows = select_in(tx, query, columns.key, names, columns.entity == entity)
    return {(row.rule, row.key): row.bearers for row in rows if (row.rule, row.key) in wanted}


def bearers_of_keys(
    tx: Transaction, entity: str, keys: Iterable[RuleKey]
) -> dict[RuleKey, list[int]]:
    """The feature sets of `entity` that bear each of these keys."""
    wanted = set(keys)
    columns = block_key.c
    query = select(columns.rule, columns.key, columns.feature_set_id)
    found: defaultdict[RuleKey, list[int]] = defaultdict(list)
    names = {key for _, key in wanted}
    for row in select_in(tx, query, columns.key, names, columns.entity == entity):
        if (row.rule, row.key) in wanted:
            found[row.rule, row.key].append(row.feature_set_id)
    return dict(found)
