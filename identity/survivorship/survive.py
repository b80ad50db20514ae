"""Survivorship: one value per field out of all that a cluster's records say, with its lineage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from daifuku.records import Entity, GoldenField, LostValue, MappedRecord
from identity.features import Features
from identity.survivorship.fields import FIELDS
from identity.survivorship.names import PERSON_NAMES
from identity.survivorship.pins import PIN, Pin, pinned
from identity.survivorship.ranking import Group, Place, Sayer, grouped, ranked, standing
from identity.survivorship.rules import FieldRule, SurvivorshipRules, shipped_rules
from identity.survivorship.sayings import FieldSpec
from identity.survivorship.shown import DERIVED, ShownName

__all__ = ["DERIVED", "PIN", "Pin", "survive"]

_BESIDE = frozenset({"key", "entity", "observed_at"})
_TELLING = tuple(f.name for f in fields(MappedRecord) if f.name not in _BESIDE)
_tells = attrgetter(*_TELLING)
_key = attrgetter("source", "stream", "external_id", "part")


def survive(
    records: Sequence[MappedRecord],
    rules: SurvivorshipRules | None = None,
    pins: Iterable[Pin] = (),
    known: Sequence[Features] | None = None,
) -> Mapping[str, GoldenField]:
    """The golden fields of one cluster, by field name. The order of the records does not matter.

    A field nobody speaks of is absent. A field of one value names the records that say another
    as losers, with the criterion that decided; emails, phones, addresses, identifiers, consents
    and relations hold a tuple of all values (or of the best `keep`), best first, and `losers`
    names the record of each after the first. Of consents the last word per purpose holds. A
    person's names survive together, from the same name; what follows from it (its parts, or the
    whole) has the rule `derived`. Telephone numbers are E.164, with `;ext=` where there is an
    extension. Pins win over all, the later over the earlier.

    `known` are the features of each record as it is here, for who has them at hand: the outcome is
    the same, and nothing is normalised twice.
    """
    rules = rules or shipped_rules()
    entity = records[0].entity
    specs = FIELDS[entity]
    told = _told(records)
    sayers = _sayers(records, rules, known)
    golden: dict[str, GoldenField] = {}
    for field, rule in rules.fields[entity].items():
        spec = specs[field]
        if told.isdisjoint(spec.reads):
            continue
        heard = sayers
        if rule.trust is not None or rule.ignore:
            heard = _heard(sayers, rule, rules)
        said = [(value, by) for by in heard for value in spec.read(by.record, by.known)]
        if not said:
            continue
        groups, fact = grouped(said, spec), field in rules.facts
        if field == "name" and entity is Entity.PERSON:
            golden |= _names(ranked(groups, rule.criteria, spec, fact=fact), rule)
        elif len(groups) == 1:
            golden[field] = _agreed(groups[0], spec, rule)
        else:
            places = ranked(groups, rule.criteria, spec, fact=fact)
            golden[field] = (_all if spec.many else _one)(places, rule)
    wanted = [*pins]
    return pinned(golden, entity, wanted) if wanted else golden


def _told(records: Iterable[MappedRecord]) -> set[str]:
    """The names of what any of the records tells."""
    columns = zip(*map(_tells, records), strict=True)
    return {name for name, said in zip(_TELLING, columns, strict=True) if any(said)}


def _sayers(
    records: Sequence[MappedRecord], rules: SurvivorshipRules, known: Sequence[Features] | None
) -> list[Sayer]:
    """The records, those of best standing first."""
    features = known or (None,) * len(records)
    if len(records) > 1:
        ordered = sorted(zip(records, features, strict=True), key=lambda one: _key(one[0].key))
    else:
        ordered = [(records[0], features[0])]
    sayers = [
        Sayer(
            record,
            record.key.source,
            place,
            rules.rank(record.key.source),
            record.observed_at.timestamp(),
            of,
        )
        for place, (record, of) in enumerate(ordered)
    ]
    sayers.sort(key=standing)
    return sayers


def _heard(sayers: list[Sayer], rule: FieldRule, rules: SurvivorshipRules) -> list[Sayer]:
    """The records that have a say in a field, with the standing they have there."""
    return sorted(
        (
            sayer._replace(trust=rules.rank(sayer.source, rule))
            for sayer in sayers
            if sayer.source not in rule.ignore
        ),
        key=standing,
    )


def _agreed(group: Group, spec: FieldSpec, rule: FieldRule) -> GoldenField:
    """What all say who speak of it."""
    value, by = group[0]
    shown = (value.value,) if spec.many else value.value
    return GoldenField(shown, by.record.key, by.record.observed_at, rule.criteria[0])


def _one(places: list[Place], rule: FieldRule) -> GoldenField:
    value, by = places[0].group[0]
    losers = [_lost(lost.value, of, place) for place in places[1:] for lost, of in place.group]
    return _field(value.value, by, " > ".join(rule.criteria), losers)


def _all(places: list[Place], rule: FieldRule) -> GoldenField:
    best = [place.group[0] for place in places]
    values = tuple([value.value for value, _ in best[: rule.keep]])
    losers = [
        _lost(value.value, by, place)
        for (value, by), place in zip(best[1:], places[1:], strict=True)
    ]
    return _field(values, best[0][1], " > ".join(rule.criteria), losers)


def _names(places: list[Place], rule: FieldRule) -> dict[str, GoldenField]:
    """The parts of the best name; a part it lacks comes from another record of that name."""
    best, *others = places
    how = " > ".join(rule.criteria) if others else rule.criteria[0]
    first = best.group[0]
    found = dict.fromkeys(first[0].value.fields, first)
    for said in best.group:
        if said[0] is not first[0]:
            found = dict.fromkeys(said[0].value.fields, said) | found
    golden = {}
    for part in PERSON_NAMES:
        if part in found:
            value, by = found[part]
            name: ShownName = value.value
            losers = [
                _lost(lost.value.fields[part], of, place)
                for place in others
                for lost, of in place.group
                if part in lost.value.fields
            ]
            shown_by = DERIVED if part in name.derived else how
            golden[part] = _field(name.fields[part], by, shown_by, losers)
    return golden


def _lost(value: Any, by: Sayer, place: Place) -> LostValue:
    return LostValue(value, by.record.key, by.record.observed_at, place.why, place.even)


def _field(value: Any, by: Sayer, rule: str, losers: Sequence[LostValue]) -> GoldenField:
    return GoldenField(value, by.record.key, by.record.observed_at, rule, tuple(losers))
