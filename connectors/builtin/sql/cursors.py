"""Cursor values: kept in a stream's state as JSON, given back to the database in their type."""

import base64
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from daifuku.errors import ConfigError

_DAY = 86_400.0
_AHEAD = timedelta(days=2)
"""A clock may be that far ahead: of another zone, or wrong."""


def to_state(value: Any) -> list[Any]:
    """A value as a pair of its type's name and JSON.

    Raises:
        ConfigError: a cursor of this type cannot be kept.
    """
    match value:
        case bool() | int() | float() | str():
            return ["json", value]
        case datetime():
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case Decimal():
            return ["decimal", str(value)]
        case uuid.UUID():
            return ["uuid", str(value)]
        case bytes():
            return ["bytes", base64.b64encode(value).decode()]
    raise ConfigError(
        f"A column of type {type(value).__name__} cannot be the cursor or primary key.",
        hint="Choose one of numbers, texts or times.",
    )


def from_state(pair: Any) -> Any:
    """The value that `to_state` kept.

    Raises:
        ConfigError: the state is not of this connector.
    """
    try:
        kind, value = pair
        match kind:
            case "json":
                return value
            case "datetime":
                return datetime.fromisoformat(value)
            case "date":
                return date.fromisoformat(value)
            case "decimal":
                return Decimal(value)
            case "uuid":
                return uuid.UUID(value)
            case "bytes":
                return base64.b64decode(value)
    except (ValueError, TypeError, ArithmeticError):
        pass
    raise ConfigError("The stream's state cannot be read.", hint="Reset it: all is read anew.")


def earlier(value: Any, span: float) -> Any:
    """The cursor value `span` (seconds, or units of a number) before `value`.

    A time kept as text comes back in the same writing, because the database compares the texts.

    Raises:
        ConfigError: nothing can be taken from a value of this type.
    """
    try:
        match value:
            case datetime() | date():
                return value - timedelta(seconds=span)
            case bool():
                pass
            case int():
                return value - int(span)
            case float():
                return value - span
            case Decimal():
                return value - Decimal(span)
            case str():
                return _earlier_text(value, span)
    except (ValueError, OverflowError):
        pass
    raise ConfigError(
        "This cursor column cannot have a lookback.", hint="It must hold times or numbers."
    )


def not_ahead(value: Any, now: datetime) -> Any:
    """The cursor value, or that of `now` where it is a time in the future.

    One wrong date must not hide all that changes until then.
    """
    past = set_back(value, now)
    return value if past is None or set_back(value, now + _AHEAD) == value else past


def set_back(value: Any, since: datetime) -> Any | None:
    """The cursor value `since`, in the type and writing of `value`, or `value` if that is earlier;
    None for values that are no times.

    A time without a zone may be meant in any, so that it is set back by a day more.
    """
    try:
        match value:
            case datetime():
                moment = value
            case date():
                moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 it has none
            case str():
                moment = datetime.fromisoformat(value)
            case _:
                return None
    except ValueError:
        return None
    zoned = moment.tzinfo is not None
    aware = moment if zoned else moment.replace(tzinfo=UTC)
    span = (aware - since).total_seconds() + (0 if zoned else _DAY)
    return value if span <= 0 else earlier(value, span)


def _earlier_text(value: str, span: float) -> str:
    moment = datetime.fromisoformat(value) - timedelta(seconds=span)
    separator = "T" if "T" in value else " "
    if separator not in value:
        return moment.date().isoformat()
    text = moment.isoformat(separator, "auto" if "." in value else "seconds")
    return text.replace("+00:00", "Z") if value.endswith("Z") else text
