"""All current records of an entity under another match model: links, clusters, block keys.

It reads the stored feature sets in pages and keeps them encoded. It writes nothing until told to.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import block_keys, blocks, decisions, golden, links
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from identity.bulk import BulkTable, groups_of
from identity.encoded import Encoder
from identity.features import Features, with_key
from identity.features_json import from_json
from identity.model.types import Model
from identity.scoring.weights import probability
from sync.resolution.population import keys_of

_PAGE = 10_000
_WRITTEN_AT_ONCE = 200_000

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is done, and of how much where that is known."""

Keys = tuple["array[int]", "array[int]"]
"""Block keys as they are stored, and beside each a feature set that bears it."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The records of one entity under `model`; `keys` are None where they are those stored.

    `rows` has those that are `leaving` too: they belong to golden records, and to no cluster.
    """

    model: Model
    rows: dict[RecordKey, Membership]
    clusters: list[tuple[RecordKey, ...]]
    links: list[SetLink]
    keys: Keys | None
    leaving: frozenset[RecordKey] = frozenset()


def rebuild(tx: Transaction, model: Model, base: Model, progress: Progress) -> Rebuilt:
    """Resolve all current records under `model`; `base` is the model in force."""
    alike = model.blocking == base.blocking and model.readings == base.readings
    keys = None if alike else (array("q"), array("q"))

    def gather(id: int, value: Features) -> None:
        if keys is not None:
            found = keys_of(value, model)
            keys[0].extend(found)
            keys[1].extend([id] * len(found))

    return resolved(tx, model, records_of(tx, model.entity, gather), keys, progress)


def resolved(
    tx: Transaction,
    model: Model,
    records: Iterable[tuple[Membership, Features]],
    keys: Keys | None,
    progress: Progress,
) -> Rebuilt:
    """Resolve these records, which are all there are, in the light of decisions.

    `keys` are complete once `records` are read through.
    """
    rows: dict[RecordKey, Membership] = {}
    encoder = Encoder(model.entity)
    for number, (row, value) in enumerate(records, 1):
        rows[row.key] = row
        encoder.append(value)
        if number % _PAGE == 0:
            progress("reading records", number, None)
    table = BulkTable(encoder.encoded(), model)
    found = table.find_links(lambda done, of: progress("comparing pairs", done, of))
    progress("clustering", 0, None)
    names = table.encoded.keys
    clusters = [
        tuple(names[record] for record in group.tolist())
        for group in groups_of(table.clusters(decisions.in_force(tx)))
    ]
    set_of = [rows[names[record]].feature_set_id or 0 for record in table.encoded.first.tolist()]
    ends = np.asarray(set_of, np.int64)
    columns = (ends[found.a].tolist(), ends[found.b].tolist(), found.weights.tolist())
    edges = [
        SetLink(min(a, b), max(a, b), weight, probability(weight, model))
        for a, b, weight in zip(*columns, strict=True)
    ]
    return Rebuilt(model, rows, clusters, edges, keys)


def store_rebuilt(tx: Transaction, rebuilt: Rebuilt) -> None:
    """Let the links and block keys be those of the rebuilt records."""
    entity = rebuilt.model.entity.value
    links.clear(tx, entity)
    rest = iter(sorted(rebuilt.links))
    while piece := list(islice(rest, _WRITTEN_AT_ONCE)):
        links.add(tx, piece, rebuilt.model.version)
    if rebuilt.keys is None:
        return
    block_keys.clear(tx, entity)
    keys, sets = rebuilt.keys
    for start in range(0, len(keys), _WRITTEN_AT_ONCE):
        end = start + _WRITTEN_AT_ONCE
        block_keys.add(tx, zip(keys[start:end], sets[start:end], strict=True))


def records_of(
    tx: Transaction, entity: Entity, on_set: Callable[[int, Features], None] = lambda *_: None
) -> Iterator[tuple[Membership, Features]]:
    """Every resolved record with its features; `on_set` is told each feature set once."""
    after = 0
    while page := blocks.sets_after(tx, entity.value, after, _PAGE):
        after = page[-1].id
        bodies = {stored.id: stored.body for stored in page}
        of_set: dict[int, Features] = {}
        for row in golden.members_of_sets(tx, bodies):
            id = row.feature_set_id or 0
            if id not in of_set:
                of_set[id] = from_json(row.key, entity, bodies[id])
                on_set(id, of_set[id])
            yield row, with_key(of_set[id], row.key)
