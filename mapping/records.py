"""Compiles the records of a stream: entity, fields, relations."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from daifuku.records.mapped import Entity, MappedRecord
from mapping.coerce import as_day, as_moment
from mapping.conditions import compile_condition
from mapping.document import Node
from mapping.faults import Faults
from mapping.objects import ADDRESS, CONSENT, IDENTIFIER, compile_objects
from mapping.references import Reference, compile_reference
from mapping.rules import FieldReader, RecordRule
from mapping.scope import Getter, Scope
from mapping.shapes import items_of, keys_of, word_of
from mapping.text import text_of, texts_of
from mapping.values import compile_elements, compile_value

OBJECTS = {"addresses": ADDRESS, "identifiers": IDENTIFIER, "consents": CONSENT}
TEXT_LISTS = ("emails", "phones")
FIELDS = tuple(
    field.name
    for field in fields(MappedRecord)
    if field.name not in ("key", "entity", "observed_at", "relations")
)
"""The canonical fields a mapping may fill."""

PERSON_FIELDS = frozenset(
    (
        "family_name",
        "given_name",
        "name_kana",
        "family_kana",
        "given_kana",
        "display_name",
        "birth_date",
        "gender",
    )
)
"""Fields that an organisation does not have."""

IDENTIFYING = frozenset(
    (
        "name",
        "family_name",
        "given_name",
        "name_kana",
        "family_kana",
        "given_kana",
        "display_name",
        "organization",
        "corporate_number",
        "emails",
        "phones",
        "addresses",
        "identifiers",
    )
)
"""A record without a value in any of these is not made."""

_ENTITIES = tuple(Entity)
_RECORD_KEYS = ("entity", "part", "when", "each", "id", "observed_at", "fields", "relations")


def compile_record(node: Node, faults: Faults) -> RecordRule:
    """The rule for one entry of `records`."""
    keys = keys_of(node, faults, allowed=_RECORD_KEYS, required=("entity", "fields"))
    elements, element_id = compile_each(node, keys, faults)
    rules = _fields(keys["fields"], keys.get("entity"), faults) if "fields" in keys else []
    if "observed_at" in keys:
        rules.append(("observed_at", _read(keys["observed_at"], faults, as_moment)))
    return RecordRule(
        entity=_entity(keys["entity"], faults) if "entity" in keys else _person,
        fields=tuple(rules),
        part=word_of(keys.get("part"), faults),
        when=compile_when(keys, faults),
        elements=elements,
        element_id=element_id,
        relations=_relations(keys["relations"], faults) if "relations" in keys else (),
    )


def compile_each(node: Node, keys: dict[str, Node], faults: Faults) -> tuple[Any, Getter | None]:
    """The elements of a rule with `each`, and the getter of their ids."""
    if "each" not in keys:
        if "id" in keys:
            faults.add(keys["id"].line, keys["id"].path, "'id' names the elements of an 'each'.")
        return None, None
    if "id" not in keys:
        faults.add(node.line, node.path, "With 'each' the key 'id' is needed: it names each part.")
        return None, None
    elements = compile_elements({"each": keys["each"]}, faults)
    return elements, compile_value(keys["id"], faults)


def compile_when(keys: dict[str, Node], faults: Faults) -> Callable[[Scope], bool] | None:
    return compile_condition(keys["when"], faults) if "when" in keys else None


def _person(_: Scope) -> Entity:
    return Entity.PERSON


def _entity(node: Node, faults: Faults) -> Callable[[Scope], Entity]:
    """`person`, `organization`, or `{when, then, else}` of these."""
    if not isinstance(node.value, dict):
        word = word_of(node, faults, one_of=_ENTITIES)
        entity = Entity(word) if word else Entity.PERSON
        return lambda _: entity
    keys = keys_of(
        node, faults, allowed=("when", "then", "else"), required=("when", "then", "else")
    )
    if len(keys) < 3:
        return _person
    test = compile_condition(keys["when"], faults)
    then, otherwise = _entity(keys["then"], faults), _entity(keys["else"], faults)
    return lambda scope: then(scope) if test(scope) else otherwise(scope)


def _fields(node: Node, entity: Node | None, faults: Faults) -> list[tuple[str, FieldReader]]:
    keys = keys_of(node, faults, allowed=FIELDS)
    if entity is not None and entity.value == Entity.ORGANIZATION:
        for name in PERSON_FIELDS.intersection(keys):
            child = keys[name]
            hint = "The name of an organization is 'name'." if "na" in name else ""
            faults.add(child.line, child.path, f"An organization has no {name!r}.", hint)
    return [(name, _field(name, child, faults)) for name, child in keys.items()]


def _field(name: str, node: Node, faults: Faults) -> FieldReader:
    if name in OBJECTS:
        return compile_objects(node, faults, OBJECTS[name])
    if name in TEXT_LISTS:
        return _text_list(node, faults)
    return _read(node, faults, as_day if name == "birth_date" else text_of)


def _read(node: Node, faults: Faults, coerce: Callable[[Any], Any]) -> FieldReader:
    get = compile_value(node, faults)
    return lambda scope: coerce(get(scope))


def _text_list(node: Node, faults: Faults) -> FieldReader:
    nodes = node.value if isinstance(node.value, list) else [node]
    getters = [compile_value(item, faults) for item in nodes]
    if len(getters) == 1:
        get = getters[0]
        return lambda scope: texts_of(get(scope))
    return lambda scope: texts_of([get(scope) for get in getters])


def _relations(node: Node, faults: Faults) -> tuple[tuple[str, Reference], ...]:
    found = []
    for item in items_of(node, faults):
        keys = keys_of(item, faults, allowed=("kind", "to"), required=("kind", "to"))
        if len(keys) == 2:
            kind = word_of(keys["kind"], faults)
            found.append((kind, compile_reference(keys["to"], faults)))
    return tuple(found)
