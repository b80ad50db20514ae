"""Block keys, hashed to 64 bits: where to look for feature sets worth comparing.

A hash stands for an entity, a rule and a value; two that fall together cost a comparison.
Which keys a feature set has follows from its features and the model in force, so that they are
not listed by feature set here.
"""

from collections.abc import Collection, Iterable

import orjson

from daifuku.storage.bulk import delete_pairs, insert_rows
from daifuku.storage.driver import execute, fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import block_key

KeyOfSet = tuple[int, int]
"""A hashed key and the id of a feature set that bears it."""

_BEARERS_SQLITE = """
SELECT wanted.value,
       (SELECT json_group_array(id) FROM
        (SELECT feature_set_id AS id FROM block_key WHERE key = wanted.value LIMIT ?))
FROM json_each(?) AS wanted
"""
_BEARERS_POSTGRES = """
SELECT wanted.key, ARRAY(
    SELECT b.feature_set_id FROM block_key b WHERE b.key = wanted.key LIMIT ?
)
FROM unnest(?::bigint[]) AS wanted (key)
"""


def add(tx: Transaction, keys: Iterable[KeyOfSet]) -> None:
    """Store keys of new feature sets."""
    insert_rows(tx, block_key, ("key", "feature_set_id"), sorted(keys))


def remove(tx: Transaction, keys: Iterable[KeyOfSet]) -> None:
    """Forget these keys of feature sets."""
    delete_pairs(tx, block_key, ("key", "feature_set_id"), keys)


def clear(tx: Transaction, entity: str) -> None:
    """Forget every key of every feature set of `entity`."""
    statement = (
        "DELETE FROM block_key"
        " WHERE feature_set_id IN (SELECT id FROM feature_set WHERE entity = ?)"
    )
    execute(tx, statement, (entity,))


def bearers(tx: Transaction, keys: Collection[int], at_most: int) -> dict[int, list[int]]:
    """The feature sets that bear each of these keys, no more than `at_most` of each."""
    if not keys:
        return {}
    if tx.dialect.name == "sqlite":
        rows = fetch(tx, _BEARERS_SQLITE, (at_most, orjson.dumps([*keys]).decode()))
        return {key: orjson.loads(ids) for key, ids in rows}
    return dict(fetch(tx, _BEARERS_POSTGRES, (at_most, [*keys])))
