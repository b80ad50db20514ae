"""Takes pending records in: what matching sees of them, and which feature sets come and go."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks, nearby
from daifuku.storage.repositories.resolution.links import SetLink
from daifuku.storage.repositories.resolution.records import PendingRecord
from identity.features import Features, described
from sync.resolution.members import Members
from sync.resolution.stored import Known, take_over


@dataclass(frozen=True, slots=True)
class Intake:
    """A batch, described. Feature sets are given by id; `known` has the features of each.

    `appeared` are stored just now, `vanished` ones have no record any more and are gone but for
    their block keys and links, `shaken` ones have other records than before. `rewritten` ones
    kept their id while what their records say changed; given is what it was before.
    """

    pending: Sequence[PendingRecord]
    set_of: Mapping[int, int]
    """The feature set of each pending record that is there, by the record's id."""
    members: Members
    known: Known
    appeared: frozenset[int]
    vanished: frozenset[int]
    shaken: frozenset[int]
    rewritten: Mapping[int, Features]
    linked: tuple[Set[int], Sequence[SetLink]] = (frozenset(), ())
    """Feature sets and all links they had before the batch."""

    def of_entity(self, sets: Iterable[int], entity: Entity) -> set[int]:
        """Those of these feature sets that describe an `entity`."""
        return {id for id in sets if self.known[id].entity is entity}


def take_in(tx: Transaction, pending: Sequence[PendingRecord]) -> Intake:
    """Describe pending records, and store, rewrite and remove feature sets accordingly."""
    told = {row.id: described(row.record) for row in pending if not row.removed}
    value_of = {row: value for row, (value, _) in told.items()}
    by_digest = {value.digest: (value, body) for value, body in told.values()}
    held = {row.feature_set_id for row in pending if row.feature_set_id is not None}
    goldens = {row.golden_id for row in pending if row.golden_id is not None}
    around = nearby.read(tx, digests=by_digest, sets=held, goldens=goldens, linked=held)
    ids = around.ids
    known_as = {row: ids.get(value.digest) for row, value in value_of.items()}
    left = {
        row.feature_set_id
        for row in pending
        if row.feature_set_id is not None and row.feature_set_id != known_as.get(row.id)
    }
    known: Known = {}
    before = (row.feature_set for row in pending if row.feature_set_id in left)
    take_over({stored.id: stored for stored in before if stored is not None}.values(), known)
    ours = {row.id for row in pending}
    borne = {row.feature_set_id for row in around.of_sets if row.record_id not in ours}
    borne |= {*known_as.values()}
    abandoned = (left - borne) & known.keys()

    rewritten = _rewritten(pending, value_of, ids, {id: known[id] for id in abandoned})
    appeared = _store(tx, by_digest, ids, rewritten)
    known.update((ids[digest], value) for digest, (value, _) in by_digest.items())
    vanished = frozenset(abandoned - rewritten.keys())
    blocks.remove_sets(tx, vanished)

    set_of = {row: ids[value.digest] for row, value in value_of.items()}
    members = Members(tx, pending, set_of)
    members.were_read(around.of_sets, sets=held)
    members.were_read(around.of_goldens, goldens=goldens)
    members.are_new(appeared)
    stayed = left & known.keys() | {*set_of.values()}
    shaken = frozenset(stayed - appeared - vanished - rewritten.keys())
    return Intake(
        pending,
        set_of,
        members,
        known,
        appeared,
        vanished,
        shaken,
        rewritten,
        (held, around.links),
    )


def _rewritten(
    pending: Sequence[PendingRecord],
    value_of: Mapping[int, Features],
    ids: dict[str, int],
    abandoned: Mapping[int, Features],
) -> dict[int, Features]:
    """The feature sets that what one of their last records says now takes over, as they were.

    Most changes are of one record and one field: its block keys and links stay in their places
    but for those the field has a part in. The new digests join `ids`.
    """
    found: dict[int, Features] = {}
    for row in pending:
        now, id = value_of.get(row.id), row.feature_set_id
        if now is None or id is None or now.digest in ids or id in found:
            continue
        if id in abandoned and abandoned[id].entity is now.entity:
            found[id] = abandoned[id]
            ids[now.digest] = id
    return found


def _store(
    tx: Transaction,
    by_digest: Mapping[str, tuple[Features, bytes]],
    ids: dict[str, int],
    rewritten: Mapping[int, Features],
) -> frozenset[int]:
    """Store what is new; the ids of new feature sets join `ids`, and are returned."""
    digest_of = {id: digest for digest, id in ids.items()}
    again = {id: digest_of[id] for id in rewritten}
    blocks.rewrite_sets(tx, {id: (digest, by_digest[digest][1]) for id, digest in again.items()})
    new = {
        digest: (value.entity.value, body)
        for digest, (value, body) in by_digest.items()
        if digest not in ids
    }
    added = blocks.add_sets(tx, new)
    ids |= added
    return frozenset(added.values())
