"""Normalises numbers that registers give: corporate numbers and postal codes."""

import re
from functools import lru_cache

from identity.normalize.text import clean_text

_CORPORATE = re.compile(r"t?\s*(\d[\d\s-]*)\Z", re.IGNORECASE)
_JAPANESE_POST = re.compile(r"〒?\s*(\d{3})\s?-?\s?(\d{4})\Z")
_LOST_ZERO = re.compile(r"〒?\s*(\d{6})\Z")
_US_POST = re.compile(r"(\d{5})-\d{4}\Z")
_FOREIGN_POST = re.compile(r"(?:\d{4,5}|(?=.*\d)(?=.*[A-Z])[A-Z0-9]{3,8})\Z")


@lru_cache(maxsize=65_536)
def corporate_number(text: str) -> str | None:
    """The 13 digits of a 法人番号 (or of a qualified invoice issuer, `T` and 13 digits).

    None where there are not 13 digits or the check digit is wrong. The check digit is that of the
    ordinance on 法人番号: 9 - (sum of the other digits times 1, 2, 1, 2... from the right, mod 9).
    """
    found = _CORPORATE.match(clean_text(text))
    digits = re.sub(r"\D", "", found.group(1)) if found else ""
    if len(digits) != 13 or not digits.isascii():
        return None
    weighed = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits[1:])))
    return digits if int(digits[0]) == 9 - weighed % 9 else None


@lru_cache(maxsize=65_536)
def postal_code(text: str) -> str | None:
    """A postal code: 7 digits for Japan, 5 for the United States, else capitals without spaces.

    Six digits are a Japanese code whose leading zero a spreadsheet dropped.
    """
    cleaned = clean_text(text)
    found = _JAPANESE_POST.match(cleaned)
    if found:
        code = found[1] + found[2]
        return None if len(set(code)) == 1 else code
    lost = _LOST_ZERO.match(cleaned)
    if lost:
        return f"0{lost[1]}"
    american = _US_POST.match(cleaned)
    if american:
        return american[1]
    foreign = cleaned.upper().replace(" ", "").replace("-", "")
    return foreign if _FOREIGN_POST.match(foreign) else None
