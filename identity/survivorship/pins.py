"""Pins: values a steward set, which win over whatever the records say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from daifuku.records import Entity, GoldenField, LostValue, RecordKey
from identity.survivorship.fields import FIELDS
from identity.survivorship.names import PERSON_NAMES
from identity.survivorship.shown import DERIVED, NameTexts, shown_name

PIN = "pin"
"""The rule of a value that a steward set."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A value a steward set for a field of a golden record; it wins until it is taken back.

    Of two set at one time the one with the larger `number` is the later.
    """

    field: str
    value: Any
    at: datetime
    by: str = ""
    number: int = 0


def pinned(
    golden: Mapping[str, GoldenField], entity: Entity, pins: Iterable[Pin]
) -> dict[str, GoldenField]:
    """The fields with the pinned values in place; of two pins on a field the later holds.

    A pin on a field of many values puts its own first and leaves the others. What follows from
    a pinned name (its parts, or the whole) goes with it.
    """
    fields = dict(golden)
    in_force = holding(pins)
    for field, pin in in_force.items():
        spec = FIELDS[entity].get(field)
        many = spec is not None and spec.many
        fields[field] = (_first if many else _instead)(pin, golden.get(field))
    if entity is Entity.PERSON:
        fields.update(_names_along(golden, {n: in_force[n] for n in PERSON_NAMES if n in in_force}))
    return fields


def holding(pins: Iterable[Pin]) -> dict[str, Pin]:
    """Of these pins on one golden record those that hold, by field: of two the later."""
    return {pin.field: pin for pin in sorted(pins, key=_order)}


def _order(pin: Pin) -> tuple[datetime, int]:
    return (pin.at, pin.number)


def _instead(pin: Pin, beaten: GoldenField | None, rule: str = PIN) -> GoldenField:
    lost: tuple[LostValue, ...] = ()
    if beaten:
        survivor = LostValue(beaten.value, beaten.source, beaten.observed_at, PIN)
        lost = (survivor, *(replace(other, contested=False) for other in beaten.losers))
    return GoldenField(pin.value, RecordKey("steward", PIN, pin.field), pin.at, rule, lost)


def _first(pin: Pin, beaten: GoldenField | None) -> GoldenField:
    if beaten is None:
        return _instead(replace(pin, value=(pin.value,)), None)
    values = (pin.value, *(value for value in beaten.value if value != pin.value))
    survivor = LostValue(beaten.value[0], beaten.source, beaten.observed_at, PIN)
    lost = tuple(one for one in (survivor, *beaten.losers) if one.value != pin.value)
    return GoldenField(values, RecordKey("steward", PIN, pin.field), pin.at, PIN, lost)


_FOLLOWS = {
    "name": ("family_name", "given_name"),
    "name_kana": ("family_kana", "given_kana"),
}


def _names_along(
    golden: Mapping[str, GoldenField], pins: Mapping[str, Pin]
) -> dict[str, GoldenField]:
    """The name fields that follow from pinned ones: parts from a whole, a whole from parts."""
    if not pins:
        return {}
    said = {field: golden[field].value for field in PERSON_NAMES if field in golden}
    for whole, parts in _FOLLOWS.items():
        if whole in pins:
            said = {name: text for name, text in said.items() if name not in parts}
        elif any(part in pins for part in parts):
            said.pop(whole, None)
    said |= {field: pin.value for field, pin in pins.items()}
    name = shown_name(NameTexts(**{field: said.get(field, "") for field in PERSON_NAMES}))
    if name is None:
        return {}
    last = max(pins.values(), key=_order)
    return {
        field: _instead(replace(last, value=text), golden.get(field), DERIVED)
        for field, text in name.fields.items()
        if field not in pins and (field not in golden or golden[field].value != text)
    }
