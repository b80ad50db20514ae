"""The normalised columns of a record: all that matching sees of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any, TypeVar

import orjson

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from identity import normalize
from identity.normalize.types import Company, Email, PersonName, Phone, PostalAddress

NO_NAME = PersonName()
NO_COMPANY = Company()
_ALSO_COMPARED_WITHIN = 5
"""Values of one field kept per record; more come from mailing lists and tell nothing apart."""

_NOBODY = frozenset(
    {
        *("不明", "名無し", "名無", "匿名", "氏名不明", "未設定", "未入力", "なし", "無し"),
        *("テスト", "ゲスト", "お客様", "担当者", "担当者様"),
        *("unknown", "anonymous", "none", "null", "n/a", "na", "noname"),
        *("test", "guest", "customer", "user"),
    }
)
"""What people and programs enter where no name is known."""
_GENDERS = {
    **dict.fromkeys(("m", "male", "man", "男", "男性"), "m"),
    **dict.fromkeys(("f", "female", "woman", "女", "女性"), "f"),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """A record as matching sees it. Equal `digest` means equal in everything but `key`.

    `alias` is a display name: it may be a full name, a given name or a nickname, so it
    proves little. `company` is an organisation's own name, or a person's employer.
    `identifiers` are (scheme, value). `website` is a host name without `www.`.
    Tuples are sorted and without duplicates. Absent values are empty.
    """

    key: RecordKey
    entity: Entity
    name: PersonName = NO_NAME
    alias: PersonName = NO_NAME
    company: Company = NO_COMPANY
    birth_date: str = ""
    gender: str = ""
    corporate_number: str = ""
    website: str = ""
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    digest: str = ""


def features(record: MappedRecord) -> Features:
    """The normalised columns of a record; what cannot be read is left out."""
    return sealed(_columns_of(record))


def described(record: MappedRecord) -> tuple[Features, bytes]:
    """The features of a record, and what `to_json` makes of them."""
    value = _columns_of(record)
    body = to_json(value)
    return sealed(value, body), body


def _columns_of(record: MappedRecord) -> Features:
    person = record.entity is Entity.PERSON
    name = person_name(NAME_TEXTS(record)) if person else NO_NAME
    alias = alias_name(record.display_name) if person else NO_NAME
    return Features(
        key=record.key,
        entity=record.entity,
        name=name,
        alias=alias if alias.full != name.full else NO_NAME,
        company=company_name(*company_texts(record)),
        birth_date=birth_date(record.birth_date) if person else "",
        gender=gender(record.gender) if person else "",
        corporate_number=corporate_number(record.corporate_number),
        website=host(record.website) if record.website else "",
        emails=emails(record.emails) if record.emails else (),
        phones=phones(record.phones) if record.phones else (),
        addresses=addresses(record.addresses) if record.addresses else (),
        identifiers=identifiers(record.identifiers) if record.identifiers else (),
    )


NAME_TEXTS = attrgetter(
    "name", "family_name", "given_name", "name_kana", "family_kana", "given_kana"
)
"""The texts of a mapped record that `person_name` takes."""


def person_name(texts: Sequence[str | None]) -> PersonName:
    """The name of a person whose record says so; no name where it only says that none is known.

    `texts` are the whole name, family and given name, and the same three in kana.
    """
    if not any(texts):
        return NO_NAME
    name, family, given, kana, family_kana, given_kana = (text or "" for text in texts)
    found = normalize.person_name(
        name,
        family=family,
        given=given,
        kana=kana,
        family_kana=family_kana,
        given_kana=given_kana,
    )
    return NO_NAME if is_nobody(name, found) else found


def alias_name(text: str | None) -> PersonName:
    """A display name; it is an alias only beside another name."""
    return normalize.person_name(text) if text else NO_NAME


def company_texts(record: MappedRecord) -> tuple[str | None, str | None]:
    """An organisation's name and its reading; a person's employer."""
    if record.entity is Entity.PERSON:
        return record.organization, None
    return record.name or record.organization, record.name_kana


def company_name(text: str | None, kana: str | None) -> Company:
    """A company by its name and, where a record has one, its reading."""
    return normalize.company(text, kana or "") if text else NO_COMPANY


def birth_date(text: str | None) -> str:
    """A birth date in ISO 8601, empty where there is none."""
    return (normalize.date(text) or "") if text else ""


def gender(text: str | None) -> str:
    """`m` or `f`, empty where neither is said."""
    return _GENDERS.get(text.strip().lower(), "") if text else ""


def corporate_number(text: str | None) -> str:
    """A 法人番号 whose check digit holds, else empty."""
    return (normalize.corporate_number(text) or "") if text else ""


def emails(texts: Iterable[str]) -> tuple[Email, ...]:
    """The addresses that reach somebody."""
    read = map(normalize.email, texts)
    return _several([e for e in read if e is not None and not e.placeholder], _email_key)


def phones(texts: Iterable[str]) -> tuple[Phone, ...]:
    """The numbers in all those texts."""
    return _several([p for text in texts for p in normalize.phones(text, "JP")], _phone_key)


def addresses(values: Iterable[Address]) -> tuple[PostalAddress, ...]:
    """The addresses of which at least the prefecture could be read."""
    return _several([a for a in map(normalize.address, values) if a.level > 0], _address_key)


def identifiers(values: Iterable[Identifier]) -> tuple[tuple[str, str], ...]:
    """Numbers that issuers gave, as (scheme, value)."""
    return tuple(sorted({(i.scheme, normalize.fold_text(i.value)) for i in values}))


_email_key = attrgetter("address")
_phone_key = attrgetter("e164", "extension")
_address_key = attrgetter("key", "building", "room")


def host(url: str) -> str:
    """The host of a web address, lower case, without `www.`."""
    bare = normalize.fold_text(url).lower().split("://")[-1].split("/")[0].split(":")[0]
    return bare.removeprefix("www.") if "." in bare else ""


def to_json(value: Features) -> bytes:
    """`value` as JSON, without its key and entity, to be stored beside them."""
    return orjson.dumps(_content(value))


def with_key(value: Features, key: RecordKey) -> Features:
    """The same features for another record."""
    return replace(value, key=key)


def _content(value: Features) -> dict[str, Any]:
    """The columns that are not empty, by name; key order is fixed."""
    content: dict[str, Any] = {}
    if (name := value.name) is not NO_NAME and name != NO_NAME:
        content["name"] = name
    if (alias := value.alias) is not NO_NAME and alias != NO_NAME:
        content["alias"] = alias
    if (company := value.company) is not NO_COMPANY and company != NO_COMPANY:
        content["company"] = company
    for column, item in zip(_PLAIN, _plain(value), strict=True):
        if item:
            content[column] = item
    return content


_PLAIN = (
    *("birth_date", "gender", "corporate_number", "website"),
    *("emails", "phones", "addresses", "identifiers"),
)
_plain = attrgetter(*_PLAIN)


def sealed(value: Features, content: bytes | None = None) -> Features:
    """`value` with its digest set; `content` is its JSON where that is known."""
    body = value.entity.value.encode() + (to_json(value) if content is None else content)
    object.__setattr__(value, "digest", blake2b(body, digest_size=16).hexdigest())
    return value


def _several(values: list[T], by: Callable[[T], Any]) -> tuple[T, ...]:
    if len(values) < 2:
        return tuple(values)
    unique = {by(value): value for value in values}
    return tuple(unique[k] for k in sorted(unique)[:_ALSO_COMPARED_WITHIN])


def is_nobody(text: str | None, name: PersonName) -> bool:
    """Whether the text, normalised as `name`, only says that no name is known (不明, guest)."""
    written = normalize.fold_text(text or "").lower()
    return not _NOBODY.isdisjoint((written, name.full, name.full_kana))
