"""Takes pending records in: what matching sees of them, and which feature sets come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from daifuku.storage.repositories.resolution.records import PendingRecord
from identity.features import features, to_json
from sync.resolution.members import Members
from sync.resolution.stored import Known, know


@dataclass(frozen=True, slots=True)
class Intake:
    """A batch, described. Feature sets are given by id; `known` has the features of each.

    `appeared` are stored just now, `vanished` ones have no record any more and are gone but for
    their block keys and links, `shaken` ones have other records than before, or records that
    say something else.
    """

    pending: Sequence[PendingRecord]
    set_of: Mapping[int, int]
    """The feature set of each pending record that is there, by the record's id."""
    members: Members
    known: Known
    appeared: frozenset[int]
    vanished: frozenset[int]
    shaken: frozenset[int]

    def of_entity(self, sets: frozenset[int], entity: Entity) -> set[int]:
        """Those of these feature sets that describe an `entity`."""
        return {id for id in sets if self.known[id].entity is entity}


def take_in(tx: Transaction, pending: Sequence[PendingRecord]) -> Intake:
    """Describe pending records, and store and remove feature sets accordingly."""
    described = {row.id: features(row.record) for row in pending if not row.removed}
    by_digest = {value.digest: value for value in described.values()}
    ids = blocks.ids_of(tx, by_digest)
    new = {
        digest: (value.entity.value, to_json(value))
        for digest, value in by_digest.items()
        if digest not in ids
    }
    added = blocks.add_sets(tx, new)
    ids |= added
    appeared = frozenset(added.values())
    set_of = {row: ids[value.digest] for row, value in described.items()}
    known: Known = {ids[digest]: value for digest, value in by_digest.items()}

    members = Members(tx, pending, set_of)
    members.are_new(appeared)
    left = {
        row.feature_set_id
        for row in pending
        if row.feature_set_id is not None and row.feature_set_id != set_of.get(row.id)
    }
    borne = {row.feature_set_id for row in members.of_sets(left)}
    vanished = frozenset(left - borne)
    know(tx, left, known)
    vanished &= known.keys()
    blocks.remove_sets(tx, vanished)
    shaken = frozenset((left & known.keys() | {*set_of.values()}) - appeared - vanished)
    return Intake(pending, set_of, members, known, appeared, vanished, shaken)
