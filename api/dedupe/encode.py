"""Mapped records in columns as features in columns: each different value is normalised once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from api.dedupe.cells import Numbers, distinct
from api.dedupe.keys import ChosenKeys
from api.dedupe.mapped import Mapped
from daifuku.records import Entity
from identity import features
from identity.encoded import EMPTY, Encoded, Part

Value = Any
Normalise = Callable[[str, Sequence[Value]], Sequence[Value]]
"""Normalises values of one part, in their order."""

_PARTS_AT_ONCE = 2
"""While the values of one part are normalised by others, those of the next are gathered."""
_NAME_FIELDS = ("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana")
_FIELDS: Mapping[Entity, Mapping[str, tuple[str, ...]]] = {
    Entity.PERSON: {
        "name": _NAME_FIELDS,
        "alias": ("display_name",),
        "company": ("organization",),
        "birth_date": ("birth_date",),
        "gender": ("gender",),
        "corporate_number": ("corporate_number",),
        "website": ("website",),
        "emails": ("emails",),
        "phones": ("phones",),
        "addresses": ("addresses",),
        "identifiers": ("identifiers",),
    },
    Entity.ORGANIZATION: {
        "company": ("name", "organization", "name_kana"),
        "corporate_number": ("corporate_number",),
        "website": ("website",),
        "emails": ("emails",),
        "phones": ("phones",),
        "addresses": ("addresses",),
        "identifiers": ("identifiers",),
    },
}
"""The fields of a mapped record that each part of its features follows from."""


def normalise(part: str, values: Sequence[Sequence[Any]]) -> list[Any]:
    """The parts that follow from these values of their fields; None is a field without a value."""
    return [_READERS[part](value) for value in values]


def encoded(mapped: Mapped, entity: Entity, each: Normalise) -> Encoded:
    """The features of all records of one kind; `each` does what `normalise` does."""
    rows = mapped.rows_of(entity)
    with ThreadPoolExecutor(_PARTS_AT_ONCE) as beside:
        made = beside.map(lambda name: _part(mapped, entity, name, rows, each), EMPTY)
        parts = dict(zip(EMPTY, made, strict=True))
    if entity is Entity.PERSON:
        _drop_aliases(parts["name"], parts["alias"])
    return Encoded(entity, ChosenKeys(mapped.keys, rows), parts)


def _part(mapped: Mapped, entity: Entity, name: str, rows: Numbers, each: Normalise) -> Part:
    names = [field for field in _FIELDS[entity].get(name, ()) if field in mapped.fields]
    if not names:
        return Part([EMPTY[name]], np.zeros(len(rows), np.int32))
    held = [mapped.fields[field] for field in names]
    first, numbers = distinct(len(rows), [(f.rows[rows], len(f.values)) for f in held])
    places = {field: mapped.fields[field] for field in names}
    told = list(_told(_FIELDS[entity][name], places, rows[first]))
    interned: dict[Any, int] = {EMPTY[name]: 0}
    found = [interned.setdefault(value, len(interned)) for value in each(name, told)]
    return Part(list(interned), np.asarray(found, np.int32)[numbers])


def _told(
    names: Sequence[str], fields: Mapping[str, Any], rows: Numbers
) -> Iterator[tuple[Any, ...]]:
    """What some rows say in those fields."""
    columns = []
    for name in names:
        if name in fields:
            values = fields[name].values
            columns.append([values[number] for number in fields[name].rows[rows].tolist()])
        else:
            columns.append([None] * len(rows))
    return zip(*columns, strict=True)


def _drop_aliases(name: Part, alias: Part) -> None:
    """A display name is none where it is the name itself."""
    numbers: dict[str, int] = {}
    of_name = [numbers.setdefault(value.full, len(numbers)) for value in name.values]
    of_alias = [numbers.setdefault(value.full, len(numbers)) for value in alias.values]
    same = np.asarray(of_name)[name.rows] == np.asarray(of_alias)[alias.rows]
    alias.rows[same] = 0


def _company(texts: Sequence[str | None]) -> Any:
    *names, kana = texts if len(texts) > 1 else (*texts, None)
    return features.company_name(next(filter(None, names), None), kana)


_READERS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "name": features.person_name,
    "alias": lambda told: features.alias_name(told[0]),
    "company": _company,
    "birth_date": lambda told: features.birth_date(told[0]),
    "gender": lambda told: features.gender(told[0]),
    "corporate_number": lambda told: features.corporate_number(told[0]),
    "website": lambda told: features.host(told[0]) if told[0] else "",
    "emails": lambda told: features.emails(told[0] or ()),
    "phones": lambda told: features.phones(told[0] or ()),
    "addresses": lambda told: features.addresses(told[0] or ()),
    "identifiers": lambda told: features.identifiers(told[0] or ()),
}
