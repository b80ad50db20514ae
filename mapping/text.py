"""Text as the canonical model wants it: cleaned, but not normalised."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from mapping.unmappable import Unmappable

_LINE_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_KEPT = frozenset("\t\n\r\u200c\u200d")  # the joiners shape emoji and Indic scripts
_SPACE_RUN = re.compile(r"\s*[\t\n\r]\s*")


def clean(text: str) -> str:
    """`text` without control and invisible characters and outer spaces, full-width ones included.

    Line breaks and tabs inside stay; a lone surrogate becomes U+FFFD.
    """
    if text.isprintable():
        return text.strip()
    text = text.translate(_LINE_BREAKS)
    return "".join([_kept(char) for char in text]).strip()


def _kept(char: str) -> str:
    if char.isprintable() or char in _KEPT:
        return char
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    return "" if category in ("Cc", "Cf") else char


def one_line(text: str) -> str:
    """Cleaned text on one line."""
    if not text.isprintable():
        text = _SPACE_RUN.sub(" ", clean(text))
    return text.strip()


def text_of(value: Any) -> str | None:
    """Any scalar as cleaned text on one line; None for what says nothing (null, false, NaN, "").

    A whole float loses its `.0`: spreadsheets give numbers and codes so.

    Raises:
        Unmappable: the value is an object, or a list of several.
    """
    if isinstance(value, str):
        return one_line(value) or None
    if value is None:
        return None
    for kind, convert in _SCALARS:
        if isinstance(value, kind):
            return convert(value)
    return _collection_text(value)


def texts_of(value: Any) -> tuple[str, ...]:
    """All texts in a value or list of values, each once, in order.

    Raises:
        Unmappable: one of them is an object.
    """
    if isinstance(value, list):
        found = (text for item in value for text in texts_of(item))
        return tuple(dict.fromkeys(found))
    text = text_of(value)
    return () if text is None else (text,)


def is_absent(value: Any) -> bool:
    """Whether a value says nothing: null, empty text, list or object."""
    return value is None or value in ("", [], {})


def _int_text(value: int) -> str:
    if value.bit_length() > 256:
        raise Unmappable("not_text", "a number has too many digits")
    return str(value)


def _float_text(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


_SCALARS: tuple[tuple[type, Callable[[Any], str | None]], ...] = (
    (bool, lambda value: "true" if value else None),
    (int, _int_text),
    (float, _float_text),
    (Decimal, lambda value: format(value, "f")),
    (date, lambda value: value.isoformat()),
)


def _collection_text(value: Any) -> str | None:
    if isinstance(value, list) and len(value) <= 1:
        return text_of(value[0]) if value else None
    if is_absent(value):
        return None
    kind = "a list of several values" if isinstance(value, list) else "an object"
    raise Unmappable("not_text", f"{kind} stands where one text is expected")
