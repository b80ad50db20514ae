"""The canonical records of a world without any source, connector or mapping: for tuning the match
models. `tests/demo` holds them against what the real path makes."""

from collections.abc import Iterator

from daifuku.records import Identifier, MappedRecord, RecordKey
from demo.world.documents import FORM, MAIL, Document, Said
from demo.world.world import World


def mapped_records(world: World) -> Iterator[tuple[MappedRecord, str]]:
    """Each mapped record with its truth: the id of the real person or organisation."""
    for record, said in told(world):
        yield record, said.truth


def told(world: World) -> Iterator[tuple[MappedRecord, Said]]:
    """Each mapped record with what it was told from. Like presentations in mails are one."""
    for unit in world.units():
        seen: set[RecordKey] = set()
        for document in unit:
            for said in document.says:
                key = record_key(document, said)
                if key not in seen:
                    seen.add(key)
                    yield _mapped(key, document, said), said


def record_key(document: Document, said: Said) -> RecordKey:
    """The key under which the hub will know what `document` says of that party."""
    match document.source:
        case "mail":
            return RecordKey(MAIL, "people", said.record, said.part)
        case "form":
            return RecordKey(FORM, "submissions", f"{document.kind}/{document.id}", said.part)
        case source:
            return RecordKey(source, document.kind, document.id, said.part)


def _mapped(key: RecordKey, document: Document, said: Said) -> MappedRecord:
    identifiers = []
    if said.customer_number:
        identifiers.append(Identifier("erp_customer", said.customer_number))
    if said.line_user_id:
        identifiers.append(Identifier("line_user_id", said.line_user_id))
    return MappedRecord(
        key=key,
        entity=said.entity,
        observed_at=document.at,
        name=said.name or None,
        family_name=said.family or None,
        given_name=said.given or None,
        name_kana=said.name_kana or None,
        family_kana=said.family_kana or None,
        given_kana=said.given_kana or None,
        display_name=said.display_name or None,
        birth_date=said.birth_date or None,
        organization=said.organization or None,
        department=said.department or None,
        job_title=said.job_title or None,
        corporate_number=said.corporate_number or None,
        website=said.website or None,
        emails=tuple(email for email in said.emails if email),
        phones=tuple(phone for phone in said.phones if phone),
        addresses=(said.address,) if said.address else (),
        identifiers=tuple(identifiers),
    )
