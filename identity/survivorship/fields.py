"""The fields of a golden record: what each record says of them, and which values are equal.

What cannot be read as what the field holds (a phone of zeros, the e-mail test@example.com, the
birth date 1900-01-01, the name 不明) is no value: it stays in the source record.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from daifuku.records import Address, Consent, Entity, MappedRecord
from identity import normalize
from identity.features import Features, host
from identity.normalize.types import Email, Phone, PostalAddress
from identity.survivorship.shown import (
    NameTexts,
    ShownName,
    name_as_shown,
    shown_address,
    shown_name,
)

PERSON_NAMES = NameTexts._fields
"""Fields that survive together, so that no name is made of two."""

_KEPT = 16_384
"""Sayings kept read, per field: the records of one party repeat each other."""


class Value(NamedTuple):
    """One value as a record says it, ready to be shown.

    `key` is equal for equal values; `text` is how it is written; `size` is how much it says.
    `verified` where it can be checked and holds, `complete` where no part is missing. `own` ranks
    an e-mail or phone by how much it is the party's, `native` a script, 0 being the best.
    """

    value: Any
    key: Hashable
    text: str = ""
    size: int = 0
    verified: bool = False
    complete: bool = False
    own: int = 0
    native: int = 0


Values = Sequence[Value]


class _Sayings(dict[Any, Values]):
    """What the last sayings of a field were read as."""

    def keep(self, saying: Any, values: Values) -> Values:
        if len(self) >= _KEPT:
            self.clear()
        self[saying] = values
        return values


class Read(Protocol):
    """What a record says of a field. What its features hold, where they are `known`, is not
    normalised once more."""

    def __call__(self, record: MappedRecord, known: Features | None = None, /) -> Values: ...


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field is read off a record; with `many`, all values survive, best first.

    `reads` names the fields of the record that `read` looks at beside its entity. `joined` tells
    which keys of a cluster mean the same although they differ; `gave_way` whether a value may have
    been followed by another.
    """

    read: Read
    reads: tuple[str, ...]
    many: bool = False
    joined: Callable[[Iterable[Any]], Mapping[Hashable, Hashable]] | None = None
    gave_way: Callable[[Any, Any], bool] | None = None


def _plain(name: str, key: Callable[[str], str] = lambda text: text) -> FieldSpec:
    said = attrgetter(name)

    @lru_cache(_KEPT)
    def values(text: str) -> Values:
        shown = normalize.clean_text(text)
        folded = key(shown) or normalize.fold_text(shown).lower()
        return (Value(shown, folded, shown, len(shown)),) if shown else ()

    def read(record: MappedRecord, _: Features | None = None) -> Values:
        text = said(record)
        return values(text) if text else ()

    return FieldSpec(read, (name,))


_name_texts = attrgetter(*PERSON_NAMES)
_names = _Sayings()


def _person_name(record: MappedRecord, known: Features | None = None) -> Values:
    texts = _name_texts(record)
    values = _names.get(texts)
    return _names.keep(texts, _shown_name(texts, known)) if values is None else values


def _shown_name(texts: Iterable[str | None], known: Features | None) -> Values:
    said = NameTexts._make([text or "" for text in texts])
    name: ShownName | None
    if known is not None and known.name.full:
        name = name_as_shown(said, known.name)
    else:
        name = shown_name(said)
    if name is None or not name.fields:
        return ()
    text = name.fields.get("name") or name.fields.get("name_kana", "")
    key, size = name.key or text, name.whole + name.usual
    return (Value(name, key, text, size, complete=name.whole, native=name.native),)


@lru_cache(_KEPT)
def _company(text: str, kana: str) -> Values:
    known, shown = normalize.company(text, kana), normalize.official_name(text)
    if not shown:
        return ()
    script = normalize.script_of(shown)
    # A legal form beside kana alone (カ）アクメ) is how banks write.
    complete = bool(known.legal_form) and not known.branch and script != "kana"
    native = {"kana": 1, "latin": 2}.get(script, 0)
    key = known.key or shown
    return (Value(shown, key, shown, len(shown), complete=complete, native=native),)


def _company_name(record: MappedRecord, _: Features | None = None) -> Values:
    text = record.name or record.organization
    return _company(text, record.name_kana or "") if text else ()


def _employer(record: MappedRecord, _: Features | None = None) -> Values:
    return _company(record.organization, "") if record.organization else ()


def _birth_date(record: MappedRecord, known: Features | None = None) -> Values:
    if not record.birth_date:
        return ()
    date = known.birth_date if known is not None else normalize.date(record.birth_date)
    return (Value(date, date, date, verified=True),) if date else ()


def _corporate_number(record: MappedRecord, _: Features | None = None) -> Values:
    if not record.corporate_number:
        return ()
    number = normalize.corporate_number(record.corporate_number)
    text = number or normalize.clean_text(record.corporate_number)
    return (Value(text, text, text, len(text), bool(number)),)


