"""E-mail addresses and telephone numbers, as records say them, the party's own first."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from daifuku.records import MappedRecord
from identity import normalize
from identity.features import Features
from identity.normalize.types import Email, Phone
from identity.survivorship.sayings import FieldSpec, Sayings, Value, Values


def _contacts(
    field: str, parsed: Callable[[str], Iterable[Any]], shown: Callable[[Any], Value]
) -> FieldSpec:
    """A field of texts each of which may hold some e-mail addresses or telephone numbers."""
    of, read_before = attrgetter(field), Sayings()

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


def emails(own: Callable[[Email], int]) -> FieldSpec:
    """The addresses that reach somebody; `own` ranks them by whose they are, 0 being the best."""

    def parsed(text: str) -> Iterable[Email]:
        email = normalize.email(text)
        return () if email is None or email.placeholder else (email,)

    def shown(email: Email) -> Value:
        return Value(email.address, email.address, email.address, own=own(email))

    return _contacts("emails", parsed, shown)


def mailbox_of_person(email: Email) -> int:
    """Of a person the mailbox of a function (info@) comes last."""
    return int(email.role)


def mailbox_of_company(email: Email) -> int:
    """info@ before the mailbox of one of its people, that before a consumer provider's."""
    return 0 if email.role else 2 if email.free else 1


def phones(own: Callable[[Phone], int]) -> FieldSpec:
    """The numbers in E.164; `own` ranks them by whose they are, 0 being the best."""

    def parsed(text: str) -> Iterable[Phone]:
        return normalize.phones(text, "JP")

    def shown(phone: Phone) -> Value:
        text = f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164
        return Value(text, text, text, own=own(phone))

    return _contacts("phones", parsed, shown)


def line_of_person(phone: Phone) -> int:
    """Of a person the mobile comes first, a switchboard last."""
    return 0 if phone.kind == "mobile" else 2 if phone.shared_hint else 1


def line_of_company(phone: Phone) -> int:
    """Of a company a mobile comes last."""
    return int(phone.kind == "mobile")
