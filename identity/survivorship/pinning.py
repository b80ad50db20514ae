"""What a steward types, as the value a field holds."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from daifuku.errors import UserError
from daifuku.records import Address, Entity, MappedRecord, RecordKey
from identity.survivorship.fields import FIELDS
from identity.survivorship.names import PERSON_NAMES
from identity.survivorship.shown import NameTexts, shown_name

_NOT_PINNED = frozenset({"identifiers", "consents", "relations"})
"""Fields that say what systems and the party itself state; a steward cannot state it for them."""
_NOBODY = RecordKey("steward", "pin", "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def pinnable(entity: Entity) -> tuple[str, ...]:
    """The fields of a golden record that can be pinned."""
    names = PERSON_NAMES if entity is Entity.PERSON else ()
    return tuple(dict.fromkeys((*names, *(f for f in FIELDS[entity] if f not in _NOT_PINNED))))


def pin_value(entity: Entity, field: str, text: str) -> Any:
    """The value that `text` is for the field, shown as survivorship shows it.

    Raises:
        UserError: the field cannot be pinned, or the text is no value of it.
    """
    if field not in pinnable(entity):
        raise UserError(
            f"The field {field[:40]!r} of a golden record cannot be pinned.",
            hint=f"These can be: {', '.join(pinnable(entity))}.",
        )
    value = _read(entity, field, text.strip())
    if value in (None, ""):
        raise UserError(
            f"This is no value that {field!r} can hold.",
            hint="A placeholder is none either: to drop a value, mend it where it comes from.",
        )
    return value


def from_json(field: str, value: Any) -> Any:
    """A pinned value as it was stored in JSON."""
    if field == "addresses" and isinstance(value, dict):
        known = {item.name for item in fields(Address)}
        return Address(**{name: text for name, text in value.items() if name in known})
    return value


def _read(entity: Entity, field: str, text: str) -> Any:
    if entity is Entity.PERSON and field in PERSON_NAMES:
        name = shown_name(NameTexts(**dict.fromkeys(PERSON_NAMES, "") | {field: text}))
        return name.fields.get(field) if name else None
    spec = FIELDS[entity][field]
    said: dict[str, Any] = {field: text}
    if spec.many:
        said = {field: (Address(text=text),) if field == "addresses" else (text,)}
    record = MappedRecord(key=_NOBODY, entity=entity, observed_at=_EPOCH, **said)
    return next((value.value for value in spec.read(record)), None)
