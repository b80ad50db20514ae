"""Finds golden records by what a person types: an e-mail address, a phone number, an identifier."""

from collections.abc import Iterator

from daifuku.errors import UserError
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.profiles import IDENTIFIER, StoredProfile
from identity import normalize

_CORPORATE_NUMBER = "corporate_number"


def look_up(tx: Transaction, field: str, text: str) -> list[StoredProfile]:
    """The golden records, at most 20, that hold this value; `field` is email, phone or identifier.

    An identifier is `scheme:value`, or a bare value, which is looked for in every scheme. The
    number of an organisation (法人番号) is one, of the scheme `corporate_number`.

    Raises:
        UserError: the text is no such value.
    """
    match field:
        case "email":
            email = normalize.email(text)
            keys = [("email", email.address)] if email else []
        case "phone":
            keys = [("phone", phone.e164) for phone in normalize.phones(text) if phone.e164]
        case "identifier":
            return profiles.lookup(tx, _identifiers(tx, text))
        case _:
            raise UserError(f"Golden records are not looked up by {field!r}.")
    if not keys:
        raise UserError(f"This is not a value of {field} that can be read.")
    return profiles.lookup(tx, keys)


def _identifiers(tx: Transaction, text: str) -> Iterator[tuple[str, str]]:
    """Every way to read the text: as a bare value, and as a value after a scheme."""
    bare = normalize.fold_text(text)
    yield from ((kind, bare) for kind in profiles.identifier_kinds(tx))
    parts = text.split(":")
    for end in range(1, len(parts)):
        scheme, value = ":".join(parts[:end]), ":".join(parts[end:])
        yield IDENTIFIER + scheme, normalize.fold_text(value)
    number = normalize.corporate_number(text.removeprefix(f"{_CORPORATE_NUMBER}:"))
    if number:
        yield _CORPORATE_NUMBER, number
