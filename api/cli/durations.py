"""Spans of time as people type them: `90`, `15m`, `2h`, `1d`."""

import re

from daifuku.errors import UserError

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(text: str | None) -> float | None:
    """The seconds that are meant; a number without a unit is one of seconds. None stays None.

    Raises:
        UserError: it cannot be read.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip())
    if match is None:
        raise UserError(f"{text!r} is no span of time.", hint="Examples: 90, 90s, 15m, 2h, 1d.")
    return float(match[1]) * _UNITS[match[2]]
