"""The normalised columns of a record: all that matching sees of it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import orjson

from daifuku.records import Entity, MappedRecord, RecordKey
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
    person = record.entity is Entity.PERSON
    name = _person_name(record) if person else NO_NAME
    company = record.organization if person else record.name or record.organization
    kana = None if person else record.name_kana
    return _sealed(
        Features(
            key=record.key,
            entity=record.entity,
            name=name,
            alias=_alias(record, name) if person else NO_NAME,
            company=normalize.company(company or "", kana or "") if company else NO_COMPANY,
            birth_date=_birth_date(record) if person else "",
            gender=_GENDERS.get((record.gender or "").strip().lower(), "") if person else "",
            corporate_number=normalize.corporate_number(record.corporate_number or "") or "",
            website=host(record.website or ""),
            emails=_several(_emails(record.emails), lambda e: e.address),
            phones=_several(
                (p for text in record.phones for p in normalize.phones(text, "JP")),
                lambda p: (p.e164, p.extension),
            ),
            addresses=_several(
                (a for a in map(normalize.address, record.addresses) if a.level > 0),
                lambda a: (a.key, a.building, a.room),
            ),
            identifiers=tuple(
                sorted({(i.scheme, normalize.fold_text(i.value)) for i in record.identifiers})
            ),
        )
    )


def host(url: str) -> str:
    """The host of a web address, lower case, without `www.`."""
    bare = normalize.fold_text(url).lower().split("://")[-1].split("/")[0].split(":")[0]
    return bare.removeprefix("www.") if "." in bare else ""


def to_json(value: Features) -> bytes:
    """`value` as JSON, without its key and entity, to be stored beside them."""
    return orjson.dumps(_content(value))


def from_json(key: RecordKey, entity: Entity, body: bytes) -> Features:
    """The features that `to_json` wrote."""
    raw: Mapping[str, Any] = orjson.loads(body)
    name, alias = (_name(raw.get(field)) for field in ("name", "alias"))
    return _sealed(
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
            emails=tuple(_read(Email, item) for item in raw.get("emails", ())),
            phones=tuple(_read(Phone, item) for item in raw.get("phones", ())),
            addresses=tuple(_read(PostalAddress, item) for item in raw.get("addresses", ())),
            identifiers=tuple((scheme, value) for scheme, value in raw.get("identifiers", ())),
        ),
        body,
    )


def with_key(value: Features, key: RecordKey) -> Features:
    """The same features for another record."""
    copy = {field.name: getattr(value, field.name) for field in fields(Features)}
    return Features(**{**copy, "key": key})


def _content(value: Features) -> dict[str, Any]:
    """The columns that are not empty, by name; key order is fixed."""
    named = ((f.name, getattr(value, f.name)) for f in fields(Features))
    skip = ("key", "entity", "digest")
    empty = (NO_NAME, NO_COMPANY, "", ())
    return {name: item for name, item in named if name not in skip and item not in empty}


def _sealed(value: Features, content: bytes | None = None) -> Features:
    """`value` with its digest; `content` is its JSON where that is known."""
    body = value.entity.value.encode() + (to_json(value) if content is None else content)
    object.__setattr__(value, "digest", hashlib.blake2b(body, digest_size=16).hexdigest())
    return value


def _read(kind: Callable[..., T], raw: Mapping[str, Any]) -> T:
    return kind(**{k: _tuples(v) for k, v in raw.items()})


def _name(raw: Mapping[str, Any] | None) -> PersonName:
    return _read(PersonName, raw) if raw else NO_NAME


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _several(values: Iterable[T], by: Callable[[T], Any]) -> tuple[T, ...]:
    unique = {by(value): value for value in values}
    return tuple(unique[k] for k in sorted(unique)[:_ALSO_COMPARED_WITHIN])


def _emails(texts: Iterable[str]) -> Iterable[Email]:
    for text in texts:
        email = normalize.email(text)
        if email is not None and not email.placeholder:
            yield email


def _person_name(record: MappedRecord) -> PersonName:
    if not (
        record.name
        or record.family_name
        or record.given_name
        or record.name_kana
        or record.family_kana
        or record.given_kana
    ):
        return NO_NAME
    name = normalize.person_name(
        record.name or "",
        family=record.family_name or "",
        given=record.given_name or "",
        kana=record.name_kana or "",
        family_kana=record.family_kana or "",
        given_kana=record.given_kana or "",
    )
    return NO_NAME if is_nobody(record.name, name) else name


def is_nobody(text: str | None, name: PersonName) -> bool:
    """Whether the text, normalised as `name`, only says that no name is known (不明, guest)."""
    written = normalize.fold_text(text or "").lower()
    return not _NOBODY.isdisjoint((written, name.full, name.full_kana))


def _alias(record: MappedRecord, name: PersonName) -> PersonName:
    alias = normalize.person_name(record.display_name) if record.display_name else NO_NAME
    return NO_NAME if alias.full == name.full else alias


def _birth_date(record: MappedRecord) -> str:
    return (normalize.date(record.birth_date) or "") if record.birth_date else ""
