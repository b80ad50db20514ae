"""Survivorship: one value per field out of all that a cluster's records say, with its lineage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import compress
from operator import attrgetter
from typing import Any

from daifuku.records import Entity, GoldenField, LostValue, MappedRecord
from identity.survivorship.fields import FIELDS, PERSON_NAMES, FieldSpec
from identity.survivorship.pins import PIN, Pin, pinned
from identity.survivorship.ranking import Place, Said, Sayer, grouped, ranked
from identity.survivorship.rules import FieldRule, SurvivorshipRules, shipped_rules
from identity.survivorship.shown import DERIVED, ShownName

__all__ = ["DERIVED", "PIN", "Pin", "survive"]

_BESIDE = frozenset({"key", "entity", "observed_at"})
_TELLING = tuple(f.name for f in fields(MappedRecord) if f.name not in _BESIDE)
_tells = attrgetter(*_TELLING)
_by_key = attrgetter("key.source", "key.stream", "key.external_id", "key.part")


def survive(
    records: Sequence[MappedRecord],
    rules: SurvivorshipRules | None = None,
    pins: Iterable[Pin] = (),
) -> Mapping[str, GoldenField]:
    """The golden fields of one cluster, by field name. The order of the records does not matter.

    A field nobody speaks of is absent. A field of one value names the records that say another
    as losers, with the criterion that decided; emails, phones, addresses, identifiers, consents
    and relations hold a tuple of all values (or of the best `keep`), best first, and `losers`
    names the record of each after the first. Of consents the last word per purpose holds. A
    person's names survive together, from the same name; what follows from it (its parts, or the
    whole) has the rule `derived`. Telephone numbers are E.164, with `;ext=` where there is an
    extension. Pins win over all, the later over the earlier.
    """
    rules = rules or shipped_rules()
    entity = records[0].entity
    ordered = sorted(records, key=_by_key)
    sayers = [_sayer(record, place, rules) for place, record in enumerate(ordered)]
    told: set[str] = set()
    for record in records:
        told.update(compress(_TELLING, _tells(record)))
    golden: dict[str, GoldenField] = {}
    for field, rule in rules.fields[entity].items():
        spec = FIELDS[entity][field]
        if told.isdisjoint(spec.reads):
            continue
        heard = _heard(sayers, rule, rules)
        said = [Said(value, sayer) for sayer in heard for value in spec.read(sayer.record)]
        if said:
            places = ranked(grouped(said, spec), rule.criteria, spec)
            if field not in rules.facts:
                places = [Place(place.group, place.why) for place in places]
            golden.update(_golden(entity, field, spec, places, rule))
    return pinned(golden, entity, pins)


def _sayer(record: MappedRecord, place: int, rules: SurvivorshipRules) -> Sayer:
    source, at = record.key.source, record.observed_at.timestamp()
    return Sayer(record, source, place, rules.rank(source), at)


def _heard(sayers: list[Sayer], rule: FieldRule, rules: SurvivorshipRules) -> list[Sayer]:
    """The records that have a say in a field, with the standing they have there."""
    if rule.trust is None and not rule.ignore:
        return sayers
    return [
        sayer._replace(trust=rules.rank(sayer.source, rule))
        for sayer in sayers
        if sayer.source not in rule.ignore
    ]


def _golden(
    entity: Entity, field: str, spec: FieldSpec, places: list[Place], rule: FieldRule
) -> dict[str, GoldenField]:
    best = places[0].group[0]
    how = rule.criteria[0] if len(places) == 1 else " > ".join(rule.criteria)
    if spec.many:
        losers = tuple(_lost(p.group[0].value.value, p.group[0], p) for p in places[1:])
        values = tuple(place.group[0].value.value for place in places[: rule.keep])
        return {field: _field(values, best, how, losers)}
    if field == "name" and entity is Entity.PERSON:
        return _names(places, how)
    losers = tuple(_lost(item.value.value, item, p) for p in places[1:] for item in p.group)
    return {field: _field(best.value.value, best, how, losers)}


def _names(places: list[Place], rule: str) -> dict[str, GoldenField]:
    """The parts of the best name; a part it lacks comes from another record of that name."""
    golden = {}
    for part in PERSON_NAMES:
        group = places[0].group
        sayer = next((item for item in group if part in item.value.value.fields), None)
        if sayer is not None:
            name: ShownName = sayer.value.value
            losers = tuple(
                _lost(item.value.value.fields[part], item, place)
                for place in places[1:]
                for item in place.group
                if part in item.value.value.fields
            )
            how = DERIVED if part in name.derived else rule
            golden[part] = _field(name.fields[part], sayer, how, losers)
    return golden


def _lost(value: Any, item: Said, place: Place) -> LostValue:
    record = item.by.record
    return LostValue(value, record.key, record.observed_at, place.why, place.even)


def _field(value: Any, best: Said, rule: str, losers: tuple[LostValue, ...]) -> GoldenField:
    at: datetime = best.by.record.observed_at
    return GoldenField(value, best.by.record.key, at, rule, losers)
