"""Tryton's JSON: its typed objects become plain JSON values, domains become parameters.

Format: trytond's REST documentation,
https://docs.tryton.org/latest/server/topics/user_application.html#rest
"""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import orjson


def parameter(value: Any) -> str:
    """A domain, an order or a context as the URL or a header carries it."""
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode("ascii")


def timestamp(text: str) -> dict[str, Any]:
    """An ISO 8601 time as Tryton writes times inside a domain: in UTC, without saying so."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime"} | {part: getattr(at, part) for part in parts}


def plain(value: Any) -> Any:
    """`value` with Tryton's typed objects as JSON values.

    Times and dates are ISO 8601 (times in UTC), decimals are text so that no digit is lost,
    durations are seconds, bytes stay base64.

    Raises:
        KeyError, ValueError, TypeError: a typed object lacks what its type needs.
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("__class__")
    if kind in _TYPES:
        return _TYPES[kind](value)
    return {key: plain(item) for key, item in value.items() if key != "__name__"}


def _datetime(value: Mapping[str, Any]) -> str:
    day = (value["year"], value["month"], value["day"])
    clock = (value["hour"], value["minute"], value["second"], value["microsecond"])
    return datetime(*day, *clock, tzinfo=UTC).isoformat()


def _date(value: Mapping[str, Any]) -> str:
    return date(value["year"], value["month"], value["day"]).isoformat()


def _time(value: Mapping[str, Any]) -> str:
    return time(value["hour"], value["minute"], value["second"], value["microsecond"]).isoformat()


_TYPES: Mapping[Any, Callable[[Mapping[str, Any]], Any]] = {
    "datetime": _datetime,
    "date": _date,
    "time": _time,
    "timedelta": lambda value: value["seconds"],
    "Decimal": lambda value: value["decimal"],
    "bytes": lambda value: "".join(value["base64"].split()),
}
