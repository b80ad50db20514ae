"""All records of an entity described anew: their feature sets, and what follows from them.

It writes nothing until told to. Feature sets keep their ids where they can, so that few records
are written.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks, records
from daifuku.storage.repositories.resolution.current import leaving, settled_of
from daifuku.storage.repositories.resolution.golden import Membership
from identity.features import Features
from identity.features import described as described_as
from identity.model.types import Model
from sync.models.rebuild import Keys, Progress, Rebuilt, resolved
from sync.resolution.population import keys_of


@dataclass(frozen=True, slots=True)
class Described:
    """The records of one entity, described and resolved anew.

    Feature sets that are not stored yet have ids below zero.
    """

    rebuilt: Rebuilt
    bodies: Mapping[int, tuple[str, bytes]]
    """Digest and body of the feature sets that are new or say something else, by id."""
    moved: Mapping[int, int]
    """The feature set of each record that had another, by the record's id."""
    gone: frozenset[int]
    """Feature sets that no record has any more."""


def describe(tx: Transaction, model: Model, progress: Progress) -> Described:
    """Describe all records in golden records of the model's entity, and resolve them by decisions
    too. Those that await resolution are taken as they are now."""
    sets = _Sets(blocks.ids_by_digest(tx, model.entity.value), model)
    found = resolved(tx, model, sets.described(tx), sets.keys, progress)
    gone = {row.key: row for row in leaving(tx, model.entity)}
    rebuilt = replace(found, rows=found.rows | gone, leaving=frozenset(gone))
    return Described(rebuilt, sets.bodies, sets.moved, sets.gone)


def store_described(tx: Transaction, described: Described) -> Rebuilt:
    """Store the feature sets and which record has which; returns them resolved, all ids stored.

    Feature sets that are gone stay until their block keys and links went by `store_rebuilt`.
    """
    entity = described.rebuilt.model.entity.value
    said = described.bodies
    blocks.replace_sets(tx, entity, {id: of for id, of in said.items() if id > 0})
    new = {digest: (id, body) for id, (digest, body) in said.items() if id < 0}
    ids = blocks.add_sets(tx, {digest: (entity, body) for digest, (_, body) in new.items()})
    real = {new[digest][0]: id for digest, id in ids.items()}
    records.assign_sets(tx, {row: real.get(id, id) for row, id in described.moved.items()})
    return _renumbered(described.rebuilt, real) if real else described.rebuilt


@dataclass(slots=True)
class _Sets:
    """Feature sets as records come to be described: which is whose, and what it says."""

    stored: Mapping[str, int]
    model: Model
    keys: Keys = field(default_factory=lambda: (array("q"), array("q")))
    bodies: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    @property
    def gone(self) -> frozenset[int]:
        return frozenset(self.stored.values()) - self._taken

    def described(self, tx: Transaction) -> Iterator[tuple[Membership, Features]]:
        """Every record, with the feature set it has from now on."""
        for row, record in settled_of(tx, self.model.entity):
            value, body = described_as(record)
            id = self._ids.get(value.digest)
            if id is None:
                id = self._home(value.digest, row.feature_set_id)
                self._ids[value.digest] = id
                self._taken.add(id)
                self._note(id, value, body)
            if id == row.feature_set_id:
                yield row, value
            else:
                self.moved[row.record_id] = id
                yield replace(row, feature_set_id=id), value

    def _home(self, digest: str, had: int | None) -> int:
        """The id of the feature set that says so, else that of the record's own, else a new one."""
        for id in (self.stored.get(digest), had):
            if id is not None and id not in self._taken:
                return id
        return -len(self.bodies) - 1

    def _note(self, id: int, value: Features, body: bytes) -> None:
        if self.stored.get(value.digest) != id:
            self.bodies[id] = (value.digest, body)
        found = keys_of(value, self.model)
        self.keys[0].extend(found)
        self.keys[1].extend([id] * len(found))


def _renumbered(rebuilt: Rebuilt, real: Mapping[int, int]) -> Rebuilt:
    """The same with other ids of feature sets."""

    def named(id: int) -> int:
        return real.get(id, id)

    def renumbered(row: Membership) -> Membership:
        id = real.get(row.feature_set_id or 0)
        return row if id is None else replace(row, feature_set_id=id)

    rows = {key: renumbered(row) for key, row in rebuilt.rows.items()}
    links = []
    for link in rebuilt.links:
        a, b = sorted((named(link.a), named(link.b)))
        links.append(link._replace(a=a, b=b))
    keys = rebuilt.keys
    if keys is not None:
        keys = keys[0], array("q", map(named, keys[1]))
    return replace(rebuilt, rows=rows, links=links, keys=keys)
