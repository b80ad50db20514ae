"""Turns what a value gave into what a canonical field holds."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mapping.text import is_absent, text_of
from mapping.transforms.choices import bool_of
from mapping.transforms.dates import datetime_of
from mapping.transforms.numbers import number
from mapping.unmappable import Unmappable

_moment = datetime_of()


def as_day(value: Any) -> str | None:
    """A birth date as text: ISO where a transform made it a date, else as the source wrote it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else text_of(value)


def as_moment(value: Any) -> datetime | None:
    """A moment with its time zone, UTC where none is named.

    Raises:
        Unmappable: it is no date.
    """
    return None if is_absent(value) else _moment(value)


def as_amount(value: Any) -> Decimal | None:
    """A decimal amount.

    Raises:
        Unmappable: it is no number.
    """
    return None if is_absent(value) else number(value)


def as_flag(value: Any) -> bool | None:
    """Yes or no.

    Raises:
        Unmappable: it is neither.
    """
    return None if is_absent(value) else bool_of(value)


def as_direction(value: Any) -> str:
    """`in`, `out` or empty.

    Raises:
        Unmappable: it is another word.
    """
    text = text_of(value) or ""
    if text not in ("", "in", "out"):
        raise Unmappable("not_a_direction", "the direction is neither in nor out")
    return text
