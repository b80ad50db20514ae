"""Comparing persons' names: family and given name apart, across scripts through readings.

A reading that is not known is no evidence; a guessed one that does not fit is weak evidence.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from identity.features import Features
from identity.normalize.types import PersonName
from identity.scoring.comparator import Comparator, Outcome, alike, one_edit

PART_LEVELS = (
    "same",
    "same_reading",
    "swapped",
    "other_kanji",
    "similar",
    "initial",
    "partly",
    "unlike_reading",
    "differ",
)
_ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class NamePart:
    """A family or given name: as written, its given reading, guessed ones, loose romaji keys."""

    text: str
    script: str
    kana: str
    guesses: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        return (self.kana,) if self.kana else self.guesses


def script_of(text: str) -> str:
    """`han`, `kana` or `latin`: a part's own script, by its first letter that tells."""
    for letter in text:
        if "\u30a0" <= letter <= "\u30ff" or "\u3040" <= letter <= "\u309f":
            return "kana"
        if letter >= "\u3400":
            return "han"
    return "latin"


@lru_cache(maxsize=65536)
def family_part(name: PersonName) -> NamePart | None:
    """The family name, None where it is not known."""
    guesses = dict.fromkeys(family for family, _ in name.readings if family)
    return _part(name.family, name.family_kana, tuple(guesses), name.family_keys)


@lru_cache(maxsize=65536)
def given_part(name: PersonName) -> NamePart | None:
    """The given name, None where it is not known."""
    guesses = dict.fromkeys(given for _, given in name.readings if given)
    return _part(name.given, name.given_kana, tuple(guesses), name.given_keys)


@lru_cache(maxsize=262_144)
def _part(text: str, kana: str, guesses: tuple[str, ...], keys: tuple[str, ...]) -> NamePart | None:
    shown = text or kana
    return NamePart(shown, script_of(shown), kana, guesses, keys) if shown else None


NameParts = tuple[NamePart, NamePart | None]
"""A part of a name, and the other part, to see whether the two were exchanged."""


def compare_part(a: NameParts, b: NameParts) -> Outcome:
    """One part of two names."""
    (left, left_other), (right, right_other) = a, b
    if left.text == right.text:
        return Outcome("same", left.text, right.text, left.text)
    level, term = part_level(left, right)
    if (
        level in UNLIKE
        and left_other is not None
        and right_other is not None
        and _alike(left, right_other)
        and _alike(left_other, right)
    ):
        level = "swapped"
    return Outcome(level, left.text, right.text, term)


UNLIKE = ("differ", "partly", "unlike_reading", "missing")
"""Levels of two parts that may stand in each other's place."""


def _alike(a: NamePart, b: NamePart) -> bool:
    return a.text == b.text or part_level(a, b)[0] == "same_reading"


Verdict = tuple[str, str]
"""A level, and the reading both sides share where there is one."""


def part_level(a: NamePart, b: NamePart) -> Verdict:
    """How alike two parts are that are not written the same."""
    if a.script == b.script:
        return _SAME_SCRIPT[a.script](a, b)
    if "latin" in (a.script, b.script):
        return _romanised(a, b)
    if not a.readings or not b.readings:
        return "missing", ""
    if reading := _common(a.readings, b.readings):
        return "same_reading", reading
    if a.kana and b.kana:
        return ("similar" if near(a.kana, b.kana) else "differ"), ""
    return "unlike_reading", ""


def _han(a: NamePart, b: NamePart) -> Verdict:
    if reading := _common(a.readings, b.readings):
        return "other_kanji", reading
    if a.kana and b.kana and not near(a.kana, b.kana):
        return "differ", ""
    exchanged = sorted(a.text) == sorted(b.text)
    if near(a.text, b.text) and (exchanged or len(a.text) != len(b.text)):
        return "similar", ""
    partly = len(a.text) == len(b.text) and any(map(str.__eq__, a.text, b.text))
    return ("partly" if partly else "differ"), ""  # sisters: 江梨奈, 江梨華


def _kana(a: NamePart, b: NamePart) -> Verdict:
    return ("similar" if near(a.text, b.text) else "differ"), ""


def _latin(a: NamePart, b: NamePart) -> Verdict:
    if len(a.text) == 1 or len(b.text) == 1:
        return ("initial" if a.text[0] == b.text[0] else "differ"), ""
    if key := _common(a.keys, b.keys):
        return "same_reading", key
    slip = one_edit(a.text, b.text) or alike(a.text, b.text, _ALIKE)
    return ("similar" if slip else "differ"), ""


_SAME_SCRIPT = {"han": _han, "kana": _kana, "latin": _latin}


def _romanised(a: NamePart, b: NamePart) -> Verdict:
    latin, other = (a, b) if a.script == "latin" else (b, a)
    if not other.keys:
        return "missing", ""
    if len(latin.text) == 1:
        return ("initial" if any(k[0] == latin.text for k in other.keys) else "differ"), ""
    keys = latin.keys or (latin.text,)
    if key := _common(keys, other.keys):
        return "same_reading", key
    if any(near(x, y) for x in keys for y in other.keys):
        return "similar", ""
    if not _SYLLABLES.fullmatch(latin.text):
        return _transliterated(latin, other), ""
    return ("differ" if other.kana else "unlike_reading"), ""


_SYLLABLES = re.compile(
    r"(?:(?:ch|sh|ts|[kgnhbpmr]y|cch|ssh|tts|([kstpgzdb])\1|[kgsztdnhbpmrfjyw])?[aiueo]|n|h|m)+"
)
"""What romaji of a Japanese name looks like."""
_VOWELS = re.compile(r"[aiueoyw\W]|(.)(?=\1)")
_ONE_SOUND = str.maketrans({"v": "b", "l": "r", "c": "k", "q": "k", "f": "h", "z": "s", "j": "s"})


def _transliterated(latin: NamePart, other: NamePart) -> str:
    """A foreign name and its katakana: their consonants tell, within what katakana keeps."""
    if other.script != "kana":
        return "missing"
    skeletons = [_skeleton(latin.text), *map(_skeleton, other.keys)]
    first, *others = skeletons
    return "similar" if first in others or any(near(first, o) for o in others) else "missing"


def _skeleton(text: str) -> str:
    return _VOWELS.sub("", text.replace("th", "s").translate(_ONE_SOUND))


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    return min(set(a) & set(b), default="")


def near(a: str, b: str) -> bool:
    """One slip apart, and long enough for that to mean something."""
    return max(len(a), len(b)) >= 3 and one_edit(a, b)


def _family(features: Features) -> NameParts | None:
    part = family_part(features.name)
    return (part, given_part(features.name)) if part else None


def _given(features: Features) -> NameParts | None:
    part = given_part(features.name)
    return (part, family_part(features.name)) if part else None


PARTS = {
    "family name": Comparator(PART_LEVELS, _family, compare_part, ("name",)),
    "given name": Comparator(PART_LEVELS, _given, compare_part, ("name",)),
}
