"""Feature sets as the engine takes them, each read once a batch and parsed seldom."""

from collections.abc import Iterable
from functools import lru_cache

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from daifuku.storage.repositories.resolution.blocks import FeatureSet
from identity.features import Features
from identity.features_json import from_json

Known = dict[int, Features]
"""Features by the id of their set, as far as a batch has met them. Their keys are those of any
record that has them, or stand-ins: matching does not look at them."""

PARSED = 20_000
"""Feature sets a process keeps parsed, some 4 kB each."""

_ANY = RecordKey("feature_set", "", "")


def know(tx: Transaction, ids: Iterable[int], known: Known) -> None:
    """Read those of these sets that are not known yet."""
    take_over(blocks.load_sets(tx, {*ids} - known.keys()), known)


def take_over(sets: Iterable[FeatureSet], known: Known) -> None:
    """Make these feature sets known."""
    for stored in sets:
        known[stored.id] = _parsed(stored.entity, stored.body)


@lru_cache(maxsize=PARSED)
def _parsed(entity: str, body: bytes) -> Features:
    """Kept by content, so that nothing any writer does can make it wrong."""
    return from_json(_ANY, Entity(entity), body)
