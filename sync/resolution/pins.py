"""The values stewards pinned, as settling golden records asks for them.

A pin follows the records of the golden record it was made on: it stands where most of them are,
of equal parts where the smallest record key is. That is a function of the partition alone, so
that the order in which records arrive does not matter. Where two pins on one field meet, the
later holds and the other is overridden; it holds again after a split.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from daifuku.records import ChangeKind, GoldenField, MappedRecord, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden, pins, records
from daifuku.storage.repositories.resolution.golden import NewEvent, StoredGolden
from daifuku.storage.repositories.resolution.pins import Standing, StoredPin
from identity.features import features
from identity.survivorship.pinning import from_json
from identity.survivorship.rules import SurvivorshipRules
from identity.survivorship.survive import Pin, survive
from sync.resolution import bodies
from sync.resolution.bodies import plain

MOST_PINS = 10_000
"""Pins on one golden record."""

Pins = Mapping[str, Sequence[Pin]]
"""Pins in force, by golden id; a golden record without any is absent."""

PinsOf = Callable[[Transaction, Collection[str], Mapping[str, str | None]], Pins]
"""Finds the pins of golden records about to be written, given their ids and the ids that end
now, each with the survivor that takes most of its records, if any."""


def no_pins(_tx: Transaction, _ids: Collection[str], _retired: Mapping[str, str | None]) -> Pins:
    """That nothing is pinned."""
    return {}


def standing_pins(
    rules: SurvivorshipRules,
    tx: Transaction,
    ids: Collection[str],
    retired: Mapping[str, str | None],
) -> Pins:
    """The pins that stand at these golden records, whose records are assigned already.

    Where each pin stands is stored, overridden and stale ones flagged. One that lost a pin has an
    empty entry. A golden record that is not among `ids` and gains or loses one is written anew.
    """
    if not pins.any_in_force(tx):
        return {}
    found = pins.concerned(tx, {*ids, *retired})
    homes = pins.homes(tx, [pin.id for pin in found])
    stands = {pin.id: _home(homes.get(pin.id, ())) for pin in found}
    here: defaultdict[str, list[StoredPin]] = defaultdict(list)
    for pin in found:
        home = stands[pin.id]
        if home is not None:
            here[home].append(pin)
    judged = {
        id: judge(id, here[id], survive(members_of(tx, id), rules)) for id in here if id in ids
    }
    place(tx, found, stands, judged)
    moved = {end for pin in found for end in (pin.golden_id, stands[pin.id]) if _moves(pin, stands)}
    for id in sorted({id for id in moved if id is not None} - {*ids, *retired}):
        write_pinned(tx, id, rules, datetime.now(UTC))
    lost: dict[str, list[Pin]] = {id: [] for id in moved if id is not None and id in ids}
    return lost | {id: [as_pin(pin) for pin in here[id]] for id in judged}


def _moves(pin: StoredPin, stands: Mapping[int, str | None]) -> bool:
    return pin.golden_id != stands[pin.id]


def write_pinned(
    tx: Transaction, golden_id: str, rules: SurvivorshipRules, at: datetime
) -> Mapping[str, GoldenField] | None:
    """Write a golden record in use anew with the pins that stand there, if that changes it.

    Returns its fields then, None where it stays as it is.
    """
    stored = golden.load(tx, [golden_id]).get(golden_id)
    members = members_of(tx, golden_id)
    if stored is None or stored.state != "active" or not members:
        return None
    standing = pins.page(tx, golden_id=golden_id, limit=MOST_PINS)
    judged = judge(golden_id, standing, survive(members, rules))
    place(tx, standing, dict.fromkeys(judged, golden_id), {golden_id: judged})
    in_force = [*map(as_pin, standing)]
    keys = bodies.lookup_keys(map(features, members))
    keys |= bodies.pinned_keys(stored.entity, in_force)
    golden.replace_keys(tx, {golden_id: keys})
    fields = survive(members, rules, in_force)
    content = bodies.content(fields, [record.key for record in members])
    if bodies.same_content(stored.body, content):
        return None
    version = stored.version + 1
    body = bodies.body(golden_id, stored.entity, version, at, content)
    row = StoredGolden(golden_id, stored.entity, version, body, "active", stored.created_at)
    golden.rewrite(tx, [row], at)
    event = NewEvent(golden_id, stored.entity, ChangeKind.UPDATED, version, body=body)
    golden.append_events(tx, [event], at)
    return fields


def members_of(tx: Transaction, golden_id: str) -> list[MappedRecord]:
    """The records a golden record is made of, by key."""
    rows = [member.record_id for member in golden.members(tx, [golden_id])]
    return sorted(records.load(tx, rows).values(), key=lambda record: record.key)


def place(
    tx: Transaction,
    found: Iterable[StoredPin],
    stands: Mapping[int, str | None],
    judged: Mapping[str, Mapping[int, Standing]],
) -> None:
    """Store how the pins stand, as far as that is new."""
    changed = {}
    for pin in found:
        home = stands[pin.id]
        now = judged.get(home or "", {}).get(pin.id, Standing(home, pin.overridden, pin.stale))
        if now != Standing(pin.golden_id, pin.overridden, pin.stale):
            changed[pin.id] = now
    pins.place(tx, changed)


def judge(
    golden_id: str, found: Iterable[StoredPin], unpinned: Mapping[str, GoldenField]
) -> dict[int, Standing]:
    """How these pins stand at one golden record, of which the sources say `unpinned`."""
    last = {pin.field: pin.id for pin in sorted(found, key=_order)}
    return {
        pin.id: Standing(golden_id, last[pin.field] != pin.id, _is_stale(pin, unpinned))
        for pin in found
    }


def said(unpinned: Mapping[str, GoldenField], field: str) -> bytes:
    """What the sources say of a field, as JSON: of many values the first."""
    value = unpinned[field].value if field in unpinned else None
    return json(value[0] if isinstance(value, tuple) else value)


def json(value: Any) -> bytes:
    """A field's value as JSON, equal for equal values."""
    return orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)


def as_pin(pin: StoredPin) -> Pin:
    """A stored pin as survivorship takes it."""
    value = from_json(pin.field, orjson.loads(pin.value))
    return Pin(pin.field, value, pin.at, pin.by, pin.id)


def _order(pin: StoredPin) -> tuple[Any, int]:
    return (pin.at, pin.id)


def _is_stale(pin: StoredPin, unpinned: Mapping[str, GoldenField]) -> bool:
    return said(unpinned, pin.field) not in (pin.seen, pin.value)


def _home(records_now: Sequence[tuple[str, RecordKey]]) -> str | None:
    """The golden record that most of these records belong to."""
    if not records_now:
        return None
    most = Counter(golden_id for golden_id, _ in records_now)
    smallest: dict[str, RecordKey] = {}
    for golden_id, key in sorted(records_now, key=lambda row: row[1]):
        smallest.setdefault(golden_id, key)
    return min(most, key=lambda golden_id: (-most[golden_id], smallest[golden_id]))
