"""Payloads as they are kept: whatever a source sends can be stored, or is rejected by name."""

from collections.abc import Mapping
from typing import Any

import orjson

from daifuku.records import content_hash

_LARGEST = 2**63 - 1


def encode(payload: Mapping[str, Any]) -> tuple[bytes, bytes] | None:
    """The payload as JSON and its content hash; None if it is nested too deeply to be stored.

    Half a character (a lone surrogate) becomes a replacement character, a number beyond
    64 bits and a value JSON does not know become text: all else stays as it came.
    """
    try:
        return orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS), content_hash(payload)
    except TypeError:
        pass
    try:
        cleaned = _clean(payload)
        return orjson.dumps(cleaned), content_hash(cleaned)
    except (TypeError, RecursionError):
        return None


def storable(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates are replaced."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_clean(str(name)): _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else str(value)
    return str(value)
