"""What a version makes of all records, prepared beside readers and writers, then carried out.

Comparing all records takes longest and is done before the transaction that writes; it is done
again if something changed meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import Entity
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.shadows import Watermark
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models import carry, force, rewrite
from sync.models.carry import Carried, Homes
from sync.models.documents import Kind
from sync.models.rebuild import Progress, Rebuilt, rebuild, store_rebuilt
from sync.resolution import resolve_pending

_ATTEMPTS = 3
"""How often what was prepared may be overtaken by other writers before they are kept out."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a version makes of all records, and how far the hub was when that was found."""

    mark: Watermark
    content: Model | SurvivorshipRules
    homes: Homes | None
    rebuilt: Rebuilt | None
    rewritten: list[str]


def prepared_then(
    store: Store,
    kind: Kind,
    content: Callable[[Transaction], Model | SurvivorshipRules],
    work: Callable[[Transaction, Prepared], None],
    progress: Progress,
    *,
    before: Callable[[Transaction], None] = lambda _: None,
    homes: Callable[[Transaction, Rebuilt], Homes] | None = None,
) -> None:
    """Prepare, then do `work` in one transaction in which nothing has changed since.

    After some attempts the preparation is done inside that transaction, where nobody interferes.
    """
    for _ in range(_ATTEMPTS):
        resolve_pending(store)
        with store.read() as tx:
            before(tx)
            prepared = _prepare(tx, kind, content(tx), homes, progress)
        with store.write() as tx:
            lock(tx, "resolution")
            if shadows.watermark(tx) == prepared.mark:
                work(tx, prepared)
                return
    resolve_pending(store)
    with store.write() as tx:
        lock(tx, "resolution")
        work(tx, _prepare(tx, kind, content(tx), homes, progress))


def _prepare(
    tx: Transaction,
    kind: Kind,
    content: Model | SurvivorshipRules,
    homes: Callable[[Transaction, Rebuilt], Homes] | None,
    progress: Progress,
) -> Prepared:
    mark = shadows.watermark(tx)
    if isinstance(content, SurvivorshipRules):
        return Prepared(mark, content, None, None, rewrite.differing(tx, content, progress))
    base = force.models_in_force(tx)[Entity(kind.value)]
    rebuilt = rebuild(tx, content, base, progress)
    return Prepared(mark, content, homes(tx, rebuilt) if homes else None, rebuilt, [])


def carry_out(tx: Transaction, kind: Kind, prepared: Prepared, at: datetime) -> Carried:
    """Let the store be what was prepared."""
    force.record_in_force(tx, at)
    if prepared.rebuilt is not None:
        rules = force.rules_in_force(tx)
        done, contested = carry.carry_out(tx, prepared.rebuilt, rules, at, prepared.homes)
        store_rebuilt(tx, prepared.rebuilt)
        carry.review_all(tx, Entity(kind.value), prepared.rebuilt, contested, at)
        return done
    assert isinstance(prepared.content, SurvivorshipRules)  # noqa: S101 - it is no match model
    changed, by_entity = rewrite.rewrite(tx, prepared.content, prepared.rewritten, at)
    for entity, of_entity in by_entity.items():
        if of_entity:
            carry.review_around(tx, entity, [*of_entity], of_entity, at)
    return Carried(changed, {})
