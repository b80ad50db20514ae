"""What is known of Japanese names: the readings of surnames and given names, and how common.

From the package `japanese-personal-name-dataset` and our own further readings of surnames.
Loaded on first use (about 0.3 s).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypedDict

from japanese_personal_name_dataset import load_dataset

from identity.normalize.kana import enlarge, kana_key, loose_key, to_katakana
from identity.normalize.tables import read_table, read_words
from identity.normalize.text import clean_text, fold_kanji, fold_text

Readings = Mapping[str, tuple[str, ...]]


class _Entry(TypedDict):
    en: str
    kanji: list[str]


_COMMON = 100
"""Bearers assumed of a reading that only our own table knows."""
_OUTWEIGHED = 3
"""A name spelt in big kana in the table is a slip where the proper one weighs this much more."""


@dataclass(frozen=True, slots=True)
class NameTable:
    """Readings are katakana, properly spelt, likeliest first; kanji are folded.

    `surname_kana` and `given_kana` weigh each reading by its bearers or spellings;
    `surname_romaji` and `given_romaji` do so by loose key. `proper` turns bank kana
    (キヨウコ) into the one known name it can stand for.
    """

    surnames: Readings
    given: Readings
    surname_kana: Mapping[str, int]
    given_kana: Mapping[str, int]
    surname_romaji: Mapping[str, int]
    given_romaji: Mapping[str, int]
    proper: Mapping[str, str]
    ambiguous: frozenset[str]
    """Loose keys that stand for common surnames of different vowel length (ono: オノ, オオノ)."""


@cache
def name_table() -> NameTable:
    """The one table of this process."""
    men, women, family = load_dataset("org", include_last_names=True)
    surnames: dict[str, list[str]] = {}
    bearers: Counter[str] = Counter()
    for kanji, entry in family.items():
        reading = _katakana(entry["reading"])
        _add(surnames, fold_text(kanji), reading)
        bearers[reading] += entry["count"]
    for kanji, more in read_table("surname_readings.tsv"):
        for reading in more.split():
            _add(surnames, fold_text(kanji), reading)
            bearers[reading] += _COMMON
    given, spellings = _given_names((men, women))
    return NameTable(
        surnames={kanji: tuple(known) for kanji, known in surnames.items()},
        given=given,
        surname_kana=bearers,
        given_kana=spellings,
        surname_romaji=_by_loose_key(bearers),
        given_romaji=_by_loose_key(spellings),
        proper=_proper_spellings((bearers, spellings)),
        ambiguous=_ambiguous(bearers),
    )


@cache
def foreign_surnames() -> frozenset[str]:
    """Surnames that Chinese and Korean people bear too, with readings of their own."""
    return frozenset(map(fold_kanji, read_words("foreign_surnames.tsv")))


def _given_names(datasets: tuple[Mapping[str, _Entry], ...]) -> tuple[Readings, Counter[str]]:
    known: dict[str, list[str]] = {}
    spellings: Counter[str] = Counter()
    for dataset in datasets:
        for hiragana, entry in dataset.items():
            reading = _katakana(hiragana)
            spellings[reading] += len(entry["kanji"])
            for kanji in _folded(entry["kanji"]):
                _add(known, kanji, reading)
    first = _likeliest()
    for kanji, reading in first.items():
        _add(known, kanji, reading)
    ranked = {}
    for kanji, readings in known.items():
        if len(readings) > 1:
            chosen = first.get(kanji)
            readings.sort(key=lambda reading: (reading != chosen, -spellings[reading], reading))
        ranked[kanji] = tuple(readings)
    return ranked, spellings


def _likeliest() -> dict[str, str]:
    return {
        fold_text(kanji): reading
        for reading, spellings in read_table("given_readings.tsv")
        for kanji in spellings.split()
    }


def _katakana(reading: str) -> str:
    return to_katakana(clean_text(reading))


def _folded(spellings: Sequence[str]) -> Sequence[str]:
    """The spellings in their folded form, which most have: one look at all of them tells."""
    together = "".join(spellings)
    if together.isalpha() and fold_text(together) == together:
        return spellings
    return [*map(fold_text, spellings)]


def _add(readings: dict[str, list[str]], kanji: str, reading: str) -> None:
    known = readings.get(kanji)
    if known is None:
        readings[kanji] = [reading]
    elif reading not in known:
        known.append(reading)


def _by_loose_key(weights: Mapping[str, int]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for reading, weight in weights.items():
        total[loose_key(reading)] += weight
    return total


def _proper_spellings(weights: tuple[Mapping[str, int], ...]) -> Mapping[str, str]:
    proper: dict[str, str] = {}
    for readings in weights:
        for reading, weight in readings.items():
            bank = enlarge(reading)
            rival = max(known.get(bank, 0) for known in weights)
            if bank != reading and rival * _OUTWEIGHED < weight + 1:
                proper.setdefault(bank, reading)
    return proper


def _ambiguous(bearers: Mapping[str, int]) -> frozenset[str]:
    lengths: dict[str, Counter[str]] = defaultdict(Counter)
    for reading, count in bearers.items():
        lengths[loose_key(reading)][kana_key(reading)] += count
    return frozenset(
        loose
        for loose, counts in lengths.items()
        if sum(count * 10 > max(counts.values()) for count in counts.values()) > 1
    )
