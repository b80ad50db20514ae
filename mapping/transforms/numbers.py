"""Amounts as people and systems write them."""

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from mapping.unmappable import Unmappable

LIMIT = Decimal(10) ** 18
"""No amount of money is larger; what is, is an error or an attack."""

_MARKS = re.compile(r"[\s,_'¥￥$€£円]|jpy|usd|eur|gbp|yen", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d{1,19}(?:\.\d{1,18})?")


def number(value: Any) -> Decimal:
    """A decimal from a number or a text such as `¥1,200`, `１２００円`, `(1,200)`, `▲300`.

    Raises:
        Unmappable: it is no number, or larger than any amount.
    """
    found = _read(value)
    if found is None or abs(found) >= LIMIT:
        raise Unmappable("not_a_number", "the value is not a number")
    return found


def _read(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() < 64 else None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) and abs(value) < 1e18 else None
    return _from_text(value) if isinstance(value, str) else None


def _from_text(value: str) -> Decimal | None:
    text = _MARKS.sub("", unicodedata.normalize("NFKC", value))
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    text = re.sub(r"^[▲△−‐–]", "-", text)  # accountants' minus signs
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
