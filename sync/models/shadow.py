"""Trying another match model or other survivorship rules, applying them, and the way back.

A try does all that applying would do, to the letter, and then undoes its transaction: what it
names is what applying does. Applying is one transaction. That holds other writers up for as long
as writing takes, and spares readers any state between; what takes longest, comparing all records,
is done before it begins, and again if something changed meanwhile.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from daifuku.errors import ConflictError, NotFoundError
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.models import InForce
from daifuku.storage.repositories.shadows import StoredShadow
from sync.models import changes, force
from sync.models.carry import Homes
from sync.models.changes import Change
from sync.models.documents import Document, Kind, Origin, to_store
from sync.models.prepared import Prepared, carry_out, prepared_then
from sync.models.rebuild import Progress, Rebuilt


class _UndoError(Exception):
    """Ends a transaction whose outcome is wanted and whose effect is not."""


def quiet(_what: str, _done: int, _of: int | None) -> None:
    """Progress that nobody follows."""


def add_version(store: Store, document: Document, origin: Origin = Origin.ADDED) -> bool:
    """Store a version without putting it in force; False if it is there already."""
    with store.write() as tx:
        force.record_in_force(tx, datetime.now(UTC))
        return stored.add(tx, to_store(document, origin, datetime.now(UTC)))


def try_version(
    store: Store, document: Document, progress: Progress = quiet, *, id: str | None = None
) -> StoredShadow:
    """A shadow run of a version: what would change if it were in force. Nothing does.

    Records that await resolution are resolved first, under what is in force. `id` is the run's, of
    `shadow_id`, where it was promised to somebody.
    """
    add_version(store, document)
    found: list[Change] = []

    def attempt(tx: Transaction, prepared: Prepared) -> None:
        found[:] = carry_out(tx, document.kind, prepared, datetime.now(UTC)).changes
        raise _UndoError

    with suppress(_UndoError):
        prepared_then(store, document.kind, lambda _: document.content, attempt, progress)
    with store.write() as tx:
        at = datetime.now(UTC)
        base = force.version_in_force(tx, document.kind)
        digest = changes.digest(found)
        run = StoredShadow(
            id=id or shadow_id(base, document.version, at),
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

    def attempt(tx: Transaction, prepared: Prepared) -> None:
        find_open(tx, run.id)
        at = datetime.now(UTC)
        done = carry_out(tx, Kind(run.kind), prepared, at)
        if changes.digest(done.changes) != run.digest:
            raise ConflictError(
                "Records changed since the try, and something else would happen now.",
                hint=f"Try again: daifuku model try {run.version}",
            )
        shadows.mark_applied(tx, run.id, done.golden_of)
        stored.put_in_force(tx, run.kind, run.version, at, run.id)

    prepared_then(
        store,
        Kind(run.kind),
        lambda tx: force.document(tx, run.version).content,
        attempt,
        progress,
        before=lambda tx: find_open(tx, run.id),
    )
    return replace(run, state=shadows.APPLIED)


def rollback(
    store: Store, kind: Kind, progress: Progress = quiet, *, only: str | None = None
) -> tuple[str, dict[str, int]]:
    """Put the version before the one in force back: golden records get their ids and values back.

    Returns the version that is in force now, and how many golden records changed how.

    Raises:
        ConflictError: nothing was applied that could be rolled back, or not by the run `only`.
    """
    with store.read() as tx:
        run, brought = _last_applied(tx, kind)
    if only not in (None, run.id):
        raise ConflictError("Another version came into force meanwhile.", hint="Look again.")
    counted: dict[str, int] = {}

    def attempt(tx: Transaction, prepared: Prepared) -> None:
        if _last_applied(tx, kind)[0].id != run.id:
            raise ConflictError("Another version came into force meanwhile.", hint="Look again.")
        at = datetime.now(UTC)
        counted.update(changes.summary(carry_out(tx, kind, prepared, at).changes))
        shadows.mark_rolled_back(tx, run.id)
        stored.put_in_force(tx, kind, run.base, at, brought)

    prepared_then(
        store,
        kind,
        lambda tx: force.document(tx, run.base).content,
        attempt,
        progress,
        homes=lambda tx, rebuilt: _former_homes(tx, run.id, rebuilt),
    )
    return run.base, counted


def shadow_id(base: str, version: str, at: datetime) -> str:
    """The id of a run of `version` asked for at that moment, while `base` is in force."""
    text = f"{base}\0{version}\0{at.isoformat()}"
    return f"s_{hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"


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


def find_open(tx: Transaction, shadow_id: str) -> StoredShadow:
    """The run of that id, which can be applied as far as one can tell without doing it.

    Raises:
        NotFoundError: there is none.
        ConflictError: it was applied already, or another version is in force by now.
    """
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
    return run


def last_applied(tx: Transaction, kind: Kind) -> StoredShadow:
    """The applied run that brought what is in force of a kind.

    Raises:
        ConflictError: nothing was applied.
    """
    return _last_applied(tx, kind)[0]


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
