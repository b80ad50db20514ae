"""Applies a mapping to source records. Pure: the same record gives the same result, always."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from daifuku.records.mapped import Entity, Interaction, MappedRecord, MappingResult, Relation
from daifuku.records.source import RecordKey, RejectedRecord, SourceRecord
from mapping.interactions import REQUIRED
from mapping.records import IDENTIFYING, PERSON_FIELDS
from mapping.references import element_part
from mapping.rules import FieldReader, InteractionRule, Mapping, RecordRule, StreamRule
from mapping.scope import Scope
from mapping.text import text_of
from mapping.unmappable import Unmappable

_NOTHING = MappingResult()


def apply_mapping(mapping: Mapping, record: SourceRecord) -> MappingResult | RejectedRecord:
    """What `record` says of persons and organisations, or why it cannot be read.

    A tombstone and a record of an ignored stream give an empty result. Data never raises.
    """
    if record.deleted:
        return _NOTHING
    rule = mapping.rule_for(record.key.stream)
    if rule is None:
        reason = "The mapping does not speak of this stream: add it, or write ignore: true."
        return RejectedRecord(record.key, "unmapped_stream", reason)
    if rule.ignore:
        return _NOTHING
    try:
        return _mapped(rule, record)
    except Unmappable as fault:
        reason = f"{fault.reason[0].upper()}{fault.reason[1:]}."
        return RejectedRecord(record.key, fault.code, reason, fault.field)


def _mapped(rule: StreamRule, record: SourceRecord) -> MappingResult | RejectedRecord:
    payload = record.payload
    scope = Scope(payload if isinstance(payload, dict) else dict(payload), record)
    made: dict[str, tuple[MappedRecord, RecordRule, Scope]] = {}
    for record_rule in rule.records:
        for part, inner in _places(record_rule, scope):
            if part not in made:
                party = _party(record_rule, inner, record, part)
                if party is not None:
                    made[part] = (party, record_rule, inner)
    parties = tuple(_related(*entry, made) for entry in made.values())
    touchpoints: dict[str, Interaction] = {}
    for touch_rule in rule.interactions:
        for part, inner in _places(touch_rule, scope):
            if part not in touchpoints:
                touchpoint = _touchpoint(touch_rule, inner, record, part, made)
                if touchpoint is not None:
                    touchpoints[part] = touchpoint
    if not (parties or touchpoints or rule.may_be_empty):
        reason = "The record names nobody: no name, address, phone, e-mail or identifier in it."
        return RejectedRecord(record.key, "nothing_mapped", reason)
    return MappingResult(parties, tuple(touchpoints.values()))


def _places(rule: RecordRule | InteractionRule, scope: Scope) -> Iterator[tuple[str, Scope]]:
    """The scopes a rule applies to, each with the name of the part it makes."""
    if rule.elements is None:
        if rule.when is None or rule.when(scope):
            yield rule.part, scope
        return
    for inner in rule.elements(scope):
        if rule.when is None or rule.when(inner):
            element_id = text_of(rule.element_id(inner)) if rule.element_id else None
            part = element_part(rule.part, element_id)
            if part is None:
                raise Unmappable("no_part_id", "an element has no value for its id", "id")
            yield part, inner


def _values(fields: tuple[tuple[str, FieldReader], ...], scope: Scope) -> dict[str, Any]:
    """The present fields; an Unmappable on its way learns which field it came from."""
    values: dict[str, Any] = {}
    name = ""
    try:
        for name, read in fields:
            value = read(scope)
            if value is not None and value != ():
                values[name] = value
    except Unmappable as fault:
        fault.field = name
        raise
    return values


def _party(rule: RecordRule, scope: Scope, record: SourceRecord, part: str) -> MappedRecord | None:
    values = _values(rule.fields, scope)
    entity = rule.entity(scope)
    if entity is Entity.ORGANIZATION:
        for name in PERSON_FIELDS.intersection(values):
            del values[name]
    if IDENTIFYING.isdisjoint(values):
        return None
    values.setdefault("observed_at", record.observed_at)
    key = record.key.with_part(part) if part else record.key
    return MappedRecord(key=key, entity=entity, **values)


def _related(
    party: MappedRecord, rule: RecordRule, scope: Scope, made: dict[str, Any]
) -> MappedRecord:
    """The party with its relations; one to a part that was not made is left out."""
    keys = (
        (kind, _known_key(reference.key(scope), scope, made)) for kind, reference in rule.relations
    )
    relations = tuple(Relation(kind, key) for kind, key in keys if key and key != party.key)
    return replace(party, relations=relations) if relations else party


def _known_key(key: RecordKey | None, scope: Scope, made: dict[str, Any]) -> RecordKey | None:
    if key is None:
        return None
    return key if key.part in made or key.with_part("") != scope.record.key else None


def _touchpoint(
    rule: InteractionRule, scope: Scope, record: SourceRecord, part: str, made: dict[str, Any]
) -> Interaction | None:
    """The interaction; None where it would hang on a part of this record that was not made."""
    of = rule.of.key(scope)
    if of is None:
        raise Unmappable(
            "missing_value", "the record that the interaction belongs to is not named", "of"
        )
    if _known_key(of, scope, made) is None:
        return None
    values = _values(rule.fields, scope)
    for name in REQUIRED:
        if name not in values:
            raise Unmappable("missing_value", f"the interaction has no {name!r}", name)
    return Interaction(key=record.key.with_part(part) if part else record.key, of=of, **values)
