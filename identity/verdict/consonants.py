"""How alike a foreign word and its katakana sound, by their consonants (Sunrise, サンライズ)."""

import re

from rapidfuzz.distance import Indel

_ALIKE = 0.6
_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"),
        (r"th", "s"),
        (r"tch|ch|ts", "t"),
        (r"sh", "s"),
        (r"ck|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"z|j", "s"),
        (r"g", "k"),
        (r"f|w", "h"),
        (r"[aeiouhy]", ""),
        (r"m", "n"),
        (r"(.)\1+", r"\1"),
    )
]


def sound_alike(first: str, second: str) -> bool:
    """Whether two words in Latin letters (romaji for the katakana) may be one word.

    A guess with a wide mesh: good for "maybe", never for "match".
    """
    a, b = _skeleton(first), _skeleton(second)
    return bool(a and b) and Indel.normalized_similarity(a, b) >= _ALIKE


def _skeleton(word: str) -> str:
    word = word.lower().replace("l", "r").replace("v", "b")
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word
