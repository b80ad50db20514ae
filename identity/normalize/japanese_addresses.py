"""Parses Japanese addresses against the town table."""

import re
from dataclasses import dataclass, field

from identity.normalize.blocks import read_lot
from identity.normalize.text import fold_text
from identity.normalize.towns import (
    City,
    cities_by_name,
    city_names_at,
    city_of_postal_code,
    fold_numerals,
    fold_place,
    longest_town,
    loosen,
    prefectures,
    towns,
)
from identity.normalize.types import PostalAddress

_POSTAL = re.compile(
    r"(?P<mark>〒|郵便番号)[\s:]*(\d{3})\s?-?\s?(\d{4})(?!\d)"
    r"|\A(\d{3})-?(\d{4})(?![\d-])"
    r"|(?P<last>[\s,、]+)(\d{3})-(\d{4})\Z"
)
_COUNTRY = re.compile(r"\A(?:日本国?|japan)[、,\s]*")
_DASHES = re.compile(r"(?<=\d)\s?[ー~]\s?(?=\d)")
_UNKNOWN_CITY = re.compile(r"(?:[^\d\s]{1,6}郡)?[^\d\s]{1,6}?[市区町村]")
_UNKNOWN_TOWN = re.compile(r"[^\d\s]{1,12}(?=\d)")
_BUILDING = re.compile(r"ビル|マンション|ハイツ|コーポ|アパート|タワー|荘")
_PREFIXES = ("", "大字", "字")
_LONGEST_STREET = 30


@dataclass(slots=True)
class _Cursor:
    """A folded address read from left to right; `flat` is its place form without spaces."""

    text: str
    flat: str = ""
    positions: list[int] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        self.flat = loosen(self.text)
        if " " in self.text:
            self.positions = [index for index, char in enumerate(self.text) if char != " "]

    def rest(self) -> str:
        """What has not been read, spaces included."""
        if not self.positions:
            return self.text[self.at :]
        return self.text[self.positions[self.at] :] if self.at < len(self.positions) else ""


def japanese_address(text: str, postal_code: str = "") -> PostalAddress:
    """The parts of an address in Japanese; prefecture and county may be missing."""
    text = fold_text(text).lower()
    text, found = without_postal_code(text)
    postal_code = postal_code or found
    text = _COUNTRY.sub("", text.strip(" ,、"))
    cursor = _Cursor(fold_numerals(_DASHES.sub("-", text)).strip(" ,、"))
    known = city_of_postal_code(postal_code) if postal_code else None
    prefecture = _read_prefecture(cursor)
    city, city_name = _read_city(cursor, prefecture, known[0] if known else None)
    if city:
        prefecture = city.prefecture
    town = _read_town(cursor, city, city_name)
    if not town and city and known and known[0] == city and cursor.rest()[:1].isdigit():
        town = known[1]
    lot = read_lot(cursor.rest())
    level = 0
    if prefecture or city_name:
        level = 4 if lot.block and town else 3 if town else 2 if city_name else 1
    town_key = f"{prefecture}{city_name}|{fold_place(town)}" if level >= 3 else ""
    key = f"{town_key}|{lot.block}|{lot.room}" if town_key else ""
    return PostalAddress(
        country="JP",
        postal_code=postal_code,
        prefecture=prefecture,
        city=city_name,
        town=town,
        block=lot.block,
        building=lot.building,
        room=lot.room,
        level=level,
        key=key or cursor.flat,
        town_key=town_key,
    )


def without_postal_code(text: str) -> tuple[str, str]:
    """A folded address without postal codes, and the digits of the first of them.

    A bare number is one at the beginning, and at the end where it is known or said before.
    """
    code = ""
    while found := _POSTAL.search(text):
        digits = "".join(filter(str.isdigit, found.group()))
        known = digits == code or (not code and city_of_postal_code(digits) is not None)
        if not (found["mark"] or (known if found["last"] else not code)):
            break
        text, code = f"{text[: found.start()]}{text[found.end() :]}", code or digits
    return text, code


