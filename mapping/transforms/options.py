"""Checks of transform options, made once when a mapping is loaded."""

import re
from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def text_option(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text.")
    return value


def choice_option(name: str, value: object, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}.")
    return value


def texts_option(name: str, value: object) -> list[str]:
    """A list of texts; one text counts as a list of itself."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ValueError(f"{name} must be a text or a list of texts.")
    return texts


def pattern_option(name: str, value: object) -> re.Pattern[str]:
    try:
        return re.compile(text_option(name, value))
    except re.error as error:
        raise ValueError(f"{name} is not a regular expression: {error}.") from None


def zone_option(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(text_option("zone", value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("zone must be an IANA time zone such as Asia/Tokyo.") from None
