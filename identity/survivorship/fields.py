"""The fields of a golden record: what each record says of them, and which values are equal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from daifuku.records import Address, Consent, Entity, Identifier, MappedRecord, Relation
from identity import normalize

PERSON_NAMES = (
    "name",
    "family_name",
    "given_name",
    "name_kana",
    "family_kana",
    "given_kana",
)
"""Fields that survive together, so that no name is made of two."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value as a record says it: `key` is equal for equal values, `verified` where it can
    be checked and holds, `size` is how much it says."""

    value: Any
    key: Any
    size: int
    verified: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field is read off a record; with `many`, all values survive, best first."""

    read: Callable[[MappedRecord], Iterable[Value]]
    many: bool = False


def _plain(name: str) -> FieldSpec:
    def read(record: MappedRecord) -> Iterator[Value]:
        text = getattr(record, name)
        if text:
            yield Value(text, normalize.fold_text(text).lower(), len(text))

    return FieldSpec(read)


def _person_name(record: MappedRecord) -> Iterator[Value]:
    parts = {field: getattr(record, field) for field in PERSON_NAMES if getattr(record, field)}
    if not parts:
        return
    name = normalize.person_name(
        record.name or "",
        family=record.family_name or "",
        given=record.given_name or "",
        kana=record.name_kana or "",
        family_kana=record.family_kana or "",
        given_kana=record.given_kana or "",
    )
    whole = bool(name.family and name.given)
    yield Value(parts, name.full or name.full_kana, len(parts) + 10 * whole, whole)


def _company_name(record: MappedRecord) -> Iterator[Value]:
    text = record.name or record.organization
    if text:
        company = normalize.company(text, record.name_kana or "")
        yield Value(text, company.key or text, len(text), bool(company.legal_form))


def _birth_date(record: MappedRecord) -> Iterator[Value]:
    date = normalize.date(record.birth_date) if record.birth_date else None
    if date:
        yield Value(date, date, len(date), True)


def _corporate_number(record: MappedRecord) -> Iterator[Value]:
    if record.corporate_number:
        number = normalize.corporate_number(record.corporate_number)
        text = number or record.corporate_number
        yield Value(text, text, len(text), bool(number))


def _emails(record: MappedRecord) -> Iterator[Value]:
    for text in record.emails:
        email = normalize.email(text)
        shown = email.address if email else text
        good = email is not None and not email.placeholder
        yield Value(shown, shown, 0, good and not (email is not None and email.role))


def _phones(record: MappedRecord) -> Iterator[Value]:
    for text in record.phones:
        numbers = normalize.phones(text, "JP")
        for phone in numbers:
            shown = f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164
            yield Value(shown, shown, 0, not phone.shared_hint)
        if not numbers:
            yield Value(text, text, 0)


def _addresses(record: MappedRecord) -> Iterator[Value]:
    for address in record.addresses:
        known = normalize.address(address)
        yield Value(address, known.key or address.one_line(), _said(address), known.level >= 4)


def _said(address: Address) -> int:
    return len(address.one_line()) + len(address.postal_code)


def _identifiers(record: MappedRecord) -> Iterator[Value]:
    for item in record.identifiers:
        yield Value(item, Identifier(item.scheme, normalize.fold_text(item.value)), 0)


def _consents(record: MappedRecord) -> Iterator[Value]:
    for item in record.consents:
        dated = Consent(item.purpose, item.granted, item.at or record.observed_at.isoformat())
        yield Value(dated, item.purpose, 0)


def _relations(record: MappedRecord) -> Iterator[Value]:
    for item in record.relations:
        yield Value(item, Relation(item.kind, item.to), 0)


_SHARED: Mapping[str, FieldSpec] = {
    "display_name": _plain("display_name"),
    "website": _plain("website"),
    "language": _plain("language"),
    "emails": FieldSpec(_emails, many=True),
    "phones": FieldSpec(_phones, many=True),
    "addresses": FieldSpec(_addresses, many=True),
    "identifiers": FieldSpec(_identifiers, many=True),
    "consents": FieldSpec(_consents, many=True),
    "relations": FieldSpec(_relations, many=True),
}

FIELDS: Mapping[Entity, Mapping[str, FieldSpec]] = {
    Entity.PERSON: {
        "name": FieldSpec(_person_name),
        "birth_date": FieldSpec(_birth_date),
        "gender": _plain("gender"),
        "organization": _plain("organization"),
        "department": _plain("department"),
        "job_title": _plain("job_title"),
        **_SHARED,
    },
    Entity.ORGANIZATION: {
        "name": FieldSpec(_company_name),
        "corporate_number": FieldSpec(_corporate_number),
        **_SHARED,
    },
}
