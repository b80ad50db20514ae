"""Dates and times as people and systems write them."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from mapping.text import text_of
from mapping.transforms.eras import ERA, western_year
from mapping.transforms.options import choice_option, texts_option, zone_option
from mapping.unmappable import Unmappable

_WEEKDAY = re.compile(r"\s*\([月火水木金土日祝]{1,2}\)|\s*(?:月|火|水|木|金|土|日)曜日?")
_DATE = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/.年]\s*)(?P<month>\d{1,2})\s*(?:[-/.月]\s*)(?P<day>\d{1,2})\s*日?"
    r"|(?P<year8>\d{4})(?P<month8>\d{2})(?P<day8>\d{2})(?=$|[T\s])"
    rf"|{ERA}"
)
_TIME = re.compile(
    r"[T\s]*(?:(?P<half>午前|午後)\s*)?(?P<hour>\d{1,2})(?::|時)\s*(?P<minute>\d{1,2})?分?"
    r"(?::?(?P<second>\d{1,2})秒?(?:[.,](?P<fraction>\d{1,9})\d*)?)?"
    r"\s*(?P<half2>am|pm)?\s*(?P<zone>Z|UTC|JST|[-+]\d{2}:?\d{2}|[-+]\d{2})?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}")
_UNITS = ("auto", "seconds", "milliseconds")
_START = datetime(1970, 1, 1, tzinfo=UTC)


def date_of(
    *, formats: Any = None, zone: str | None = None, unit: str = "auto"
) -> Callable[[Any], date]:
    """The calendar day of a date, a time or an epoch; with `zone` its midnight there.

    Reads what `datetime` reads. `zone` is also where the day of a moment is looked up.

    Raises:
        Unmappable: it is no date.
    """
    moment = datetime_of(formats=formats, zone=zone, unit=unit)
    place = zone_option(zone) if zone is not None else None

    def transform(value: Any) -> date:
        found = moment(value)
        if place is None:
            return found.date()
        return _shifted(found, place).replace(hour=0, minute=0, second=0, microsecond=0)

    return transform


def datetime_of(
    *, formats: Any = None, zone: str | None = None, unit: str = "auto"
) -> Callable[[Any], datetime]:
    """The moment that a text or an epoch names, in `zone` (default UTC) where it names none.

    Reads year-first dates (`2024-05-01`, `2024/5/1`, `2024年5月1日`, `20240501`, 令和6年5月1日,
    `R6.5.1`) with or without a time, and epochs in `unit` (`auto`: milliseconds from 12 digits).
    `formats` (strptime) replaces the dates read from text.

    Raises:
        Unmappable: it is no date.
    """
    patterns = texts_option("formats", formats) if formats is not None else []
    choice_option("unit", unit, _UNITS)
    place: tzinfo = zone_option(zone) if zone is not None else UTC

    def transform(value: Any) -> datetime:
        found = _read(value, patterns, unit)
        if found is None:
            raise Unmappable("not_a_date", "the value is not a date in a form the mapping knows")
        return found if found.tzinfo else found.replace(tzinfo=place)

    return transform


def _shifted(found: datetime, place: tzinfo) -> datetime:
    try:
        return found.astimezone(place)
    except (OverflowError, ValueError):
        raise Unmappable("not_a_date", "the date is at the edge of the calendar") from None


def _read(value: Any, formats: list[str], unit: str) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _from_number(value, unit)
    text = text_of(value)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).strip()
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (its zone is set by the caller)
        except ValueError:
            continue
    return None if formats else _from_text(text, unit)


def _from_number(value: float | Decimal, unit: str) -> datetime | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # larger than any time, or a signalling NaN
        return None
    if unit == "auto" and 1000_01_01 <= number <= 9999_12_31 and number.is_integer():
        written_out = _from_date_text(str(int(number)))
        if written_out is not None:
            return written_out
    return _from_epoch(number, unit) if abs(number) < 1e15 else None


def _from_epoch(value: float, unit: str) -> datetime | None:
    if not math.isfinite(value):
        return None
    milliseconds = unit == "milliseconds" or (unit == "auto" and abs(value) >= 1e11)
    try:
        return _START + timedelta(seconds=value / 1000 if milliseconds else value)
    except OverflowError:
        return None


def _from_text(text: str, unit: str) -> datetime | None:
    if _EPOCH.fullmatch(text) or (unit != "auto" and re.fullmatch(r"\d{1,13}", text)):
        return _from_epoch(float(text), unit)
    return _from_date_text(text)


def _from_date_text(text: str) -> datetime | None:
    match = _DATE.match(text)
    if match is None:
        return None
    rest = _WEEKDAY.sub("", text[match.end() :], count=1).strip()
    clock = _TIME.fullmatch(rest) if rest else None
    if rest and clock is None:
        return None
    try:
        day = _day(match)
        return _with_clock(day, clock) if clock else day
    except (ValueError, OverflowError):
        return None


def _day(match: re.Match[str]) -> datetime:
    if match["era"]:
        year = western_year(match["era"], match["era_year"])
        month, day = match["era_month"], match["era_day"]
    else:
        year = int(match["year"] or match["year8"])
        month, day = match["month"] or match["month8"], match["day"] or match["day8"]
    return datetime.combine(date(year, int(month), int(day)), time.min)


def _with_clock(day: datetime, clock: re.Match[str]) -> datetime:
    hour = int(clock["hour"])
    half = (clock["half"] or clock["half2"] or "").lower()
    if half in ("午後", "pm"):
        hour = hour % 12 + 12
    elif half in ("午前", "am"):
        hour %= 12
    next_day = hour == 24
    moment = day.replace(
        hour=0 if next_day else hour,
        minute=int(clock["minute"] or 0),
        second=min(int(clock["second"] or 0), 59),  # a leap second
        microsecond=int((clock["fraction"] or "0")[:6].ljust(6, "0")),
        tzinfo=_offset(clock["zone"]),
    )
    return moment + timedelta(days=1) if next_day else moment


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written.upper() in ("Z", "UTC"):
        return UTC
    if written.upper() == "JST":
        written = "+09"
    digits = written[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-span if written[0] == "-" else span)
