"""Keeps feature sets, block keys and links equal to what a bulk pass would make of the records.

A link exists while its two feature sets share an active key and weigh enough. So a batch
touches the feature sets that came, those that went, and the bearers of keys that crossed
their cap on account of them; every other link is as it was.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks, links, records
from daifuku.storage.repositories.resolution.blocks import RuleKey
from daifuku.storage.repositories.resolution.links import SetLink
from daifuku.storage.repositories.resolution.records import PendingRecord, Resolved
from identity.blocking import block_keys, caps
from identity.features import Features, features, to_json
from identity.model.types import Model
from identity.resolve import links_between
from identity.scoring.weights import probability
from sync.resolution.stored import Known, know


@dataclass(slots=True)
class Touched:
    """Feature sets of one entity that a batch concerns; `dirty` ones need clustering again.

    `appeared` holds the block keys of those that are new.
    """

    appeared: dict[int, list[RuleKey]] = field(default_factory=dict)
    vanished: set[int] = field(default_factory=set)
    dirty: set[int] = field(default_factory=set)


def refresh(
    tx: Transaction,
    models: Mapping[Entity, Model],
    pending: Sequence[PendingRecord],
    known: Known,
) -> dict[Entity, set[int]]:
    """Take pending records in: afterwards they are no longer pending and the links are right.

    Returns, per entity, the feature sets whose components may have changed. `known` gains
    the features met on the way.
    """
    described = {row.id: features(row.record) for row in pending if not row.removed}
    touched = {entity: Touched() for entity in models}
    set_ids = _store_sets(tx, models, described.values(), touched)
    new_set = {row: set_ids[value.digest] for row, value in described.items()}
    known.update((new_set[row], value) for row, value in described.items())
    records.mark_resolved(
        tx, [Resolved(row.id, row.revision, new_set.get(row.id)) for row in pending]
    )
    for row, value in described.items():
        touched[value.entity].dirty.add(new_set[row])
    _find_vanished(tx, pending, touched)
    for entity, of_entity in touched.items():
        _relink(tx, models[entity], of_entity, known)
    return {entity: of_entity.dirty for entity, of_entity in touched.items()}


def _store_sets(
    tx: Transaction,
    models: Mapping[Entity, Model],
    described: Iterable[Features],
    touched: Mapping[Entity, Touched],
) -> dict[str, int]:
    by_digest = {value.digest: value for value in described}
    ids = blocks.ids_of(tx, by_digest)
    for entity, model in models.items():
        new = {
            digest: value
            for digest, value in by_digest.items()
            if value.entity is entity and digest not in ids
        }
        added = blocks.add_sets(tx, entity, {d: to_json(value) for d, value in new.items()})
        keys = {
            id: [(key.rule, key.key) for key in block_keys(new[digest], model)]
            for digest, id in added.items()
        }
        blocks.add_keys(tx, entity, keys)
        touched[entity].appeared.update(keys)
        ids.update(added)
    return ids


def _find_vanished(
    tx: Transaction, pending: Sequence[PendingRecord], touched: Mapping[Entity, Touched]
) -> None:
    left = {row.feature_set_id for row in pending if row.feature_set_id is not None}
    borne = blocks.bearers_of_sets(tx, left)
    for id, stored in blocks.load_sets(tx, left).items():
        of_entity = touched[Entity(stored.entity)]
        (of_entity.dirty if id in borne else of_entity.vanished).add(id)


def _relink(tx: Transaction, model: Model, touched: Touched, known: Known) -> None:
    went = touched.vanished
    keys_gone = blocks.keys_of(tx, went)
    blocks.remove_sets(tx, went)
    population = Population(tx, model)
    crossing = _crossing_keys(population, touched.appeared, keys_gone)
    affected = set(touched.appeared) | population.bearers(crossing)
    loosened = links.touching(tx, affected | went)
    links.remove_touching(tx, affected | went)
    older = affected - touched.appeared.keys()
    borne = {**touched.appeared, **blocks.keys_of(tx, older)}
    pairs = population.pairs({key for keys in borne.values() for key in keys}, affected)
    tied = _score(tx, model, pairs | {(id, id) for id in affected}, known)
    links.add(tx, tied, model.version)
    ends = {end for edge in (*loosened, *tied) for end in (edge.a, edge.b)}
    touched.dirty |= (affected | ends) - went


class Population:
    """How many feature sets bear each key, as the store has it now; each key is asked once."""

    def __init__(self, tx: Transaction, model: Model) -> None:
        self._tx = tx
        self._entity = model.entity
        self._caps = caps(model)
        self._counts: dict[RuleKey, int] = {}

    def count(self, keys: Iterable[RuleKey]) -> Mapping[RuleKey, int]:
        """The counts of at least these keys."""
        missing = {key for key in keys if key not in self._counts}
        self._counts |= dict.fromkeys(missing, 0)
        self._counts |= blocks.populations(self._tx, self._entity, missing)
        return self._counts

    def active(self, key: RuleKey, many: int) -> bool:
        """Whether a key is active while that many bear it."""
        return many <= self._caps[key[0]]

    def bearers(self, keys: Iterable[RuleKey]) -> set[int]:
        """The feature sets that bear any of these keys."""
        found = blocks.bearers_of_keys(self._tx, self._entity, keys)
        return {id for ids in found.values() for id in ids}

    def pairs(self, keys: Iterable[RuleKey], affected: Set[int]) -> set[tuple[int, int]]:
        """The pairs that share one of these keys while it is active, with an end in `affected`."""
        keys = set(keys)
        counts = self.count(keys)
        shared = [key for key in keys if counts[key] > 1 and self.active(key, counts[key])]
        return {
            (a, b)
            for ids in blocks.bearers_of_keys(self._tx, self._entity, shared).values()
            for a, b in combinations(sorted(ids), 2)
            if a in affected or b in affected
        }


def _crossing_keys(
    population: Population,
    keys_come: Mapping[int, Sequence[RuleKey]],
    keys_gone: Mapping[int, Sequence[RuleKey]],
) -> list[RuleKey]:
    """The keys that this batch took over their cap, or back under it."""
    change = Counter(key for keys in keys_come.values() for key in keys)
    change.subtract(key for keys in keys_gone.values() for key in keys)
    now = population.count(change)
    return [
        key
        for key, difference in change.items()
        if population.active(key, now[key]) != population.active(key, now[key] - difference)
    ]


def _score(
    tx: Transaction, model: Model, pairs: Set[tuple[int, int]], known: Known
) -> list[SetLink]:
    """The links among these pairs."""
    ids = {id for pair in pairs for id in pair}
    know(tx, ids, known)
    id_of = {known[id].digest: id for id in ids}
    found = links_between(((known[a], known[b]) for a, b in sorted(pairs)), model)
    ends = ((min(id_of[k.a], id_of[k.b]), max(id_of[k.a], id_of[k.b]), k.weight) for k in found)
    return [SetLink(a, b, weight, probability(weight)) for a, b, weight in ends]
