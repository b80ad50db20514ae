"""What a version makes of all records, prepared beside readers and writers, then carried out.

Comparing all records takes longest and is done before the transaction that writes; it is done
again if something changed meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from daifuku.records import Entity
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories import shadows
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models import carry, force, rewrite
from sync.models.carry import Carried, Homes
from sync.models.changes import Change
from sync.models.documents import Kind
from sync.models.rebuild import Progress, Rebuilt, rebuild, store_rebuilt
from sync.resolution import resolve_pending

T = TypeVar("T")

_ATTEMPTS = 3
"""How often what was prepared may be overtaken by other writers before they are kept out."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a version makes of all records."""

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
    before: Callable[[Transaction], object] = lambda _: None,
    homes: Callable[[Transaction, Rebuilt], Homes] | None = None,
) -> None:
    """Prepare, then do `work` in one transaction in which nothing has changed since."""

    def prepare(tx: Transaction) -> Prepared:
        before(tx)
        return _prepare(tx, kind, content(tx), homes, progress)

    beside_others(store, prepare, work, first=lambda: resolve_pending(store))


def beside_others(
    store: Store,
    prepare: Callable[[Transaction], T],
    work: Callable[[Transaction, T], None],
    *,
    first: Callable[[], object] = lambda: None,
) -> None:
    """Prepare beside readers and writers, then do `work` with that where nothing has changed since.

    `first` is done before each attempt. After some the preparation is done inside the transaction
    of `work`, where nobody interferes.
    """
    for _ in range(_ATTEMPTS):
        first()
        with store.read() as tx:
            mark = shadows.watermark(tx)
            prepared = prepare(tx)
        with store.write() as tx:
            lock(tx, "resolution")
            if shadows.watermark(tx) == mark:
                work(tx, prepared)
                return
    first()
    with store.write() as tx:
        lock(tx, "resolution")
        work(tx, prepare(tx))


def _prepare(
    tx: Transaction,
    kind: Kind,
    content: Model | SurvivorshipRules,
    homes: Callable[[Transaction, Rebuilt], Homes] | None,
    progress: Progress,
) -> Prepared:
    if isinstance(content, SurvivorshipRules):
        return Prepared(content, None, None, rewrite.differing(tx, content, progress))
    base = force.models_in_force(tx)[Entity(kind.value)]
    rebuilt = rebuild(tx, content, base, progress)
    return Prepared(content, homes(tx, rebuilt) if homes else None, rebuilt, [])


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
    return Carried(rewrite_and_ask(tx, prepared.content, prepared.rewritten, at), {})


def rewrite_and_ask(
    tx: Transaction, rules: SurvivorshipRules, ids: Sequence[str], at: datetime
) -> list[Change]:
    """Write these golden records as the rules have them, and ask what there is to ask of them."""
    changed, by_entity = rewrite.rewrite(tx, rules, ids, at)
    for entity, of_entity in by_entity.items():
        if of_entity:
            carry.review_around(tx, entity, [*of_entity], of_entity, at)
    return changed
