"""JSON as sources send it: read strictly, and leniently before a page is given up for a letter."""

import json
import re
from typing import Any

import orjson

_HALF = re.compile(r"[\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """The body as JSON.

    What is no text becomes U+FFFD: bytes that are no UTF-8, and halves of characters, as
    programs leave them that cut a text within an emoji. NaN and infinities become null.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return _whole(json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_nothing))
    except (ValueError, RecursionError):
        raise ValueError("It is no JSON, or nested too deeply.") from None


def _nothing(_constant: str) -> None:
    """What JSON has for NaN."""


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_HALF.sub("\ufffd", key): _whole(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
