"""Normalises calendar dates, Western and Japanese (和暦), to ISO 8601."""

import datetime
import re
from functools import lru_cache

from identity.normalize.numerals import kanji_number
from identity.normalize.text import clean_text

_ERAS = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
    "明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018,
    "m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018,
}  # fmt: skip
_SEP = r"\s*[./・-]\s*|\s+"
_ERA = re.compile(
    rf"(明治|大正|昭和|平成|令和|[明大昭平令mtshr])[.\s]*(\d{{1,2}}|元)(?:\s*年\s*|{_SEP})"
    rf"(\d{{1,2}})(?:\s*月\s*|{_SEP})(\d{{1,2}})\s*日?\Z"
)
_ERA_COMPACT = re.compile(r"([mtshr])(\d\d)(\d\d)(\d\d)\Z")
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:\s*年\s*|{_SEP})(\d{{1,2}})(?:\s*月\s*|{_SEP})(\d{{1,2}})\s*日?(?:[t\s].*)?\Z"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")
_SHORT_YEAR = re.compile(r"(\d\d)(?:\s*年\s*|[./-])(\d{1,2})(?:\s*月\s*|[./-])(\d{1,2})\s*日?\Z")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4})\Z")
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z")
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日])")
_AROUND = re.compile(r"\A(?:生年月日|誕生日)[\s:]*|\s*(?:\([月火水木金土日祝]\)|生まれ|生)\Z")
_LAST_SHOWA_YEAR = 64
_FIRST_YEAR, _LAST_YEAR = 1000, 2200
_PLACEHOLDERS = frozenset(
    (
        *("1900-01-01", "1901-01-01", "1970-01-01", "2000-01-01"),
        *("1899-12-30", "1899-12-31", "2099-12-31"),
    )
)


@lru_cache(maxsize=65_536)
def date(text: str) -> str | None:
    """The date in ISO 8601; None where it cannot be read, could be two dates, or is a placeholder.

    `03/04/2023` could be two dates. A year of two digits is read as 19xx only from 65 on:
    below that it might be a year of 昭和. An era's year is an offset, however late: systems
    wrote 昭和65年 for 1990.
    """
    cleaned = clean_text(text).lower()
    if not cleaned or len(cleaned) > 64:
        return None
    cleaned = _AROUND.sub("", cleaned)
    cleaned = _KANJI_NUMBER.sub(lambda found: str(kanji_number(found.group())), cleaned)
    parts = _numeric(cleaned) or _japanese(cleaned) or _english(cleaned)
    if parts is None or not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
        return None
    try:
        iso = datetime.date(*parts).isoformat()
    except ValueError:
        return None
    return None if is_placeholder_date(iso) else iso


def is_placeholder_date(iso: str) -> bool:
    """Whether systems fill in this ISO date where none is known (1900-01-01, 9999-...)."""
    return iso in _PLACEHOLDERS or iso.startswith(("9999", "0001"))


_Parts = tuple[int, int, int]


def _numeric(text: str) -> _Parts | None:
    found = _YEAR_FIRST.match(text) or _COMPACT.match(text)
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    found = _YEAR_LAST.match(text)
    if found:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first == second or second > 12:
            return year, first, second
        return (year, second, first) if first > 12 else None
    found = _SHORT_YEAR.match(text)
    if found and int(found[1]) > _LAST_SHOWA_YEAR:
        return 1900 + int(found[1]), int(found[2]), int(found[3])
    return None


def _japanese(text: str) -> _Parts | None:
    found = _ERA.match(text) or _ERA_COMPACT.match(text)
    if not found:
        return None
    year = 1 if found[2] == "元" else int(found[2])
    return _ERAS[found[1]] + year, int(found[3]), int(found[4])


def _english(text: str) -> _Parts | None:
    found = _DAY_MONTH.match(text)
    if found and found[2] in _MONTHS:
        return int(found[3]), _MONTHS[found[2]], int(found[1])
    found = _MONTH_DAY.match(text)
    if found and found[1] in _MONTHS:
        return int(found[3]), _MONTHS[found[1]], int(found[2])
    return None
