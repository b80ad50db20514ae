"""Transforms of phone numbers and mail addresses as they are written. They do not normalise."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mapping.text import text_of
from mapping.transforms.options import choice_option

_PHONE_LABEL = re.compile(
    r"^\s*(?:tel|phone|mobile|cell|携帯電話|携帯|電話番号|電話|直通|代表|℡|☎)"
    r"\s*(?:番号)?\s*[.:：/]?\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;@\[\]]+@[^\s<>\"'(),:;@\[\]]+")


def phone_text(text: str) -> str | None:
    """A phone number without its label (`TEL:`, `電話`, `tel:`); nothing where no digit is left."""
    number = _PHONE_LABEL.sub("", text)
    return number if any(char.isdigit() for char in number) else None


def email_text(text: str) -> str | None:
    """A mail address without `mailto:`, brackets and full-width letters; nothing without an @."""
    folded = unicodedata.normalize("NFKC", text).removeprefix("mailto:")
    match = _ADDRESS.search(folded)
    return match[0].strip(".") if match else None


def mail_address(*, part: str = "address") -> Callable[[Any], str | None]:
    """One `part`, `address` or `name`, of an address as in a mail header: `"Name" <a@b>`."""
    choice_option("part", part, ("address", "name"))

    def transform(value: Any) -> str | None:
        text = value if isinstance(value, str) else text_of(value)
        if not text:
            return None
        name, bracket, address = text.rpartition("<")
        if part == "address":
            return email_text(address)
        return name.strip(" \"'\u3000").replace('\\"', '"') or None if bracket else None

    return transform
