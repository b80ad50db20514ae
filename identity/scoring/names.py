"""Comparing persons' names: family and given name apart, across scripts through readings.

A reading that is not known is no evidence; a guessed one that does not fit is weak evidence.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from identity.features import Features
from identity.normalize.types import PersonName
from identity.scoring.comparator import NOTHING, Comparator, Outcome, alike, one_edit

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
FULL_LEVELS = ("same", "same_reading", "similar", "differ")
ALIAS_LEVELS = ("full", "given", "family")
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
    level, term = _part_level(left, right)
    if (
        level in _UNLIKE
        and left_other is not None
        and right_other is not None
        and _alike(left, right_other)
        and _alike(left_other, right)
    ):
        level = "swapped"
    return Outcome(level, left.text, right.text, term)


_UNLIKE = ("differ", "partly", "unlike_reading", "missing")


def _alike(a: NamePart, b: NamePart) -> bool:
    return a.text == b.text or _part_level(a, b)[0] == "same_reading"


Verdict = tuple[str, str]
"""A level, and the reading both sides share where there is one."""


def _part_level(a: NamePart, b: NamePart) -> Verdict:
    if a.script == b.script:
        return _SAME_SCRIPT[a.script](a, b)
    if "latin" in (a.script, b.script):
        return _romanised(a, b)
    if not a.readings or not b.readings:
        return "missing", ""
    if reading := _common(a.readings, b.readings):
        return "same_reading", reading
    if a.kana and b.kana:
        return ("similar" if _near(a.kana, b.kana) else "differ"), ""
    return "unlike_reading", ""


def _han(a: NamePart, b: NamePart) -> Verdict:
    if reading := _common(a.readings, b.readings):
        return "other_kanji", reading
    if a.kana and b.kana and not _near(a.kana, b.kana):
        return "differ", ""
    exchanged = sorted(a.text) == sorted(b.text)
    if _near(a.text, b.text) and (exchanged or len(a.text) != len(b.text)):
        return "similar", ""
    partly = len(a.text) == len(b.text) and any(map(str.__eq__, a.text, b.text))
    return ("partly" if partly else "differ"), ""  # sisters: 江梨奈, 江梨華


def _kana(a: NamePart, b: NamePart) -> Verdict:
    return ("similar" if _near(a.text, b.text) else "differ"), ""


def _latin(a: NamePart, b: NamePart) -> Verdict:
    if len(a.text) == 1 or len(b.text) == 1:
        return ("initial" if a.text[0] == b.text[0] else "differ"), ""
    if key := _common(a.keys, b.keys):
        return "same_reading", key
    near = one_edit(a.text, b.text) or alike(a.text, b.text, _ALIKE)
    return ("similar" if near else "differ"), ""


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
    if any(_near(x, y) for x in keys for y in other.keys):
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
    near = any(_near(skeletons[0], other) for other in skeletons[1:])
    return "similar" if near or skeletons[0] in skeletons[1:] else "missing"


def _skeleton(text: str) -> str:
    return _VOWELS.sub("", text.replace("th", "s").translate(_ONE_SOUND))


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    return min(set(a) & set(b), default="")


def _near(a: str, b: str) -> bool:
    return max(len(a), len(b)) >= 3 and one_edit(a, b)


def _family(features: Features) -> NameParts | None:
    part = family_part(features.name)
    return (part, given_part(features.name)) if part else None


def _given(features: Features) -> NameParts | None:
    part = given_part(features.name)
    return (part, family_part(features.name)) if part else None


def compare_full(a: PersonName, b: PersonName) -> Outcome:
    """Whole names, where at least one could not be split; otherwise the parts speak."""
    if (_is_split(a) and _is_split(b)) or not a.full or not b.full:
        return NOTHING
    return Outcome(_full_level(a, b), a.full, b.full)


def _is_split(name: PersonName) -> bool:
    return family_part(name) is not None or given_part(name) is not None


def _full_level(a: PersonName, b: PersonName) -> str:
    if a.full == b.full:
        return "same"
    if _full_readings(a) & _full_readings(b) or set(a.keys) & set(b.keys):
        return "same_reading"
    if _near(a.full, b.full) or any(_near(x, y) for x in a.keys for y in b.keys):
        return "similar"
    known = (a.keys and b.keys) or script_of(a.full) == script_of(b.full)
    return "differ" if known else "missing"


def _full_readings(name: PersonName) -> set[str]:
    if name.full_kana:
        return {name.full_kana}
    return {family + given for family, given in name.readings}


Naming = tuple[PersonName, PersonName]
"""A person's name and display name."""


def _naming(features: Features) -> Naming | None:
    return (features.name, features.alias) if features.name.full or features.alias.full else None


def compare_alias(a: Naming, b: Naming) -> Outcome:
    """A display name, where a real name lacks on one side, against what the other calls itself."""
    if a[0].full and b[0].full:
        return NOTHING
    left, right = (name if name.full else alias for name, alias in (a, b))
    if not left.full or not right.full:
        return NOTHING
    return Outcome(_alias_level(left, right), left.full, right.full)


def _alias_level(a: PersonName, b: PersonName) -> str:
    if _whole(a) and _whole(b) and _full_level(a, b) in ("same", "same_reading"):
        return "full"
    if _calls(a, b.given, b.given_keys, b.given_kana) or _calls(
        b, a.given, a.given_keys, a.given_kana
    ):
        return "given"
    named = _calls(a, b.family, b.family_keys, b.family_kana)
    if named or _calls(b, a.family, a.family_keys, a.family_kana):
        return "family"
    return "missing"  # a nickname says nothing


def _whole(name: PersonName) -> bool:
    """Whether the name is a family and a given name, or too long to be one of them."""
    return bool(name.family and name.given) or len(name.full) > 4


def _calls(name: PersonName, part: str, keys: tuple[str, ...], kana: str) -> bool:
    """Whether the whole of `name` is that part of another name."""
    if not part and not kana:
        return False
    if name.full in (part, kana) or (name.full_kana and name.full_kana == kana):
        return True
    return bool(set(name.keys) & set(keys))


NAMES = {
    "family name": Comparator(PART_LEVELS, _family, compare_part),
    "given name": Comparator(PART_LEVELS, _given, compare_part),
    "full name": Comparator(FULL_LEVELS, lambda f: f.name if f.name.full else None, compare_full),
    "display name": Comparator(ALIAS_LEVELS, _naming, compare_alias),
}
