"""Candidates that are no links, and that what changed cannot have made one."""

from collections.abc import Iterable, Mapping

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from identity.features_json import some_from_json
from identity.scoring.change import Change
from sync.resolution.graph import Pair
from sync.resolution.stored import Known, take_over


def hopeless(
    tx: Transaction, pairs: Iterable[Pair], changes: Mapping[int, Change], known: Known
) -> set[Pair]:
    """Those of these pairs whose match weight is at most what it was.

    One end of each is among `changes`. The others are looked at as far as their changes concern
    them; what the rest needs of them becomes known.
    """
    sides = {(a, b): (a, b) if a in changes else (b, a) for a, b in pairs}
    others = {other for _, other in sides.values()} - known.keys()
    bodies = {stored.id: stored for stored in blocks.load_sets(tx, others)}
    found: set[Pair] = set()
    for pair, (changed, other) in sides.items():
        change, there = changes[changed], known.get(other)
        if there is None:
            stored = bodies[other]
            there = some_from_json(stored.entity, stored.body, change.reads)
        if not change.may_gain(there):
            found.add(pair)
    needed = {other for pair, (_, other) in sides.items() if pair not in found}
    take_over((bodies[id] for id in needed & bodies.keys()), known)
    return found
