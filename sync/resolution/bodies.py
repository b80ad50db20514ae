"""The golden record as it is served: ready JSON, and the values it is looked up by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson

from daifuku.records import Entity, GoldenField, LostValue, MappedRecord, RecordKey
from identity.features import Features, features
from identity.relations.keys import relation_keys
from identity.survivorship.pins import PIN, Pin, holding


def content(golden: Mapping[str, GoldenField], members: Iterable[RecordKey]) -> bytes:
    """What a golden record says, without id, version and time: a JSON object, order fixed."""
    fields, lineage = {}, {}
    for name, field in sorted(golden.items()):
        value = field.value
        fields[name] = value if value.__class__ is str else plain(value)
        lineage[name] = {
            "source": key_json(field.source),
            "observed_at": field.observed_at,
            "rule": field.rule,
            "losers": [_lost(lost) for lost in field.losers] if field.losers else (),
        }
    named = [key_json(key) for key in sorted(members, key=_parts)]
    return orjson.dumps({"fields": fields, "lineage": lineage, "records": named})


_parts = attrgetter("source", "stream", "external_id", "part")


def body(golden_id: str, entity: Entity, version: int, updated_at: datetime, said: bytes) -> bytes:
    """The JSON of a golden record, as the API answers with it."""
    head = {"id": golden_id, "entity": entity, "version": version, "updated_at": updated_at}
    return orjson.dumps(head)[:-1] + b"," + said[1:]


def same_content(stored: bytes, said: bytes) -> bool:
    """Whether a stored body says just that."""
    return stored.endswith(said[1:]) and stored.index(said[1:10]) == len(stored) - len(said) + 1


def lookup_keys(of: Iterable[Features]) -> set[tuple[str, str]]:
    """The (kind, normalised value) pairs by which records of these features are found."""
    keys: set[tuple[str, str]] = set()
    # Records that say the same share their features.
    for value in {id(value): value for value in of}.values():
        if value.emails:
            keys.update([("email", email.address) for email in value.emails])
        if value.phones:
            keys.update([("phone", phone.e164) for phone in value.phones])
        if value.identifiers:
            keys.update([(f"identifier:{scheme}", name) for scheme, name in value.identifiers])
        if value.corporate_number:
            keys.add(("corporate_number", value.corporate_number))
        keys.update(relation_keys(value))
    return keys


def pinned_keys(entity: Entity, pins: Iterable[Pin]) -> set[tuple[str, str]]:
    """The (kind, normalised value) pairs by which a golden record with these pins is found."""
    held = holding(pins)
    said: dict[str, Any] = {
        name: (held[name].value,) if many else held[name].value
        for name, many in _LOOKED_UP.items()
        if name in held
    }
    if not said:
        return set()
    return lookup_keys(
        [features(MappedRecord(key=_STEWARD, entity=entity, observed_at=_EPOCH, **said))]
    )


_LOOKED_UP = {"emails": True, "phones": True, "corporate_number": False}
"""The fields that can be pinned and looked up by, and whether they have many values."""
_STEWARD = RecordKey("steward", PIN, "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def key_json(key: RecordKey) -> dict[str, str]:
    """A record's key as JSON; `part` only where there is one."""
    named = {"source": key.source, "stream": key.stream, "external_id": key.external_id}
    if key.part:
        named["part"] = key.part
    return named


def plain(value: Any) -> Any:
    """A canonical value as plain JSON, empty parts of it left out."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [item if item.__class__ is str else plain(item) for item in value]
    if is_dataclass(value):
        names, parts = _dataclass(value.__class__)
        told = zip(names, parts(value), strict=True)
        return {name: plain(part) for name, part in told if part not in ("", None)}
    raw = orjson.loads(orjson.dumps(value))
    return {k: v for k, v in raw.items() if v not in ("", None)} if isinstance(raw, dict) else raw


@cache
def _dataclass(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of its fields, and what takes their values off; it has two or more."""
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def _lost(lost: LostValue) -> dict[str, Any]:
    """A value that lost, and why; `contested` only where it is."""
    value = lost.value
    told = {
        "value": value if value.__class__ is str else plain(value),
        "source": key_json(lost.source),
        "observed_at": lost.observed_at,
        "why": lost.why,
    }
    if lost.contested:
        told["contested"] = True
    return told
