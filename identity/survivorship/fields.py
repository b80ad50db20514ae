"""The fields of a golden record: what each record says of them, and which values are equal.

What cannot be read as what the field holds (a phone of zeros, the e-mail test@example.com, the
birth date 1900-01-01, the name 不明) is no value: it stays in the source record.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from daifuku.records import Address, Consent, Entity, Identifier, MappedRecord, Relation
from identity import normalize
from identity.features import host
from identity.normalize.types import Email, Phone
from identity.survivorship.shown import NameTexts, ShownName, shown_address, shown_name

PERSON_NAMES = NameTexts._fields
"""Fields that survive together, so that no name is made of two."""


@dataclass(frozen=True, slots=True)
class Value:
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


Values = Iterable[Value]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field is read off a record; with `many`, all values survive, best first.

    `reads` names the fields of the record that `read` looks at beside its entity. `joined` tells
    which keys of a cluster mean the same although they differ; `gave_way` whether a value may have
    been followed by another.
    """

    read: Callable[[MappedRecord], Values]
    reads: tuple[str, ...]
    many: bool = False
    joined: Callable[[Iterable[Any]], Mapping[Hashable, Hashable]] | None = None
    gave_way: Callable[[Any, Any], bool] | None = None


def _plain(name: str, key: Callable[[str], str] = lambda text: text) -> FieldSpec:
    @lru_cache(maxsize=65_536)
    def values(text: str) -> Values:
        shown = normalize.clean_text(text)
        folded = key(shown) or normalize.fold_text(shown).lower()
        return (Value(shown, folded, shown, len(shown)),) if shown else ()

    def read(record: MappedRecord) -> Values:
        text = getattr(record, name)
        return values(text) if text else ()

    return FieldSpec(read, (name,))


def _person_name(record: MappedRecord) -> Values:
    name = shown_name(NameTexts.of(record))
    if name is None or not name.fields:
        return ()
    text = name.fields.get("name") or name.fields.get("name_kana", "")
    key, size = name.key or text, name.whole + name.usual
    return (Value(name, key, text, size, complete=name.whole, native=name.native),)


@lru_cache(maxsize=65_536)
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


def _company_name(record: MappedRecord) -> Values:
    text = record.name or record.organization
    return _company(text, record.name_kana or "") if text else ()


def _employer(record: MappedRecord) -> Values:
    return _company(record.organization, "") if record.organization else ()


def _birth_date(record: MappedRecord) -> Values:
    date = normalize.date(record.birth_date) if record.birth_date else None
    return (Value(date, date, date, verified=True),) if date else ()


def _corporate_number(record: MappedRecord) -> Values:
    if not record.corporate_number:
        return ()
    number = normalize.corporate_number(record.corporate_number)
    text = number or normalize.clean_text(record.corporate_number)
    return (Value(text, text, text, len(text), bool(number)),)


@lru_cache(maxsize=65_536)
def _email(text: str, entity: Entity) -> Values:
    email = normalize.email(text)
    if email is None or email.placeholder:
        return ()
    own = int(email.role) if entity is Entity.PERSON else _not_the_companys(email)
    return (Value(email.address, email.address, email.address, own=own),)


def _not_the_companys(email: Email) -> int:
    """info@ before the mailbox of one of its people, that before a consumer provider's."""
    return 0 if email.role else 2 if email.free else 1


def _emails(record: MappedRecord) -> Values:
    return [value for text in record.emails for value in _email(text, record.entity)]


@lru_cache(maxsize=65_536)
def _phone(text: str, entity: Entity) -> Values:
    return tuple(_number(phone, entity) for phone in normalize.phones(text, "JP"))


def _number(phone: Phone, entity: Entity) -> Value:
    """Of a person the mobile comes first, a switchboard last; of a company a mobile comes last."""
    shown = f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164
    mobile = phone.kind == "mobile"
    of_person = 0 if mobile else 2 if phone.shared_hint else 1
    return Value(shown, shown, shown, own=of_person if entity is Entity.PERSON else int(mobile))


def _phones(record: MappedRecord) -> Values:
    return [value for text in record.phones for value in _phone(text, record.entity)]


@lru_cache(maxsize=65_536)
def _address(address: Address) -> Value:
    known, shown = normalize.address(address), shown_address(address)
    place, room = known.key or shown.one_line(), ""
    if known.country == "JP" and known.level >= 4:
        place, room = f"{known.town_key}|{known.block}", known.room
    parts = (known.room, known.building, shown.postal_code, known.prefecture)
    size = sum(2**place for place, part in zip((3, 2, 1, 0), parts, strict=True) if part)
    text = f"{shown.postal_code} {shown.one_line()}"
    return Value(shown, (place, room), text, size, complete=known.level >= 4)


def _addresses(record: MappedRecord) -> Values:
    return [_address(address) for address in record.addresses if address.one_line()]


def _with_their_rooms(keys: Iterable[tuple[str, str]]) -> Mapping[Hashable, Hashable]:
    """An address without room is the one with a room in that place, if there is just one."""
    rooms: dict[str, set[str]] = {}
    for place, room in keys:
        rooms.setdefault(place, set()).update({room} - {""})
    return {(place, ""): (place, *found) for place, found in rooms.items() if len(found) == 1}


def _identifiers(record: MappedRecord) -> Values:
    return [
        Value(item, Identifier(item.scheme, normalize.fold_text(item.value)))
        for item in record.identifiers
    ]


def _consents(record: MappedRecord) -> Values:
    return [
        Value(
            Consent(item.purpose, item.granted, item.at or record.observed_at.isoformat()),
            item.purpose,
        )
        for item in record.consents
    ]


def _relations(record: MappedRecord) -> Values:
    return [Value(item, Relation(item.kind, item.to)) for item in record.relations]


_SHARED: Mapping[str, FieldSpec] = {
    "display_name": _plain("display_name"),
    "website": _plain("website", host),
    "language": _plain("language"),
    "emails": FieldSpec(_emails, ("emails",), many=True),
    "phones": FieldSpec(_phones, ("phones",), many=True),
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
        **_SHARED,
    },
    Entity.ORGANIZATION: {
        "name": FieldSpec(_company_name, ("name", "organization", "name_kana")),
        "corporate_number": FieldSpec(_corporate_number, ("corporate_number",)),
        **_SHARED,
    },
}