def _contacts(
    field: str, parsed: Callable[[str], Iterable[Any]], shown: Callable[[Any], Value]
) -> FieldSpec:
    """A field of texts each of which may hold some e-mail addresses or telephone numbers."""
    of, read_before = attrgetter(field), _Sayings()

    def values(text: str, known: Sequence[Any] | None = None) -> Values:
        found = read_before.get(text)
        if found is None:
            # Features have them without order: one of them is of the one text.
            given = parsed(text) if known is None or len(known) > 1 else known
            found = read_before.keep(text, tuple([shown(item) for item in given]))
        return found

    def read(record: MappedRecord, known: Features | None = None) -> Values:
        texts = of(record)
        if len(texts) == 1:
            return values(texts[0], None if known is None else of(known))
        return [value for text in texts for value in values(text)]

    return FieldSpec(read, (field,), many=True)


def _emails(own: Callable[[Email], int]) -> FieldSpec:
    def parsed(text: str) -> Iterable[Email]:
        email = normalize.email(text)
        return () if email is None or email.placeholder else (email,)

    def shown(email: Email) -> Value:
        return Value(email.address, email.address, email.address, own=own(email))

    return _contacts("emails", parsed, shown)


def _mailbox_of_person(email: Email) -> int:
    return int(email.role)


def _mailbox_of_company(email: Email) -> int:
    """info@ before the mailbox of one of its people, that before a consumer provider's."""
    return 0 if email.role else 2 if email.free else 1


def _phones(own: Callable[[Phone], int]) -> FieldSpec:
    def parsed(text: str) -> Iterable[Phone]:
        return normalize.phones(text, "JP")

    def shown(phone: Phone) -> Value:
        text = f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164
        return Value(text, text, text, own=own(phone))

    return _contacts("phones", parsed, shown)


def _line_of_person(phone: Phone) -> int:
    """Of a person the mobile comes first, a switchboard last."""
    return 0 if phone.kind == "mobile" else 2 if phone.shared_hint else 1


def _line_of_company(phone: Phone) -> int:
    """Of a company a mobile comes last."""
    return int(phone.kind == "mobile")


_places = _Sayings()


def _addresses(record: MappedRecord, known: Features | None = None) -> Values:
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


def _with_their_rooms(keys: Iterable[tuple[str, str]]) -> Mapping[Hashable, Hashable]:
    """An address without room is the one with a room in that place, if there is just one."""
    rooms: dict[str, set[str]] = {}
    for place, room in keys:
        rooms.setdefault(place, set()).update({room} - {""})
    return {(place, ""): (place, *found) for place, found in rooms.items() if len(found) == 1}


def _identifiers(record: MappedRecord, known: Features | None = None) -> Values:
    items = record.identifiers
    if len(items) == 1 and known is not None:
        return (Value(items[0], known.identifiers[0]),)
    return [Value(item, (item.scheme, normalize.fold_text(item.value))) for item in items]


def _consents(record: MappedRecord, _: Features | None = None) -> Values:
    return [
        Value(
            Consent(item.purpose, item.granted, item.at or record.observed_at.isoformat()),
            item.purpose,
        )
        for item in record.consents
    ]


def _relations(record: MappedRecord, _: Features | None = None) -> Values:
    return [Value(item, item) for item in record.relations]


def _shared(mailbox: Callable[[Email], int], line: Callable[[Phone], int]) -> dict[str, FieldSpec]:
    return {
        "display_name": _plain("display_name"),
        "website": _plain("website", host),
        "language": _plain("language"),
        "emails": _emails(mailbox),
        "phones": _phones(line),
        "addresses": FieldSpec(_addresses, ("addresses",), many=True, joined=_with_their_rooms),
        "identifiers": FieldSpec(_identifiers, ("identifiers",), many=True),
        "consents": FieldSpec(_consents, ("consents", "observed_at"), many=True),
        "relations": FieldSpec(_relations, ("relations",), many=True),
    }


FIELDS: Mapping[Entity, Mapping[str, FieldSpec]] = {
    Entity.PERSON: {
        "name": FieldSpec(_person_name, PERSON_NAMES, gave_way=ShownName.gave_way_to),
        "birth_date": FieldSpec(_birth_date, ("birth_date",)),
        "gender": _plain("gender"),
        "organization": FieldSpec(_employer, ("organization",)),
        "department": _plain("department"),
        "job_title": _plain("job_title"),
        **_shared(_mailbox_of_person, _line_of_person),
    },
    Entity.ORGANIZATION: {
        "name": FieldSpec(_company_name, ("name", "organization", "name_kana")),
        "corporate_number": FieldSpec(_corporate_number, ("corporate_number",)),
        **_shared(_mailbox_of_company, _line_of_company),
    },
}
