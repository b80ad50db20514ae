"""Turns values of databases and files into what JSON has, without losing digits."""

import base64
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1
"""What a JSON writer takes as a number; larger integers become text."""


def json_value(value: Any) -> Any:
    """`value` as JSON has it: dates as ISO text, decimals as text, bytes as base64.

    NaN and infinities, which JSON does not have, become None; what is unknown becomes its text.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    for kind, convert in _CONVERSIONS:
        if isinstance(value, kind):
            return convert(value)
    return str(value)


def _int(value: int) -> int | str:
    if _INT_MIN <= value <= _INT_MAX:
        return int(value)
    return str(value) if value.bit_length() <= 4096 else hex(value)


def _float(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _decimal(value: Decimal) -> str | None:
    return str(value) if value.is_finite() else None


_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (int, _int),
    (float, _float),
    (Decimal, _decimal),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, lambda value: value.total_seconds()),
    ((bytes, bytearray, memoryview), lambda value: base64.b64encode(bytes(value)).decode()),
    (Mapping, lambda value: {str(key): json_value(held) for key, held in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [json_value(item) for item in value]),
)


def json_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row's values as JSON has them, under text keys."""
    return {str(key): json_value(value) for key, value in row.items()}


_FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f]")
_UNDECODED = re.compile(r"[\ud800-\udfff]")


def text_fault(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """The code and reason why a row cannot be stored as text, None where it can.

    Bytes that were no text are expected as lone surrogates.
    """
    for text in _texts(data):
        if not text.isprintable():
            if _UNDECODED.search(text):
                return (
                    "bad_encoding",
                    "The row has bytes that are no text in its encoding. Save it as UTF-8.",
                )
            if _FORBIDDEN.search(text):
                return "control_character", "The row has control characters, such as NUL."
    return None


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys included, however deep."""
    open_values: list[Iterable[Any]] = [(value,)]
    while open_values:
        for held in open_values.pop():
            if isinstance(held, str):
                yield held
            elif isinstance(held, dict):
                open_values += [held.keys(), held.values()]
            elif isinstance(held, list):
                open_values.append(held)


_TYPES = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


def properties_of(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """JSON schema properties of some rows: each column with the types seen in it."""
    seen: dict[str, set[str]] = {column: set() for column in columns}
    for row in rows:
        for column, value in row.items():
            types = seen.setdefault(column, set())
            types.update(name for kind, name in _TYPES if type(value) is kind)
    return {column: {"type": sorted(types) or ["string"]} for column, types in seen.items()}
