"""Pins: a steward sets a field of a golden record to a value, after a preview, or takes it back.

Each works inside the caller's transaction and writes the golden record at once; resolution keeps
it so from then on (`sync.resolution.pins`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from daifuku.errors import ConflictError, NotFoundError, UserError
from daifuku.records import GoldenField
from daifuku.storage.engine import Transaction, lock
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.profiles import StoredProfile
from daifuku.storage.repositories.resolution import pins
from daifuku.storage.repositories.resolution.pins import NewPin, StoredPin
from identity.survivorship.conflicts import conflicts
from identity.survivorship.pinning import pin_value
from identity.survivorship.survive import Pin, survive
from sync.models.carry import review_around
from sync.models.force import rules_in_force
from sync.resolution import bodies
from sync.resolution.pins import MOST_PINS, as_pin, json, members_of, said, write_pinned

MOST_RECORDS = 200
"""Records that a pin follows; of a larger golden record those with the smallest keys."""
MOST_REASON = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a pin changes in a golden record: per field the value before and after, as JSON."""

    golden_id: str
    field: str
    value: Any
    fields: Mapping[str, tuple[Any, Any]]


def preview(tx: Transaction, profile_id: str, field: str, text: str) -> Change:
    """What pinning the field to the value in `text` would change.

    Raises:
        NotFoundError: there is no such golden record.
        UserError: the field cannot be pinned, or the text is no value of it.
    """
    found = _found(tx, profile_id)
    value = pin_value(found.entity, field, text)
    members = members_of(tx, found.id)
    rules = rules_in_force(tx)
    now = [as_pin(pin) for pin in pins.page(tx, golden_id=found.id, limit=MOST_PINS)]
    last = max((pin.at for pin in now), default=found.updated_at)
    then = Pin(field, value, last, number=1 + max((pin.number for pin in now), default=0))
    changed = _differences(survive(members, rules, now), survive(members, rules, [*now, then]))
    return Change(found.id, field, bodies.plain(value), changed)


def pin(
    tx: Transaction,
    profile_id: str,
    field: str,
    text: str,
    *,
    by: str,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> StoredPin:
    """Pin a field of a golden record to the value in `text`.

    It overrides earlier pins on the field, which hold again once it is taken back. With `version`
    the golden record must still be that one.

    Raises:
        NotFoundError: there is no such golden record.
        UserError: the field cannot be pinned, or the text is no value of it.
        ConflictError: the golden record has another version by now.
    """
    lock(tx, "resolution")
    found = _found(tx, profile_id)
    if version is not None and found.version != version:
        raise ConflictError(
            f"The golden record {found.id} has version {found.version} by now.",
            hint="Read it again, and decide on what it says now.",
        )
    if len(reason) > MOST_REASON:
        raise UserError(f"A reason has at most {MOST_REASON} characters.")
    value = pin_value(found.entity, field, text)
    members = members_of(tx, found.id)
    unpinned = survive(members, rules_in_force(tx))
    new = NewPin(
        entity=found.entity,
        golden_id=found.id,
        records=[record.key for record in members[:MOST_RECORDS]],
        field=field,
        value=json(value),
        seen=said(unpinned, field),
        by=by,
        reason=reason,
        at=at,
    )
    pin_id = pins.add(tx, new)
    _write(tx, found, at)
    return _pin(tx, pin_id)


def unpin(tx: Transaction, pin_id: int, *, by: str, at: datetime) -> StoredPin:
    """Take a pin back: the golden record is as if it had never been.

    Raises:
        NotFoundError: there is no such pin in force.
    """
    lock(tx, "resolution")
    if _pin(tx, pin_id).ended_at is not None:
        raise NotFoundError(f"Pin {pin_id} was taken back already.", hint="List the pins in force.")
    pins.end(tx, [pin_id], by, at)
    taken = _pin(tx, pin_id)
    stands = profiles.find(tx, taken.golden_id) if taken.golden_id else None
    if stands is not None and stands.state == "active":
        _write(tx, stands, at)
    return taken


def pins_of(
    tx: Transaction,
    profile_id: str | None = None,
    *,
    flagged: bool = False,
    ended: bool = False,
    after: int = 0,
    limit: int = 100,
) -> Sequence[StoredPin]:
    """The pins in force, by id: of one golden record, or all; see `pins.page`.

    Raises:
        NotFoundError: there is no such golden record.
    """
    golden_id = _found(tx, profile_id).id if profile_id else None
    return pins.page(
        tx, golden_id=golden_id, flagged=flagged, ended=ended, after=after, limit=limit
    )


def pin_json(pin: StoredPin) -> dict[str, Any]:
    """A pin as JSON. `state` is active, overridden, orphaned or ended."""
    return {
        "id": pin.id,
        "profile": pin.golden_id,
        "entity": pin.entity,
        "field": pin.field,
        "value": orjson.loads(pin.value),
        "state": state_of(pin),
        "stale": pin.stale,
        "sources_said": orjson.loads(pin.seen),
        "by": pin.by,
        "reason": pin.reason,
        "at": pin.at,
        "ended_at": pin.ended_at,
        "ended_by": pin.ended_by,
    }


def change_json(change: Change) -> dict[str, Any]:
    """What a pin would change, as JSON."""
    changes = {
        name: {"before": before, "after": after} for name, (before, after) in change.fields.items()
    }
    said = {"profile": change.golden_id, "field": change.field, "value": change.value}
    return {**said, "changes": changes}


def state_of(pin: StoredPin) -> str:
    """How a pin stands, in a word; it is orphaned while none of its records is there."""
    if pin.ended_at is not None:
        return "ended"
    if pin.golden_id is None:
        return "orphaned"
    return "overridden" if pin.overridden else "active"


def _write(tx: Transaction, found: StoredProfile, at: datetime) -> None:
    """Write the golden record anew with the pins that stand there, if that changes it.

    A pin may settle a conflict that a steward is asked about, or taking it back open one.
    """
    fields = write_pinned(tx, found.id, rules_in_force(tx), at)
    if fields is not None:
        review_around(tx, found.entity, [found.id], {found.id: conflicts(fields)}, at)


def _differences(
    before: Mapping[str, GoldenField], after: Mapping[str, GoldenField]
) -> dict[str, tuple[Any, Any]]:
    shown = [
        {name: bodies.plain(field.value) for name, field in fields.items()}
        for fields in (before, after)
    ]
    names = sorted({*shown[0], *shown[1]})
    pairs = {name: (shown[0].get(name), shown[1].get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _found(tx: Transaction, profile_id: str) -> StoredProfile:
    found = profiles.find(tx, profile_id)
    if found is None or found.state != "active":
        raise NotFoundError(
            f"There is no golden record {profile_id[:64]!r}.", hint="Look it up by an identifier."
        )
    return found


def _pin(tx: Transaction, pin_id: int) -> StoredPin:
    found = pins.find(tx, pin_id)
    if found is None:
        raise NotFoundError(f"There is no pin {pin_id}.", hint="`daifuku pins` lists them.")
    return found
