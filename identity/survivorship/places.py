"""Postal addresses, as records say them."""

from collections.abc import Hashable, Iterable, Mapping

from daifuku.records import Address, MappedRecord
from identity import normalize
from identity.features import Features
from identity.normalize.types import PostalAddress
from identity.survivorship.sayings import Sayings, Value, Values
from identity.survivorship.shown import shown_address

_places = Sayings()


def addresses(record: MappedRecord, known: Features | None = None) -> Values:
    """The addresses that say anything."""
    addresses = record.addresses
    if len(addresses) == 1:
        read = known.addresses if known is not None else ()
        return _known_as(addresses[0], read[0] if len(read) == 1 else None)
    return [value for address in addresses for value in _known_as(address, None)]


def _known_as(address: Address, known: PostalAddress | None) -> Values:
    values = _places.get(address)
    if values is None:
        told = bool(address.one_line())
        values = (_address(address, known or normalize.address(address)),) if told else ()
        _places.keep(address, values)
    return values


def _address(address: Address, known: PostalAddress) -> Value:
    shown = shown_address(address, known)
    line = shown.one_line()
    if known.country == "JP" and known.level >= 4:
        place, room = f"{known.town_key}|{known.block}", known.room
    else:
        place, room = known.key or line, ""
    size = (
        8 * bool(known.room)
        + 4 * bool(known.building)
        + 2 * bool(shown.postal_code)
        + bool(known.prefecture)
    )
    text = f"{shown.postal_code} {line}"
    return Value(shown, (place, room), text, size, complete=known.level >= 4)


def with_their_rooms(keys: Iterable[tuple[str, str]]) -> Mapping[Hashable, Hashable]:
    """An address without room is the one with a room in that place, if there is just one."""
    rooms: dict[str, set[str]] = {}
    for place, room in keys:
        rooms.setdefault(place, set()).update({room} - {""})
    return {(place, ""): (place, *found) for place, found in rooms.items() if len(found) == 1}
