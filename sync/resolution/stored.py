"""Reads stored feature sets back as the engine takes them."""

from collections.abc import Iterable

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from identity.component import Node
from identity.features import Features, from_json


def load_features(tx: Transaction, ids: Iterable[int]) -> dict[int, Features]:
    """The features of these sets. Their key is a stand-in: scoring does not look at it."""
    return {
        id: from_json(RecordKey("feature_set", "", str(id)), Entity(stored.entity), stored.body)
        for id, stored in blocks.load_sets(tx, ids).items()
    }


def load_nodes(tx: Transaction, ids: Iterable[int]) -> dict[int, Node]:
    """These feature sets with all their records."""
    wanted = list(ids)
    bearers = blocks.bearers_of_sets(tx, wanted)
    return {
        id: Node(from_json(bearers[id][0], Entity(stored.entity), stored.body), tuple(bearers[id]))
        for id, stored in blocks.load_sets(tx, wanted).items()
    }
