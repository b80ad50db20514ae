"""The keys by which related golden records find each other, as (kind, value) pairs.

They are stored beside the identifiers of a golden record and follow from its records alone, so
that they stay up to date with each change and the order of arrival does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from daifuku.records import Entity
from identity.features import Features
from identity.normalize.types import PostalAddress

COMPANY = "company"
"""The kind under which an organisation is found by its name's core."""
EMPLOYER = "employer"
"""The kind under which a person is found by the core of their employer's name."""
_HOME, _OFFICE = "home:", "office:"
_BLOCK = 4
"""The level of an address that names a house."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Resident:
    """A surname at a place: `room` where one is known, the surname as written, its readings."""

    room: str
    family: str
    readings: frozenset[str]

    def same_surname(self, other: "Resident") -> bool:
        """Whether the surnames are one: as written, or by reading where one is in kana or Latin.

        Two surnames in kanji that only sound alike (大田, 太田) are two.
        """
        if self.family == other.family:
            return True
        both_kanji = _is_kanji(self.family) and _is_kanji(other.family)
        return not both_kanji and not self.readings.isdisjoint(other.readings)


def relation_keys(value: Features) -> Iterable[Key]:
    """The keys of one record."""
    person = value.entity is Entity.PERSON
    if value.company.core:
        yield (EMPLOYER if person else COMPANY, value.company.core)
    places = [(place, address.room) for address in value.addresses if (place := place_of(address))]
    if not places:
        return
    if not person:
        yield from ((_OFFICE + place, room) for place, room in places)
    elif value.name.family:
        readings = sorted({value.name.family_kana, *(f for f, _ in value.name.readings)} - {""})
        said = "\x1f".join((value.name.family, *readings))
        yield from ((_HOME + place, f"{room}\x1e{said}") for place, room in places)


def place_of(address: PostalAddress) -> str:
    """The house an address names, whatever the room; empty if it names none."""
    if address.level < _BLOCK or not address.block:
        return ""
    return f"{address.town_key}|{address.block}"


def home_kind(place: str) -> str:
    """The kind under which the residents of a place are found."""
    return _HOME + place


def office_kind(place: str) -> str:
    """The kind under which the organisations at a place are found."""
    return _OFFICE + place


def place_named(kind: str) -> str:
    """The place of a home's kind; empty for any other kind."""
    return kind.removeprefix(_HOME) if kind.startswith(_HOME) else ""


def resident(value: str) -> Resident:
    """The resident that the value of a home's key names."""
    room, _, said = value.partition("\x1e")
    family, *readings = said.split("\x1f")
    return Resident(room, family, frozenset(readings))


def _is_kanji(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)
