"""The towns of Japan: finds prefecture, city and town at a position of a folded address.

The table comes from Japan Post's postal codes (data/README.md). It is unpacked on first use
(about 0.1 s); a city's towns are, when the first address in it comes.
"""

import lzma
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from identity.normalize.numerals import KANJI_DIGITS, kanji_number
from identity.normalize.tables import read_bytes
from identity.normalize.text import fold_text

_LOOSE_CHARS = str.maketrans(
    {"ヶ": "ケ", "が": "ケ", "ガ": "ケ", "ヵ": "ケ", "か": "ケ", "カ": "ケ"}
    | {"ノ": "の", "之": "の", "乃": "の", "ツ": "つ", "ッ": "つ", "っ": "つ"}
)
_HAS_LOOSE = re.compile("[" + "".join(map(chr, _LOOSE_CHARS)) + "]")
_NUMERAL = re.compile(
    rf"[{KANJI_DIGITS}]{{1,8}}"
    rf"(?=\s?(?:丁目|番地|番|号|条|線|地割|階|区画|-|の\s?[{KANJI_DIGITS}0-9]))"
    rf"|(?<=[目地番号の-])[{KANJI_DIGITS}]{{1,8}}(?=$|[\s番号棟]|丁目|階)"
)
_COUNTY = re.compile(r".+?郡(?=.+[町村]$)")


@dataclass(frozen=True, slots=True)
class City:
    """A municipality or a ward of a designated city; `number` is its line in the table."""

    number: int
    prefecture: str
    name: str


def fold_numerals(text: str) -> str:
    """Kanji numerals as digits where they count (二丁目), not where they name (六本木)."""
    return _NUMERAL.sub(lambda found: str(kanji_number(found.group())), text)


@lru_cache(maxsize=16_384)
def fold_place(name: str) -> str:
    """The form in which place names are compared."""
    return loosen(fold_numerals(fold_text(name)))


def loosen(text: str) -> str:
    """A folded text with ケ/ヶ/が, ノ/の and ツ/ッ as one, and without spaces."""
    text = text.replace(" ", "")
    return text.translate(_LOOSE_CHARS) if _HAS_LOOSE.search(text) else text


@cache
def _lines() -> list[list[str]]:
    text = lzma.decompress(read_bytes("towns.xz")).decode("utf-8")
    return [line.split("\t") for line in text.split("\n")]


@cache
def cities() -> tuple[City, ...]:
    """Every city, in the order of the table."""
    return tuple(City(number, line[0], line[1]) for number, line in enumerate(_lines()))


@cache
def cities_by_name() -> dict[str, tuple[City, ...]]:
    """Cities by folded name; those in a county (郡) without it too."""
    names: dict[str, list[City]] = {}
    for city in cities():
        folded = fold_place(city.name)
        for name in {folded, _COUNTY.sub("", folded, count=1)}:
            names.setdefault(name, []).append(city)
    return {name: tuple(found) for name, found in names.items()}


@cache
def _names_by_head() -> dict[str, tuple[str, ...]]:
    heads: dict[str, list[str]] = {}
    for name in sorted(cities_by_name(), key=len, reverse=True):
        heads.setdefault(name[:2], []).append(name)
    return {head: tuple(names) for head, names in heads.items()}


def city_names_at(flat: str, at: int) -> list[str]:
    """The folded city names that stand at a position of a folded address, longest first."""
    names = _names_by_head().get(flat[at : at + 2], ())
    return [name for name in names if flat.startswith(name, at)]


@cache
def prefectures() -> dict[str, str]:
    """Prefectures by folded name, with and without their last character (not 北海)."""
    names = sorted({line[0] for line in _lines()})
    short = {fold_place(name)[:-1]: name for name in names if name != "北海道"}
    return short | {fold_place(name): name for name in names}


@cache
def towns(city: City) -> dict[str, str]:
    """The city's towns by folded name, without 大字 and 字."""
    found: dict[str, str] = {}
    for entry in _lines()[city.number][2:]:
        name = entry.rpartition(":")[0]
        folded = fold_place(name)
        for prefix in ("大字", "字"):
            folded = folded.removeprefix(prefix)
        if folded:
            found.setdefault(folded, name)
    return found


@cache
def longest_town(city: City) -> int:
    """The length of the longest folded town name of the city."""
    return max(map(len, towns(city)), default=0)


@cache
def _postal_codes() -> dict[str, tuple[int, str]]:
    codes: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(_lines()):
        code = 0
        for entry in line[2:]:
            town, _, step = entry.rpartition(":")
            code += int(step, 16)
            codes.setdefault(f"{code:07}", (number, town))
    return codes


def city_of_postal_code(code: str) -> tuple[City, str] | None:
    """The city and town (empty for the rest of a city) that a postal code stands for."""
    found = _postal_codes().get(code)
    return (cities()[found[0]], found[1]) if found else None
