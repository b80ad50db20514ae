"""Describes and resolves all records anew, where another version of Daifuku had described them.

Golden records keep their ids, decisions and pins hold, and what changes is in the feed. As for a
new model, all is compared beside readers and writers, and written in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from daifuku.logs import get_logger
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import blocks, golden
from identity.description import description
from identity.features import Features
from sync.models import carry, force, rewrite
from sync.models.changes import ACTIVE, Change
from sync.models.described import Described, describe, store_described
from sync.models.force import DescribedOtherwiseError
from sync.models.prepared import beside_others, rewrite_and_ask
from sync.models.rebuild import Progress, store_rebuilt
from sync.resolution import Outcome, resolve_pending
from sync.resolution.bodies import lookup_keys, pinned_keys
from sync.resolution.stored import Known, know

log = get_logger(__name__)

_PAGE = 1_000


def quiet(_what: str, _done: int, _of: int | None) -> None:
    """Progress that nobody follows."""


def resolve_due(
    store: Store,
    *,
    progress: Callable[[int, int], None] | None = None,
    describing: Progress = quiet,
) -> Outcome:
    """Resolve every pending record, and all others first where they were described otherwise.

    `progress` is that of `resolve_pending`, `describing` that of `describe_anew`.

    Raises:
        DescribedOtherwiseError: a newer version described them.
    """
    try:
        return resolve_pending(store, progress=progress)
    except DescribedOtherwiseError as error:
        if error.newer:
            raise
    describe_anew(store, describing)
    return resolve_pending(store, progress=progress)


@dataclass(frozen=True, slots=True)
class _Anew:
    """The records of each entity described anew, and the golden records that would say something
    else by the same records."""

    described: Sequence[Described]
    rewritten: Sequence[str]


def describe_anew(store: Store, progress: Progress = quiet, *, always: bool = False) -> None:
    """Describe and resolve all records anew, unless this version described them.

    With `always` even then, and where a newer version did.
    """

    def work(tx: Transaction, prepared: _Anew) -> None:
        if always or force.described_otherwise(tx):
            changed = _carry_out(tx, prepared, datetime.now(UTC), progress)
            log.info("all records are described anew", by=description(), golden=changed)

    beside_others(store, lambda tx: _prepare(tx, progress), work)


def _prepare(tx: Transaction, progress: Progress) -> _Anew:
    described = [describe(tx, model, progress) for model in force.models_in_force(tx).values()]
    return _Anew(described, rewrite.differing(tx, force.rules_in_force(tx), progress))


def _carry_out(tx: Transaction, prepared: _Anew, at: datetime, progress: Progress) -> int:
    """Let the store be what was prepared; returns how many golden records changed."""
    force.record_in_force(tx, at)
    rules = force.rules_in_force(tx)
    changed: list[Change] = []
    for described in prepared.described:
        rebuilt = store_described(tx, described)
        done, contested = carry.carry_out(tx, rebuilt, rules, at)
        store_rebuilt(tx, rebuilt)
        blocks.remove_sets(tx, described.gone)
        carry.review_all(tx, rebuilt.model.entity, rebuilt, contested, at)
        changed += done.changes
    there = golden.load(tx, prepared.rewritten)
    active = [id for id in prepared.rewritten if there[id].state == ACTIVE]
    changed += rewrite_and_ask(tx, rules, active, at)
    _look_up(tx, progress)
    stored.put_in_force(tx, stored.DESCRIPTION, description(), at)
    return len({change.golden_id for change in changed})


def _look_up(tx: Transaction, progress: Progress) -> None:
    """Let every golden record in use be found by what its records and pins say now."""
    after, seen = "", 0
    while page := profiles.page(tx, after, _PAGE):
        after, seen = page[-1].id, seen + len(page)
        members = golden.members(tx, [row.id for row in page])
        known: Known = {}
        know(tx, {row.feature_set_id for row in members if row.feature_set_id}, known)
        said: dict[str, list[Features]] = {row.id: [] for row in page}
        for row in members:
            if row.golden_id and row.feature_set_id in known:
                said[row.golden_id].append(known[row.feature_set_id])
        keys = {id: lookup_keys(values) for id, values in said.items()}
        of_entity = {row.id: row.entity for row in page}
        for id, pins in rewrite.pins_on(tx, [*said]).items():
            keys[id] |= pinned_keys(of_entity[id], pins)
        golden.replace_keys(tx, keys)
        progress("looking values up", seen, None)