def _read_prefecture(cursor: _Cursor) -> str:
    for length in (4, 3):
        name = prefectures().get(cursor.flat[:length])
        if name and fold_place(name) == cursor.flat[:length]:
            cursor.at = length
            return name
    for length in (3, 2):
        # 大阪吹田市: the prefecture in short, before one of its cities; 大阪市 is a city itself.
        name = prefectures().get(cursor.flat[:length])
        if name and _has_city_of(name, cursor.flat, length):
            cursor.at = length
            return name
    return ""


def _has_city_of(prefecture: str, flat: str, at: int) -> bool:
    return any(
        city.prefecture == prefecture
        for name in city_names_at(flat, at)
        for city in cities_by_name()[name]
    )


def _read_city(cursor: _Cursor, prefecture: str, postal: City | None) -> tuple[City | None, str]:
    """(the city, its name); a city outside the table, or one of several, has a name only."""
    for name in city_names_at(cursor.flat, cursor.at):
        candidates = cities_by_name()[name]
        fitting = [city for city in candidates if prefecture in ("", city.prefecture)]
        if not fitting:
            continue
        cursor.at += len(name)
        if len(fitting) > 1:
            fitting = [city for city in fitting if city == postal] or [
                city for city in fitting if _town_length(cursor, city)
            ]
        if len(fitting) == 1:
            return fitting[0], fitting[0].name
        return None, candidates[0].name
    if postal and prefecture in ("", postal.prefecture):
        return postal, postal.name
    unknown = _UNKNOWN_CITY.match(cursor.flat, cursor.at) if prefecture else None
    if unknown:
        cursor.at = unknown.end()
        return None, unknown.group()
    return None, ""


def _town_length(cursor: _Cursor, city: City) -> int:
    """How many characters at the cursor are a town of the city, 大字 included."""
    known = towns(city)
    for prefix in _PREFIXES:
        if not cursor.flat.startswith(prefix, cursor.at):
            continue
        start = cursor.at + len(prefix)
        for length in range(min(longest_town(city), len(cursor.flat) - start), 0, -1):
            if cursor.flat[start : start + length] in known:
                return len(prefix) + length
    return 0


def _read_town(cursor: _Cursor, city: City | None, city_name: str) -> str:
    """The town's name, as in the table where it is there."""
    if city:
        length = _town_length(cursor, city)
        if length:
            name = cursor.flat[cursor.at : cursor.at + length]
            cursor.at += length
            return _town_name(city, name) + _read_part_of_town(cursor)
        after_street = _town_after_street(cursor, city)
        if after_street:
            return after_street
    unknown = _UNKNOWN_TOWN.match(cursor.rest().replace(" ", "")) if city_name else None
    if unknown and not _BUILDING.search(unknown.group()):
        cursor.at += unknown.end()
        return unknown.group().removeprefix("大字").removeprefix("字")
    return ""


def _town_name(city: City, folded: str) -> str:
    for prefix in _PREFIXES:
        name = towns(city).get(folded.removeprefix(prefix))
        if name:
            return name.removeprefix("大字").removeprefix("字")
    return folded


def _read_part_of_town(cursor: _Cursor) -> str:
    """A part of the town (小字) between its name and the first number; 町 alone is an ending."""
    rest = cursor.rest()
    if rest.startswith("町"):
        cursor.at += 1
        rest = rest[1:]
    found = _UNKNOWN_TOWN.match(rest)
    if not found or found.end() > 6 or _BUILDING.search(found.group()):
        return ""
    cursor.at += found.end()
    part = found.group()
    for prefix in ("大字", "小字", "字"):
        part = part.removeprefix(prefix)
    return part.strip("-の,、")


def _town_after_street(cursor: _Cursor, city: City) -> str:
    """The town that ends where the numbers begin: Kyoto puts street names before it."""
    known = towns(city)
    end = cursor.at
    while end < len(cursor.flat) and not cursor.flat[end].isdigit():
        end += 1
    for start in range(cursor.at + 1, end):
        if cursor.flat[start:end] in known and end - cursor.at <= _LONGEST_STREET:
            name = known[cursor.flat[start:end]]
            cursor.at = end
            return name
    return ""
