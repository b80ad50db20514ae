"""Feature sets as the engine takes them, each read once a batch."""

from collections.abc import Iterable

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from identity.component import Node
from identity.features import Features, from_json

Known = dict[int, Features]
"""Features by the id of their set, as far as a batch has met them. Their keys are those of any
record that has them, or stand-ins: matching does not look at them."""


def know(tx: Transaction, ids: Iterable[int], known: Known) -> None:
    """Read those of these sets that are not known yet."""
    missing = [id for id in ids if id not in known]
    for id, stored in blocks.load_sets(tx, missing).items():
        key = RecordKey("feature_set", "", str(id))
        known[id] = from_json(key, Entity(stored.entity), stored.body)


def load_nodes(tx: Transaction, ids: Iterable[int], known: Known) -> dict[int, Node]:
    """These feature sets with all their records; a set without any is absent."""
    bearers = blocks.bearers_of_sets(tx, ids)
    know(tx, bearers, known)
    return {id: Node(known[id], tuple(records)) for id, records in bearers.items()}
