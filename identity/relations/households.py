"""Households: people of one surname at one address. A relation, never a merge.

An address that does not name a home makes none: where an organisation is, a block of flats
without the room, a place with more people than a family has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from identity.relations.keys import Resident

MOST_MEMBERS = 8
"""People of one surname at one address that are still one household."""
MOST_SURNAMES = 3
"""Surnames at an address without rooms that are still those of one house."""
MOST_AT_A_PLACE = 60
"""Entries of one place that are looked at; a place with more is a hub."""

Shared = Literal["same_room", "same_block"]
Withheld = Literal["office", "block_of_flats", "too_many_surnames", "too_many_people"]

Residents = Mapping[str, Sequence[Resident]]
"""The entries of each golden record at one place, by golden id."""


@dataclass(frozen=True, slots=True)
class Household:
    """The golden records of one household, the one asked about among them, by id."""

    members: tuple[str, ...]
    shared: Shared


@dataclass(frozen=True, slots=True)
class NoHousehold:
    """People of one surname at one address who are taken for no household, and why."""

    why: Withheld


def household(
    golden_id: str, residents: Residents, *, office: bool
) -> Household | NoHousehold | None:
    """The household of a golden record at a place where these people live.

    `office` tells that an organisation is at the place, under no room or under one of the
    rooms of this golden record. None where nobody else there has the surname.
    """
    settled = {id: _known_rooms(entries) for id, entries in residents.items()}
    own = settled.get(golden_id, ())
    members = sorted(id for id, entries in settled.items() if id == golden_id or _kin(own, entries))
    if len(members) < 2:
        return None
    everyone = [entry for entries in settled.values() for entry in entries]
    detached = not any(entry.room for entry in own)
    why: Withheld | None = (
        "office" if office else _no_home(everyone, len(members), detached=detached)
    )
    return NoHousehold(why) if why else Household(tuple(members), _SHARED[detached])


_SHARED: Mapping[bool, Shared] = {True: "same_block", False: "same_room"}


def _no_home(everyone: Sequence[Resident], members: int, *, detached: bool) -> Withheld | None:
    """Why a place is no home of one family, None where it may be."""
    if members > MOST_MEMBERS or len(everyone) > MOST_AT_A_PLACE:
        return "too_many_people"
    if detached and any(entry.room for entry in everyone):
        return "block_of_flats"
    if detached and _surnames(everyone) > MOST_SURNAMES:
        return "too_many_surnames"
    return None


def _known_rooms(entries: Sequence[Resident]) -> list[Resident]:
    """The entries with their rooms; one without adds nothing where a room is known."""
    with_room = [entry for entry in entries if entry.room]
    return sorted(with_room or entries, key=lambda entry: (entry.room, entry.family))


def _kin(own: Sequence[Resident], others: Sequence[Resident]) -> bool:
    return any(a.room == b.room and a.same_surname(b) for a in own for b in others)


def _surnames(entries: Sequence[Resident]) -> int:
    kept: list[Resident] = []
    for entry in entries:
        if not any(entry.same_surname(other) for other in kept):
            kept.append(entry)
    return len(kept)
