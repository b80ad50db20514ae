"""The values stewards pinned, as settling golden records asks for them.

A pin follows the records of the golden record it was made on: it stands where most of them are,
of equal parts where the smallest record key is. That is a function of the partition alone, so
that the order in which records arrive does not matter. Where two pins on one field meet, the
later holds and the other is overridden; it holds again after a split.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson

from daifuku.records import GoldenField, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden, pins, records
from daifuku.storage.repositories.resolution.pins import Standing, StoredPin
from identity.survivorship.pinning import from_json
from identity.survivorship.rules import SurvivorshipRules
from identity.survivorship.survive import Pin, survive
from sync.resolution.bodies import plain

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

    Where each pin stands is stored, overridden and stale ones flagged. A golden record that is
    not among `ids` and gains or loses a pin is marked to be resolved again.
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
    _visit_elsewhere(tx, found, stands, {*ids, *retired})
    judged = {id: _judged(tx, id, here[id], rules) for id in here if id in ids}
    place(tx, found, stands, judged)
    return {id: [as_pin(pin) for pin in here[id]] for id in judged}


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


def _judged(
    tx: Transaction, golden_id: str, found: Sequence[StoredPin], rules: SurvivorshipRules
) -> dict[int, Standing]:
    members = golden.members(tx, [golden_id])
    mapped = records.load(tx, [member.record_id for member in members])
    return judge(golden_id, found, survive(list(mapped.values()), rules))


def _visit_elsewhere(
    tx: Transaction,
    found: Iterable[StoredPin],
    stands: Mapping[int, str | None],
    settled: Collection[str],
) -> None:
    """Mark the golden records outside `settled` that a pin left or came to."""
    moved = {
        id
        for pin in found
        if pin.golden_id != stands[pin.id]
        for id in (pin.golden_id, stands[pin.id])
        if id is not None and id not in settled
    }
    first: dict[str, RecordKey] = {}
    for member in golden.members(tx, moved):
        first.setdefault(member.golden_id or "", member.key)
    records.mark_pending(tx, first.values())
