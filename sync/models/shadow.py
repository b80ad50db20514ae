"""Trying another match model or other survivorship rules, applying them, and the way back.

A try does all that applying would do, to the letter, and then undoes its transaction: what it
names is what applying does. Applying is one transaction. That holds other writers up for as long
as writing takes, and spares readers any state between; what takes longest, comparing all records,
is done before it begins, and again if something changed meanwhile.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson

from daifuku.errors import ConflictError, NotFoundError
from daifuku.records import Entity
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.models import InForce
from daifuku.storage.repositories.shadows import StoredShadow, Watermark
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models import carry, changes, force, rewrite
from sync.models.carry import Carried, Homes
from sync.models.changes import Change
from sync.models.documents import Document, Kind, Origin, to_store
from sync.models.rebuild import Progress, Rebuilt, rebuild, store_rebuilt
from sync.resolution import resolve_pending

_ATTEMPTS = 3
"""How often what was prepared may be overtaken by other writers before they are kept out."""


class _UndoError(Exception):
    """Ends a transaction whose outcome is wanted and whose effect is not."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a version makes of all records, and how far the hub was when that was found."""

    mark: Watermark
    content: Model | SurvivorshipRules
    homes: Homes | None
    rebuilt: Rebuilt | None
    rewritten: list[str]


def quiet(_what: str, _done: int, _of: int | None) -> None:
    """Progress that nobody follows."""


def add_version(store: Store, document: Document, origin: Origin = Origin.ADDED) -> bool:
    """Store a version without putting it in force; False if it is there already."""
    with store.write() as tx:
        force.record_in_force(tx, datetime.now(UTC))
        return stored.add(tx, to_store(document, origin, datetime.now(UTC)))


def try_version(store: Store, document: Document, progress: Progress = quiet) -> StoredShadow:
    """A shadow run of a version: what would change if it were in force. Nothing does.

    Records that await resolution are resolved first, under what is in force.
    """
    add_version(store, document)
    found: list[Change] = []

    def attempt(tx: Transaction, prepared: _Prepared) -> None:
        found[:] = _carry_out(tx, document.kind, prepared, datetime.now(UTC)).changes
        raise _UndoError

    with suppress(_UndoError):
        _prepared_then(store, document.kind, lambda _: document.content, attempt, progress)
    with store.write() as tx:
        at = datetime.now(UTC)
        base = force.version_in_force(tx, document.kind)
        digest = changes.digest(found)
        run = StoredShadow(
            id=_shadow_id(base, document.version, digest, at),
            kind=document.kind,
            base=base,
            version=document.version,
            state=shadows.OPEN,
            digest=digest,
            summary=orjson.dumps(changes.summary(found)),
            records_to=None,
            at=at,
        )
        shadows.save(tx, run, changes.as_stored(found))
    return run


def apply(store: Store, shadow_id: str, progress: Progress = quiet) -> StoredShadow:
    """Put the version of a shadow run in force: exactly the changes it named happen.

    Raises:
        NotFoundError: there is no such run.
        ConflictError: it was applied already, another version is in force by now, or records
            changed so that something else would happen.
    """
    with store.read() as tx:
        run = find(tx, shadow_id)

    def attempt(tx: Transaction, prepared: _Prepared) -> None:
        _check_open(tx, run.id)
        at = datetime.now(UTC)
        done = _carry_out(tx, Kind(run.kind), prepared, at)
        if changes.digest(done.changes) != run.digest:
            raise ConflictError(
                "Records changed since the try, and something else would happen now.",
                hint=f"Try again: daifuku model try {run.version}",
            )
        shadows.mark_applied(tx, run.id, done.golden_of)
        stored.put_in_force(tx, run.kind, run.version, at, run.id)

    _prepared_then(
        store,
        Kind(run.kind),
        lambda tx: force.document(tx, run.version).content,
        attempt,
        progress,
        before=lambda tx: _check_open(tx, run.id),
    )
    return replace(run, state=shadows.APPLIED)


