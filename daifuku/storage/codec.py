"""Mapped records and interactions as stored JSON, and back.

A body holds what the columns beside it do not, absent values left out, so that two equal
records have equal bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import orjson

from daifuku.records import (
    Address,
    Consent,
    Entity,
    Identifier,
    Interaction,
    MappedRecord,
    RecordKey,
    Relation,
)

_COLUMNS = frozenset({"key", "entity", "observed_at"})
_MAPPED_FIELDS = tuple(f.name for f in fields(MappedRecord) if f.name not in _COLUMNS)
_mapped_values = attrgetter(*_MAPPED_FIELDS)


def dump_mapped(record: MappedRecord) -> bytes:
    """The body of a mapped record: every field but its key, entity and time."""
    values = zip(_MAPPED_FIELDS, _mapped_values(record), strict=True)
    return orjson.dumps({name: value for name, value in values if value not in (None, ())})


def load_mapped(
    key: RecordKey, entity: str, observed_at: datetime, body: bytes | str
) -> MappedRecord:
    """The mapped record of a row."""
    raw: dict[str, Any] = orjson.loads(body)
    for name, values in raw.items():
        if values.__class__ is list:
            raw[name] = _LISTS[name](values)
    return MappedRecord(key=key, entity=_ENTITIES[entity], observed_at=observed_at, **raw)


_ENTITIES = {entity.value: entity for entity in Entity}
_LISTS: Mapping[str, Callable[[list[Any]], tuple[Any, ...]]] = {
    "emails": tuple,
    "phones": tuple,
    "addresses": lambda values: tuple([Address(**value) for value in values]),
    "identifiers": lambda values: tuple([Identifier(**value) for value in values]),
    "consents": lambda values: tuple([Consent(**value) for value in values]),
    "relations": lambda values: tuple(
        [Relation(value["kind"], RecordKey(**value["to"])) for value in values]
    ),
}
"""How each field of many values is read off its JSON."""


def dump_interaction(interaction: Interaction) -> bytes:
    """The body of an interaction: what its columns do not hold."""
    body: dict[str, Any] = {
        "subject": interaction.subject,
        "amount": None if interaction.amount is None else str(interaction.amount),
        "currency": interaction.currency,
        "items": [dict(item) for item in interaction.items],
        "refs": dict(interaction.refs),
    }
    return orjson.dumps({name: value for name, value in body.items() if value})


def load_interaction(key: RecordKey, of: RecordKey, row: Mapping[str, Any]) -> Interaction:
    """The interaction of a row of the table, given as a mapping of its columns."""
    raw: dict[str, Any] = orjson.loads(row["body"])
    amount = raw.get("amount")
    return Interaction(
        key=key,
        of=of,
        channel=row["channel"],
        kind=row["kind"],
        at=row["at"],
        direction=row["direction"],
        subject=raw.get("subject"),
        amount=None if amount is None else Decimal(amount),
        currency=raw.get("currency"),
        items=tuple(raw.get("items", ())),
        refs=raw.get("refs", {}),
    )
