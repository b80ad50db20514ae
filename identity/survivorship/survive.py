"""Survivorship: one value per field out of all that a cluster's records say, with its lineage."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daifuku.records import Entity, GoldenField, LostValue, MappedRecord, RecordKey
from identity.survivorship.fields import FIELDS, PERSON_NAMES, FieldSpec, Value
from identity.survivorship.rules import SurvivorshipRules, shipped_rules
from identity.survivorship.shown import ShownName

PIN = "pin"
"""The rule of a value that a steward set."""
DERIVED = "derived"
"""The rule of a value that nobody said but that follows from one: the parts of a whole name."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A value a steward set for a field of a golden record; it wins until it is taken back."""

    field: str
    value: Any
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Sayer:
    """A record, with what every criterion asks of it."""

    record: MappedRecord
    trust: int
    at: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A value and the record that says it."""

    value: Value
    by: _Sayer


def survive(
    records: Sequence[MappedRecord],
    rules: SurvivorshipRules | None = None,
    pins: Iterable[Pin] = (),
) -> Mapping[str, GoldenField]:
    """The golden fields of one cluster, by field name. The order of the records does not matter.

    A field nobody speaks of is absent. A field of one value names the records that say another
    as losers; emails, phones, addresses, identifiers, consents and relations hold a tuple of
    all values, best first, and `losers` names the record of each after the first. Of consents
    the last word per purpose holds. A person's names survive together, from the same name; what
    follows from it (its parts, or the whole) has the rule `derived`.
    Telephone numbers are E.164, with `;ext=` where there is an extension.
    """
    rules = rules or shipped_rules()
    entity = records[0].entity
    sayers = [
        _Sayer(record, rules.rank(record.key.source), record.observed_at.timestamp())
        for record in sorted(records, key=lambda record: record.key)
    ]
    golden: dict[str, GoldenField] = {}
    for field, criteria in rules.criteria[entity].items():
        spec = FIELDS[entity][field]
        said = [_Said(value, sayer) for sayer in sayers for value in spec.read(sayer.record)]
        if said:
            groups = _ranked(_groups(said, spec), criteria, spec)
            golden.update(_golden(entity, field, spec, groups, criteria))
    for pin in sorted(pins, key=lambda pin: pin.at):
        golden[pin.field] = _pinned(pin, golden.get(pin.field))
    return golden


Group = list[_Said]
"""What says the same once normalised, its best saying first."""
Criterion = Callable[[Group], Any]


def _groups(said: Sequence[_Said], spec: FieldSpec) -> list[Group]:
    groups: dict[Hashable, Group] = {}
    joined = spec.joined({item.value.key for item in said}) if spec.joined else {}
    for item in said:
        key = joined.get(item.value.key, item.value.key)
        groups.setdefault(key, []).append(item)
    return [_best_said_first(group) for group in groups.values()]


def _best_said_first(group: Group) -> Group:
    """Trusted sources first, then what says most, then the usual writing, then the last."""
    if len(group) == 1:
        return group
    records: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    if len({item.value.text for item in group}) > 1:
        records.update(item.value.text for item in group)
        sources.update(text for text, _ in {(i.value.text, i.by.record.key.source) for i in group})

    def place(item: _Said) -> tuple[Any, ...]:
        value, by = item.value, item.by
        usual = (-sources[value.text], -records[value.text])
        return (by.trust, -value.size, *usual, -by.at, by.record.key)

    return sorted(group, key=place)


def _ranked(groups: list[Group], criteria: Sequence[str], spec: FieldSpec) -> list[Group]:
    if len(groups) == 1:
        return groups
    former = {id(group) for group in groups if _is_former(group, groups, spec)}

    def place(group: Group) -> tuple[Any, ...]:
        asked = [
            id(group) in former if name == "current" else _CRITERIA[name](group)
            for name in criteria
        ]
        return (*asked, _most_recent(group), group[0].by.record.key)

    return sorted(groups, key=place)


def _is_former(group: Group, groups: Sequence[Group], spec: FieldSpec) -> bool:
    """Whether this value was last said before one came up that it may have given way to."""
    if spec.gave_way is None:
        return False
    last, value = max(item.by.at for item in group), group[0].value.value
    return any(
        spec.gave_way(value, other[0].value.value) and last < min(item.by.at for item in other)
        for other in groups
    )


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
        losers = tuple(LostValue(g[0].value.value, g[0].by.record.key) for g in groups[1:])
        values = tuple(group[0].value.value for group in groups)
        return {field: _field(values, best, rule, losers)}
    if field == "name" and entity is Entity.PERSON:
        return _names(groups, rule)
    losers = tuple(LostValue(i.value.value, i.by.record.key) for g in groups[1:] for i in g)
    return {field: _field(best.value.value, best, rule, losers)}


def _names(groups: list[Group], rule: str) -> dict[str, GoldenField]:
    """The parts of the best name; a part it lacks comes from another record of that name."""
    golden = {}
    for part in PERSON_NAMES:
        sayer = next((item for item in groups[0] if part in item.value.value.fields), None)
        if sayer is not None:
            name: ShownName = sayer.value.value
            losers = tuple(
                LostValue(item.value.value.fields[part], item.by.record.key)
                for group in groups[1:]
                for item in group
                if part in item.value.value.fields
            )
            how = DERIVED if part in name.derived else rule
            golden[part] = _field(name.fields[part], sayer, how, losers)
    return golden


def _field(value: Any, best: _Said, rule: str, losers: tuple[LostValue, ...]) -> GoldenField:
    return GoldenField(value, best.by.record.key, best.by.record.observed_at, rule, losers)


def _pinned(pin: Pin, beaten: GoldenField | None) -> GoldenField:
    lost = (LostValue(beaten.value, beaten.source), *beaten.losers) if beaten else ()
    return GoldenField(pin.value, RecordKey("steward", PIN, pin.field), pin.at, PIN, lost)


def _source_trust(group: Group) -> Any:
    return min(item.by.trust for item in group)


def _verified(group: Group) -> Any:
    return not any(item.value.verified for item in group)


def _complete(group: Group) -> Any:
    return not any(item.value.complete for item in group)


def _own(group: Group) -> Any:
    return min(item.value.own for item in group)


def _native_script(group: Group) -> Any:
    return min(item.value.native for item in group)


def _most_frequent(group: Group) -> Any:
    return -len({item.by.record.key.source for item in group}), -len(group)


def _most_recent(group: Group) -> Any:
    return -max(item.by.at for item in group)


def _longest(group: Group) -> Any:
    return -max(item.value.size for item in group)


_CRITERIA: Mapping[str, Criterion] = {
    "source_trust": _source_trust,
    "verified": _verified,
    "complete": _complete,
    "own": _own,
    "native_script": _native_script,
    "most_frequent": _most_frequent,
    "most_recent": _most_recent,
    "longest": _longest,
}
