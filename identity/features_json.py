"""Features read off the JSON that `identity.features.to_json` wrote."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson

from daifuku.records import Entity, RecordKey
from identity.features import NO_COMPANY, NO_NAME, Features, sealed
from identity.normalize.types import Company, Email, PersonName, Phone, PostalAddress

T = TypeVar("T")

_NOBODY = RecordKey("", "", "")


def from_json(key: RecordKey, entity: Entity, body: bytes) -> Features:
    """The features that `to_json` wrote."""
    raw: Mapping[str, Any] = orjson.loads(body)
    name, alias = (_name(raw.get(field)) for field in ("name", "alias"))
    return sealed(
        Features(
            key=key,
            entity=entity,
            name=name,
            alias=alias,
            company=_read(Company, raw["company"]) if raw.get("company") else NO_COMPANY,
            birth_date=raw.get("birth_date", ""),
            gender=raw.get("gender", ""),
            corporate_number=raw.get("corporate_number", ""),
            website=raw.get("website", ""),
            emails=tuple([Email(**item) for item in raw.get("emails", ())]),
            phones=tuple([Phone(**item) for item in raw.get("phones", ())]),
            addresses=tuple([PostalAddress(**item) for item in raw.get("addresses", ())]),
            identifiers=_tuples(raw.get("identifiers", [])),
        ),
        body,
    )


def some_from_json(entity: str, body: bytes, parts: Iterable[str]) -> Features:
    """Only these parts of the features that `to_json` wrote, with no digest and a key of nobody."""
    raw = orjson.loads(body)
    said = {part: _READ[part](raw[part]) for part in parts if part in raw}
    return Features(key=_NOBODY, entity=Entity(entity), **said)


def _read(kind: Callable[..., T], raw: dict[str, Any]) -> T:
    for column, value in raw.items():
        if value.__class__ is list:
            raw[column] = _tuples(value)
    return kind(**raw)


def _name(raw: dict[str, Any] | None) -> PersonName:
    return _read(PersonName, raw) if raw else NO_NAME


def _tuples(value: list[Any]) -> tuple[Any, ...]:
    if value and value[0].__class__ is list:
        return tuple([_tuples(item) for item in value])
    return tuple(value)


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("birth_date", "gender", "corporate_number", "website"), str),
    **dict.fromkeys(("name", "alias"), _name),
    "company": lambda raw: _read(Company, raw),
    "emails": lambda raw: tuple([Email(**item) for item in raw]),
    "phones": lambda raw: tuple([Phone(**item) for item in raw]),
    "addresses": lambda raw: tuple([PostalAddress(**item) for item in raw]),
    "identifiers": _tuples,
}
"""How each part is read off its JSON."""