def rollback(store: Store, kind: Kind, progress: Progress = quiet) -> tuple[str, dict[str, int]]:
    """Put the version before the one in force back: golden records get their ids and values back.

    Returns the version that is in force now, and how many golden records changed how.

    Raises:
        ConflictError: nothing was applied that could be rolled back.
    """
    with store.read() as tx:
        run, brought = _last_applied(tx, kind)
    counted: dict[str, int] = {}

    def attempt(tx: Transaction, prepared: _Prepared) -> None:
        if _last_applied(tx, kind)[0].id != run.id:
            raise ConflictError("Another version came into force meanwhile.", hint="Look again.")
        at = datetime.now(UTC)
        counted.update(changes.summary(_carry_out(tx, kind, prepared, at).changes))
        shadows.mark_rolled_back(tx, run.id)
        stored.put_in_force(tx, kind, run.base, at, brought)

    _prepared_then(
        store,
        kind,
        lambda tx: force.document(tx, run.base).content,
        attempt,
        progress,
        homes=lambda tx, rebuilt: _former_homes(tx, run.id, rebuilt),
    )
    return run.base, counted


def find(tx: Transaction, shadow_id: str) -> StoredShadow:
    """The shadow run of that id; `last` is the newest.

    Raises:
        NotFoundError: there is none.
    """
    newest = shadows.latest(tx, 1) if shadow_id == "last" else []
    run = newest[0] if newest else shadows.find(tx, shadow_id)
    if run is None:
        raise NotFoundError(
            f"There is no shadow run {shadow_id[:64]!r}.",
            hint="`daifuku model try` makes one and prints its id.",
        )
    return run


def _prepared_then(
    store: Store,
    kind: Kind,
    content: Callable[[Transaction], Model | SurvivorshipRules],
    work: Callable[[Transaction, _Prepared], None],
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
) -> _Prepared:
    mark = shadows.watermark(tx)
    if isinstance(content, SurvivorshipRules):
        return _Prepared(mark, content, None, None, rewrite.differing(tx, content, progress))
    base = force.models_in_force(tx)[Entity(kind.value)]
    rebuilt = rebuild(tx, content, base, progress)
    return _Prepared(mark, content, homes(tx, rebuilt) if homes else None, rebuilt, [])


def _carry_out(tx: Transaction, kind: Kind, prepared: _Prepared, at: datetime) -> Carried:
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


def _check_open(tx: Transaction, shadow_id: str) -> None:
    run = find(tx, shadow_id)
    if run.state != shadows.OPEN:
        raise ConflictError(
            f"The shadow run {run.id} is {run.state.replace('_', ' ')}.",
            hint=f"Try again: daifuku model try {run.version}",
        )
    in_force = force.version_in_force(tx, Kind(run.kind))
    if in_force != run.base:
        raise ConflictError(
            f"{in_force} came into force since the try.",
            hint=f"Try again: daifuku model try {run.version}",
        )


def _last_applied(tx: Transaction, kind: Kind) -> tuple[StoredShadow, str | None]:
    """The applied run that brought what is in force, and the one that had brought its base."""
    history = stored.history(tx, kind)
    if not history or history[0].shadow_id is None:
        raise ConflictError(
            f"No {kind} version was applied that could be rolled back.",
            hint="`daifuku model list` shows what is in force, and since when.",
        )
    run = find(tx, history[0].shadow_id)
    return run, _brought(history, run)


def _brought(history: list[InForce], run: StoredShadow) -> str | None:
    """The run that had brought a run's base into force, None where it came by itself."""
    first = next(i for i, row in enumerate(history) if row.shadow_id == run.id)
    while first + 1 < len(history) and history[first + 1].shadow_id == run.id:
        first += 1
    earlier = next((row for row in history[first + 1 :] if row.version == run.base), None)
    return earlier.shadow_id if earlier else None


def _former_homes(tx: Transaction, shadow_id: str, rebuilt: Rebuilt) -> Homes:
    """Whose each record was before the run was applied; records that came later have none."""
    run = find(tx, shadow_id)
    remembered: Mapping[int, str] = shadows.members(tx, shadow_id)
    last = run.records_to or 0
    return {
        row.record_id: remembered.get(row.record_id, row.golden_id)
        for row in rebuilt.rows.values()
        if row.golden_id is not None and row.record_id <= last
    }


def _shadow_id(base: str, version: str, digest: bytes, at: datetime) -> str:
    text = f"{base}\0{version}\0{digest.hex()}\0{at.isoformat()}"
    return f"s_{hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"
