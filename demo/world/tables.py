"""The tables behind the world: names with readings, towns with postal codes, company words.

Surnames with their frequencies and the many spellings of given names come from the package
japanese-personal-name-dataset; towns are a sample of Japan Post's postal codes; the rest is
written for this world.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple

from japanese_personal_name_dataset import load_dataset


class Word(NamedTuple):
    """A name or word as written, with its hiragana reading and, where given, its Latin form."""

    written: str
    reading: str
    latin: str = ""


class Town(NamedTuple):
    """A town that really lies in its city and has that postal code. `area_code` is the phone's."""

    postal_code: str
    prefecture: str
    city: str
    name: str
    has_chome: bool
    area_code: str


class Foreigner(NamedTuple):
    """A full name of a resident from abroad; `latin` parts are empty where the name is Latin."""

    origin: str
    sex: str
    family: Word
    given: Word


def _lines(name: str) -> Iterator[str]:
    text = (files("demo.world") / "tables" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def surnames() -> tuple[tuple[Word, ...], tuple[float, ...]]:
    """Surnames, most usual first, and the running sums of their frequencies."""
    *_, last_names = load_dataset("org", include_last_names=True)
    rows = [(Word(kanji, row["reading"]), row["count"]) for kanji, row in last_names.items()]
    usable = [(word, count) for word, count in rows if word.reading and count > 0]
    return tuple(word for word, _ in usable), tuple(accumulate(count for _, count in usable))


@cache
def usual_given_names() -> tuple[tuple[str, int, int, tuple[Word, ...]], ...]:
    """Per sex and span of birth years the usual given names, most usual first."""
    groups = []
    for line in _lines("given_names.txt"):
        sex, start, end, *names = line.split()
        words = tuple(Word(*name.split(":")) for name in names)
        groups.append((sex, int(start), int(end), words))
    return tuple(groups)


@cache
def all_given_names(sex: str) -> tuple[Word, ...]:
    """Given names of one sex in every spelling of the usual readings."""
    men, women = load_dataset("opti")
    readings = men if sex == "m" else women
    return tuple(
        Word(kanji, reading)
        for reading, row in readings.items()
        for kanji in row["kanji"]
        if 1 < len(kanji) <= 3
    )


@cache
def spellings(sex: str) -> dict[str, tuple[str, ...]]:
    """Per reading the kanji a person who types it may choose by mistake."""
    men, women = load_dataset("opti")
    return {
        reading: tuple(kanji for kanji in row["kanji"] if len(kanji) <= 3)
        for reading, row in (men if sex == "m" else women).items()
    }


@cache
def surname_spellings() -> dict[str, tuple[str, ...]]:
    """Per reading the surnames that share it (伊藤, 伊東)."""
    groups: dict[str, list[str]] = {}
    for word in surnames()[0]:
        groups.setdefault(word.reading, []).append(word.written)
    return {reading: tuple(written) for reading, written in groups.items() if len(written) > 1}


@cache
def towns() -> tuple[Town, ...]:
    return tuple(
        Town(code, prefecture, city, name, chome == "1", area)
        for code, prefecture, city, name, chome, area in (
            line.split("\t") for line in _lines("towns.tsv")
        )
    )


@cache
def company_words(section: str) -> tuple[Word, ...]:
    """Words of one section: place, blend, katakana, trade or industry."""
    for line in _lines("company_words.txt"):
        head, *words = line.split(" ")
        if head == section:
            return tuple(Word(*word.replace("%", " ").split(":")) for word in words)
    raise KeyError(section)


@cache
def foreigners() -> tuple[Foreigner, ...]:
    people = []
    for line in _lines("foreign_names.txt"):
        origin, sex, *names = line.split(" ")
        for name in names:
            family, given, family_kana, given_kana, *latin = name.split("|")
            latin_family, latin_given = latin or (family, given)
            people.append(
                Foreigner(
                    origin,
                    sex,
                    Word(family, family_kana, latin_family),
                    Word(given, given_kana, latin_given),
                )
            )
    return tuple(people)
