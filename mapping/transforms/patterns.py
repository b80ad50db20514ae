"""Transforms by regular expression."""

import re
from collections.abc import Callable
from typing import Any

from mapping.text import text_of
from mapping.transforms.options import pattern_option


def replace(*, pattern: str, by: str = "") -> Callable[[Any], str | None]:
    """Every match of `pattern` replaced by `by` (`\\1` is its first group)."""
    found = pattern_option("pattern", pattern)
    if not isinstance(by, str):
        raise ValueError("by must be a text.")
    _check_template(found.pattern, by)

    def transform(value: Any) -> str | None:
        text = value if isinstance(value, str) else text_of(value)
        return found.sub(by, text).strip() or None if text else None

    return transform


def regex(*, pattern: str, group: int | str = 0) -> Callable[[Any], str | None]:
    """What the first match of `pattern` holds, or its `group`; nothing where none matches."""
    found = pattern_option("pattern", pattern)
    known = found.groupindex if isinstance(group, str) else range(found.groups + 1)
    if isinstance(group, bool) or group not in known:
        raise ValueError("group must be a number or a name of a group in the pattern.")

    def transform(value: Any) -> str | None:
        text = value if isinstance(value, str) else text_of(value)
        match = found.search(text) if text else None
        held: str | None = match[group] if match else None
        return held.strip() or None if held else None

    return transform


def _check_template(pattern: str, by: str) -> None:
    """Compiles the replacement by a pattern with the same groups that matches anything."""
    try:
        re.sub(f"(?:{pattern})|$", by, "")
    except (re.error, IndexError):
        raise ValueError("by refers to a group that the pattern does not have.") from None
