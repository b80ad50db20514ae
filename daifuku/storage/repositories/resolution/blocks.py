"""Feature sets: what matching sees of records, independent of any model."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daifuku.records import RecordKey
from daifuku.storage.bulk import allocate_ids, insert_rows, update_rows
from daifuku.storage.driver import execute_in, fetch, fetch_in
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import feature_set


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A stored feature set; `body` is JSON as `identity.features` wrote it."""

    id: int
    entity: str
    body: bytes


def any_stored(tx: Transaction) -> bool:
    """Whether there is a feature set."""
    return bool(fetch(tx, "SELECT 1 FROM feature_set LIMIT 1"))


def ids_by_digest(tx: Transaction, entity: str) -> dict[str, int]:
    """The id of every feature set of `entity`, by its digest."""
    rows = fetch(tx, "SELECT digest, id FROM feature_set WHERE entity = ?", (entity,))
    return {bytes(digest).hex(): id for digest, id in rows}


def add_sets(tx: Transaction, sets: Mapping[str, tuple[str, bytes]]) -> dict[str, int]:
    """Store new feature sets, given as (entity, body) by digest, and return their ids."""
    if not sets:
        return {}
    ids = dict(zip(sets, allocate_ids(tx, feature_set, len(sets)), strict=True))
    rows = [
        (ids[digest], entity, bytes.fromhex(digest), body)
        for digest, (entity, body) in sets.items()
    ]
    insert_rows(tx, feature_set, ("id", "entity", "digest", "body"), rows)
    return ids


def rewrite_sets(tx: Transaction, sets: Mapping[int, tuple[str, bytes]]) -> None:
    """Store what feature sets are now, given as (digest, body) by id."""
    rows = [(id, bytes.fromhex(digest), body) for id, (digest, body) in sets.items()]
    update_rows(tx, feature_set, ("id", "digest", "body"), rows)


def replace_sets(tx: Transaction, entity: str, sets: Mapping[int, tuple[str, bytes]]) -> None:
    """As `rewrite_sets`, for sets of an `entity` that may take on digests others of them had."""
    remove_sets(tx, sets)
    rows = [(id, entity, bytes.fromhex(digest), body) for id, (digest, body) in sets.items()]
    insert_rows(tx, feature_set, ("id", "entity", "digest", "body"), rows)


def load_sets(tx: Transaction, ids: Iterable[int]) -> list[FeatureSet]:
    """These feature sets, as far as they are there, in any order."""
    query = "SELECT id, entity, body FROM feature_set WHERE id IN (*)"
    return [FeatureSet(*row) for row in fetch_in(tx, query, ids)]


def sets_after(tx: Transaction, entity: str, after: int, limit: int) -> list[FeatureSet]:
    """The next `limit` feature sets of `entity` whose ids are past `after`, by id."""
    query = (
        "SELECT id, entity, body FROM feature_set WHERE entity = ? AND id > ? ORDER BY id LIMIT ?"
    )
    return [FeatureSet(*row) for row in fetch(tx, query, (entity, after, limit))]


def remove_sets(tx: Transaction, ids: Iterable[int]) -> None:
    """Forget these feature sets; their block keys and links go separately."""
    execute_in(tx, "DELETE FROM feature_set WHERE id IN (*)", ids)


def bearers_of_sets(tx: Transaction, ids: Iterable[int]) -> dict[int, list[RecordKey]]:
    """The records of each feature set, sorted; a set without any is absent."""
    query = (
        "SELECT feature_set_id, source, stream, external_id, part"
        " FROM mapped_record WHERE feature_set_id IN (*)"
    )
    found: defaultdict[int, list[RecordKey]] = defaultdict(list)
    for id, *names in fetch_in(tx, query, ids):
        found[id].append(RecordKey(*names))
    return {id: sorted(keys) for id, keys in found.items()}
