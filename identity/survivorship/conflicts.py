"""Conflicts: facts on which sources of equal standing disagree, for a steward to settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from daifuku.records import GoldenField, LostValue, RecordKey
from identity.survivorship.names import PERSON_NAMES


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field whose surviving `value` was chosen by time or chance alone.

    `rivals` are the other values of equal standing, each once, with one record that says so.
    A pin on the field settles it.
    """

    field: str
    value: Any
    source: RecordKey
    rivals: tuple[LostValue, ...]


def conflicts(golden: Mapping[str, GoldenField]) -> tuple[FieldConflict, ...]:
    """The conflicts in a golden record's fields, by field name.

    A person's names are one field, reported once, under the whole name where there is one.
    """
    found = [
        FieldConflict(name, field.value, field.source, rivals)
        for name, field in sorted(golden.items())
        if field.losers and (rivals := _rivals(field))
    ]
    if not found:
        return ()
    shown = next((part for part in PERSON_NAMES if any(c.field == part for c in found)), None)
    return tuple(c for c in found if c.field not in PERSON_NAMES or c.field == shown)


def _rivals(field: GoldenField) -> tuple[LostValue, ...]:
    contested: dict[Any, LostValue] = {}
    for lost in field.losers:
        if lost.contested and lost.value != field.value:
            contested.setdefault(lost.value, lost)
    return tuple(contested.values())
