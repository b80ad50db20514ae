"""Lets golden records be what another match model makes of them.

What costs time is prepared while others read and write (`sync.models.rebuild`). The rest happens
in the caller's transaction: readers see the hub before or after it and never between, and a fault
half way leaves no trace.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, golden, links
from daifuku.storage.repositories.resolution.golden import Membership
from identity.features import Features
from identity.survivorship.conflicts import FieldConflict
from identity.survivorship.rules import SurvivorshipRules
from sync.models.changes import Change, compare
from sync.models.rebuild import Rebuilt
from sync.resolution import review
from sync.resolution.golden import settle
from sync.resolution.intake import Intake
from sync.resolution.members import Members
from sync.resolution.pins import standing_pins
from sync.resolution.stored import Known, know

Homes = Mapping[int, str]
"""By the id of a mapped record, the golden record it is to speak for when ids are given."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done: the changes, and whose each record was before, by its id.

    That is all records: later syncs move others than those that change now, and the way back
    needs to know whose those were too.
    """

    changes: list[Change]
    golden_of: Mapping[int, str]


def carry_out(
    tx: Transaction,
    rebuilt: Rebuilt,
    rules: SurvivorshipRules,
    at: datetime,
    homes: Homes | None = None,
) -> tuple[Carried, Mapping[str, Sequence[FieldConflict]]]:
    """Give every cluster its golden record; those that stay as they are are not touched.

    With `homes` ids go by them and not by whose records are now. Returns what changed, and the
    conflicts of the golden records written.
    """
    entity = rebuilt.model.entity
    clusters = _differing(rebuilt, homes)
    concerned = (*(key for cluster in clusters for key in cluster), *rebuilt.leaving)
    rows = {key: rebuilt.rows[key] for key in concerned}
    held = {row.golden_id for row in rows.values() if row.golden_id}
    before = golden.load(tx, held)
    settled = settle(
        tx,
        entity,
        clusters,
        rows,
        intake=_nothing_pending(tx),
        features=_features(tx, rows),
        rules=rules,
        at=at,
        pins=partial(standing_pins, rules),
        speaking=None if homes is None else _speaking(rows, homes),
    )
    after = golden.load(tx, {*held, *settled.golden_of.values()})
    golden_of = {row.record_id: row.golden_id for row in rebuilt.rows.values() if row.golden_id}
    return Carried(compare(before, after), golden_of), settled.conflicts


def review_all(
    tx: Transaction,
    entity: Entity,
    rebuilt: Rebuilt,
    contested: Mapping[str, Sequence[FieldConflict]],
    at: datetime,
) -> None:
    """Ask stewards what there is to ask of any golden record of `entity`, and nothing else."""
    sets = {row.feature_set_id for row in rebuilt.rows.values() if row.feature_set_id}
    members = golden.members_of_sets(tx, sets)
    concerned = {row.golden_id for row in members if row.golden_id}
    concerned |= {row.golden_id for row in rebuilt.rows.values() if row.golden_id}
    _review(tx, entity, members, concerned, contested=contested, at=at)


def review_around(
    tx: Transaction,
    entity: Entity,
    golden_ids: Sequence[str],
    contested: Mapping[str, Sequence[FieldConflict]],
    at: datetime,
) -> None:
    """Ask stewards what there is to ask of these golden records, and nothing else of them."""
    own = {row.feature_set_id for row in golden.members(tx, golden_ids) if row.feature_set_id}
    ends = {end for edge in links.touching(tx, own) for end in (edge.a, edge.b)}
    members = golden.members_of_sets(tx, own | ends)
    _review(tx, entity, members, {*golden_ids}, contested=contested, at=at)


def _review(
    tx: Transaction,
    entity: Entity,
    members: list[Membership],
    concerned: set[str],
    *,
    contested: Mapping[str, Sequence[FieldConflict]],
    at: datetime,
) -> None:
    """`review.update` with the decisions in force."""
    sets = {row.feature_set_id for row in members if row.feature_set_id}
    review.update(
        tx,
        entity,
        members,
        links.touching(tx, sets),
        concerned=concerned,
        different=[word for word in decisions.in_force(tx) if not word.same],
        at=at,
        contested=contested,
    )


def _differing(rebuilt: Rebuilt, homes: Homes | None) -> list[tuple[RecordKey, ...]]:
    """The clusters that are no golden record as it stands, or may not have its id.

    An id that records of another cluster speak for too is theirs as well as this cluster's.
    """
    sizes = Counter(row.golden_id for row in rebuilt.rows.values())
    claims = Counter((homes or {}).values())

    def stands(cluster: tuple[RecordKey, ...]) -> bool:
        rows = [rebuilt.rows[key] for key in cluster]
        id = rows[0].golden_id
        if id is None or sizes[id] != len(rows) or any(row.golden_id != id for row in rows):
            return False
        if homes is None:
            return True
        spoken_for = [homes[row.record_id] for row in rows if row.record_id in homes]
        return spoken_for == [id] * claims[id]

    return [cluster for cluster in rebuilt.clusters if not stands(cluster)]


def _speaking(rows: Mapping[RecordKey, Membership], homes: Homes) -> dict[RecordKey, str]:
    return {key: homes[row.record_id] for key, row in rows.items() if row.record_id in homes}


def _features(tx: Transaction, rows: Mapping[RecordKey, Membership]) -> dict[RecordKey, Features]:
    known: Known = {}
    know(tx, {row.feature_set_id for row in rows.values() if row.feature_set_id}, known)
    return {key: known[row.feature_set_id] for key, row in rows.items() if row.feature_set_id}


def _nothing_pending(tx: Transaction) -> Intake:
    nothing: frozenset[int] = frozenset()
    return Intake((), {}, Members(tx, (), {}), {}, nothing, nothing, nothing, {})
