"""The fields of a golden record: what each record says of them, and which values are equal.

What cannot be read as what the field holds (a phone of zeros, the e-mail test@example.com, the
birth date 1900-01-01, the name 不明) is no value: it stays in the source record.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter

from daifuku.records import Consent, Entity, MappedRecord
from identity import normalize
from identity.features import Features, host
from identity.normalize.types import Email, Phone
from identity.survivorship.contacts import (
    emails,
    line_of_company,
    line_of_person,
    mailbox_of_company,
    mailbox_of_person,
    phones,
)
from identity.survivorship.names import PERSON_NAMES, company_name, employer, person_name
from identity.survivorship.places import addresses, with_their_rooms
from identity.survivorship.sayings import KEPT, FieldSpec, Value, Values
from identity.survivorship.shown import ShownName


def _plain(name: str, key: Callable[[str], str] = lambda text: text) -> FieldSpec:
    said = attrgetter(name)

    @lru_cache(KEPT)
    def values(text: str) -> Values:
        shown = normalize.clean_text(text)
        folded = key(shown) or normalize.fold_text(shown).lower()
        return (Value(shown, folded, shown, len(shown)),) if shown else ()

    def read(record: MappedRecord, _: Features | None = None) -> Values:
        text = said(record)
        return values(text) if text else ()

    return FieldSpec(read, (name,))


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
        "emails": emails(mailbox),
        "phones": phones(line),
        "addresses": FieldSpec(addresses, ("addresses",), many=True, joined=with_their_rooms),
        "identifiers": FieldSpec(_identifiers, ("identifiers",), many=True),
        "consents": FieldSpec(_consents, ("consents", "observed_at"), many=True),
        "relations": FieldSpec(_relations, ("relations",), many=True),
    }


FIELDS: Mapping[Entity, Mapping[str, FieldSpec]] = {
    Entity.PERSON: {
        "name": FieldSpec(person_name, PERSON_NAMES, gave_way=ShownName.gave_way_to),
        "birth_date": FieldSpec(_birth_date, ("birth_date",)),
        "gender": _plain("gender"),
        "organization": FieldSpec(employer, ("organization",)),
        "department": _plain("department"),
        "job_title": _plain("job_title"),
        **_shared(mailbox_of_person, line_of_person),
    },
    Entity.ORGANIZATION: {
        "name": FieldSpec(company_name, ("name", "organization", "name_kana")),
        "corporate_number": FieldSpec(_corporate_number, ("corporate_number",)),
        **_shared(mailbox_of_company, line_of_company),
    },
}
