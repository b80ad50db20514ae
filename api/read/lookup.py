"""Turns what a person types into the normalised value golden records are looked up by."""

from daifuku.errors import UserError
from identity import normalize


def lookup_values(field: str, text: str) -> tuple[str, list[str]]:
    """The kind of key and the values to look for; `field` is email, phone or identifier.

    An identifier is `scheme:value`, or a bare value, which is looked for in every scheme.

    Raises:
        UserError: the text is no such value.
    """
    match field:
        case "email":
            email = normalize.email(text)
            values = [email.address] if email else []
        case "phone":
            values = [phone.e164 for phone in normalize.phones(text) if phone.e164]
        case "identifier":
            scheme, _, value = text.rpartition(":")
            return f"identifier:{scheme or '%'}", [normalize.fold_text(value)]
        case _:
            raise UserError(f"Golden records are not looked up by {field!r}.")
    if not values:
        raise UserError(f"This is not a value of {field} that can be read.")
    return field, values
