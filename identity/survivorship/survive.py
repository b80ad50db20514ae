"""Survivorship: one value per field out of all that a cluster's records say, with its lineage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daifuku.records import Entity, GoldenField, LostValue, MappedRecord, RecordKey
from identity.scoring.names import script_of
from identity.survivorship.fields import FIELDS, PERSON_NAMES, FieldSpec, Value
from identity.survivorship.rules import SurvivorshipRules, shipped_rules

PIN = "pin"
"""The rule of a value that a steward set."""
_SCRIPTS = {"han": 0, "kana": 1, "latin": 2}


@dataclass(frozen=True, slots=True)
class Pin:
    """A value a steward set for a field of a golden record; it wins until it is taken back."""

    field: str
    value: Any
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """A value and the record that says it."""

    value: Value
    record: MappedRecord


def survive(
    records: Sequence[MappedRecord],
    rules: SurvivorshipRules | None = None,
    pins: Iterable[Pin] = (),
) -> Mapping[str, GoldenField]:
    """The golden fields of one cluster, by field name. The order of the records does not matter.

    A field nobody speaks of is absent. A field of one value names the records that say another
    as losers; emails, phones, addresses, identifiers, consents and relations hold a tuple of
    all values, best first, and `losers` names the record of each after the first. Of consents
    the last word per purpose holds. Person's names survive together, from the same name.
    Telephone numbers are E.164, with `;ext=` where there is an extension.
    """
    rules = rules or shipped_rules()
    entity = records[0].entity
    ranked = sorted(records, key=lambda record: record.key)
    golden: dict[str, GoldenField] = {}
    for field, criteria in rules.criteria[entity].items():
        spec = FIELDS[entity][field]
        said = [_Said(value, record) for record in ranked for value in spec.read(record)]
        if said:
            groups = _ranked(said, criteria, rules)
            golden.update(_golden(entity, field, spec, groups, criteria))
    for pin in sorted(pins, key=lambda pin: pin.at):
        golden[pin.field] = _pinned(pin, golden.get(pin.field))
    return golden


Group = list[_Said]
"""What says the same once normalised, its best saying first."""
Criterion = Callable[[Group, SurvivorshipRules], Any]


def _ranked(
    said: Iterable[_Said], criteria: Sequence[str], rules: SurvivorshipRules
) -> list[Group]:
    groups: dict[Any, Group] = {}
    for item in said:
        groups.setdefault(item.value.key, []).append(item)

    def place(group: Group) -> tuple[Any, ...]:
        asked = tuple(_CRITERIA[name](group, rules) for name in criteria)
        return (*asked, _most_recent(group, rules), group[0].record.key)

    ordered = [sorted(group, key=lambda item: place([item])) for group in groups.values()]
    return sorted(ordered, key=place)


def _golden(
    entity: Entity,
    field: str,
    spec: FieldSpec,
    groups: list[Group],
    criteria: Sequence[str],
) -> dict[str, GoldenField]:
    best = groups[0][0]
    rule = criteria[0] if len(groups) == 1 else " > ".join(criteria)
    if spec.many:
        losers = tuple(LostValue(g[0].value.value, g[0].record.key) for g in groups[1:])
        values = tuple(group[0].value.value for group in groups)
        return {field: _field(values, best, rule, losers)}
    if field == "name" and entity is Entity.PERSON:
        return _names(groups, rule)
    losers = tuple(LostValue(i.value.value, i.record.key) for g in groups[1:] for i in g)
    return {field: _field(best.value.value, best, rule, losers)}


def _names(groups: list[Group], rule: str) -> dict[str, GoldenField]:
    """The parts of the best name; a part it lacks comes from another record of that name."""
    golden = {}
    for part in PERSON_NAMES:
        sayer = next((item for item in groups[0] if part in item.value.value), None)
        if sayer is not None:
            losers = tuple(
                LostValue(item.value.value[part], item.record.key)
                for group in groups[1:]
                for item in group
                if part in item.value.value
            )
            golden[part] = _field(sayer.value.value[part], sayer, rule, losers)
    return golden


def _field(value: Any, best: _Said, rule: str, losers: tuple[LostValue, ...]) -> GoldenField:
    return GoldenField(value, best.record.key, best.record.observed_at, rule, losers)


def _pinned(pin: Pin, beaten: GoldenField | None) -> GoldenField:
    lost = (LostValue(beaten.value, beaten.source), *beaten.losers) if beaten else ()
    return GoldenField(pin.value, RecordKey("steward", PIN, pin.field), pin.at, PIN, lost)


def _source_trust(group: Group, rules: SurvivorshipRules) -> Any:
    return min(rules.rank(item.record.key.source) for item in group)


def _verified(group: Group, _: SurvivorshipRules) -> Any:
    return not any(item.value.verified for item in group)


def _native_script(group: Group, _: SurvivorshipRules) -> Any:
    return min(_SCRIPTS[script_of(str(item.value.key))] for item in group)


def _most_frequent(group: Group, _: SurvivorshipRules) -> Any:
    return -len({item.record.key.source for item in group}), -len(group)


def _most_recent(group: Group, _: SurvivorshipRules) -> Any:
    return -max(item.record.observed_at.timestamp() for item in group)


def _longest(group: Group, _: SurvivorshipRules) -> Any:
    return -max(item.value.size for item in group)


_CRITERIA: Mapping[str, Criterion] = {
    "source_trust": _source_trust,
    "verified": _verified,
    "native_script": _native_script,
    "most_frequent": _most_frequent,
    "most_recent": _most_recent,
    "longest": _longest,
}
