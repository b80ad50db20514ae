"""What a column holds, judged by its values."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from mapping.transforms import TRANSFORMS
from mapping.unmappable import Unmappable

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
_PHONE = re.compile(r"(?:\+|00)?[\d\s().\-‐–−ー]{9,20}(?:\s*(?:内線|ext\.?|x)\s*\d+)?")
_POSTAL = re.compile(r"〒?\s*\d{3}[-‐–−ー]\d{4}")
_PREFECTURE = re.compile(r"北海道|東京都|(?:京都|大阪)府|[^\s\d]{2,3}県")
_HONORIFIC = re.compile(r"(?:mr|mrs|ms|miss|dr|prof)\.?|様|殿|御中|先生", re.IGNORECASE)
LEGAL_FORM = (
    r"株式会社|有限会社|合同会社|合資会社|合名会社|社団法人|財団法人|医療法人|学校法人|宗教法人"
    r"|協同組合|[(（]株[)）]|[(（]有[)）]|㈱|㈲"
    r"|(?i:\b(?:inc|ltd|llc|llp|plc|corp|gmbh|s\.?a\.?r\.?l|k\.k|pty|co\.,? ?ltd)\b)"
)
"""A regular expression that finds the legal form in an organisation's name."""

_LEGAL_FORM = re.compile(LEGAL_FORM)
_date = TRANSFORMS["date"]()


def share(values: Sequence[str], test: Callable[[str], object]) -> float:
    """The share of values that pass, 0 where there are none."""
    return sum(1 for value in values if test(value)) / len(values) if values else 0.0


def is_email(value: str) -> bool:
    return _EMAIL.search(value) is not None


def is_phone(value: str) -> bool:
    text = unicodedata.normalize("NFKC", value)
    digits = sum(char.isdigit() for char in text)
    marked = text.startswith(("0", "+", "(")) or "-" in text
    return marked and 9 <= digits <= 15 and not is_date(text) and bool(_PHONE.fullmatch(text))


def is_postal_code(value: str) -> bool:
    return _POSTAL.fullmatch(unicodedata.normalize("NFKC", value)) is not None


def is_prefecture(value: str) -> bool:
    return _PREFECTURE.fullmatch(value) is not None


def is_organization(value: str) -> bool:
    return _LEGAL_FORM.search(value) is not None


def is_honorific(value: str) -> bool:
    return _HONORIFIC.fullmatch(value) is not None


def is_corporate_number(value: str) -> bool:
    """13 digits whose first is the check digit of the rest.

    Source: 国税庁「法人番号の指定」: 9 - (sum of the 12 digits, weighted 1 and 2 in turn from the
    last) mod 9.
    """
    text = unicodedata.normalize("NFKC", value)
    if not re.fullmatch(r"[1-9]\d{12}", text):
        return False
    total = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(text[1:])))
    return int(text[0]) == 9 - total % 9


def is_date(value: str) -> bool:
    return year_of(value) is not None


def year_of(value: str) -> int | None:
    """The year of a value that is a date, written with separators or as eight digits."""
    try:
        return _date(value).year if not re.fullmatch(r"[\d.]{9,}", value) else None
    except Unmappable:
        return None
