"""Readings learned from records, and features seen through the readings of a model.

Learning is explicit: the table becomes part of a model version, which is tried and applied like
any other change of the model.
"""

from collections.abc import Iterable
from dataclasses import replace

from daifuku.records import Entity, MappedRecord
from identity.encoded import Encoded, Part
from identity.features import NAME_TEXTS, Features, person_name
from identity.model.types import Model
from identity.normalize.furigana import Furigana
from identity.normalize.learned import ReadingCounts, ReadingTable

AT_LEAST = 2
"""Witnesses (a source and a whole name) that must state a reading for it to be learned."""


def learn_readings(records: Iterable[MappedRecord], *, at_least: int = AT_LEAST) -> ReadingTable:
    """The readings that records with both kanji and kana state; their order does not matter."""
    counts = ReadingCounts()
    for record in records:
        stated = (record.name_kana or "", record.family_kana or "", record.given_kana or "")
        if record.entity is Entity.PERSON and any(stated):
            name = person_name(NAME_TEXTS(record))
            counts.hear(name, Furigana(*stated), record.key.source)
    return counts.table(at_least)


def seen(value: Features, model: Model) -> Features:
    """Features as the model sees them; key and digest are those of what the record says."""
    if model.readings is None:
        return value
    name, alias = model.readings.read(value.name), model.readings.read(value.alias)
    if name is value.name and alias is value.alias:
        return value
    return replace(value, name=name, alias=alias)


def seen_encoded(encoded: Encoded, model: Model) -> Encoded:
    """Encoded features as the model sees them; rows and nodes stay what they are."""
    if model.readings is None:
        return encoded
    read = model.readings.read
    parts = {
        name: Part(list(map(read, part.values)), part.rows) if name in ("name", "alias") else part
        for name, part in encoded.parts.items()
    }
    return Encoded(encoded.entity, encoded.keys, parts)
