"""Kana and romaji: the strict kana key and the loose romaji key.

The strict key keeps vowel length: オノ is not オオノ, ユキ not ユウキ. The loose key makes all
romanisations one (Hepburn, Kunrei, passport, as typed) and loses vowel length on the way,
so it brings pairs up and proves nothing.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)} | {
    0x309D: 0x30FD,
    0x309E: 0x30FE,
}
_HAS_HIRAGANA = re.compile("[ぁ-ゖゝゞ]")
_HAS_SMALL = re.compile("[ァィゥェォヵヶッャュョヮ]")
_NOT_KANA = re.compile(r"[^ァ-ヺー]")
_BIG: Final = str.maketrans("ァィゥェォヵヶッャュョヮ", "アイウエオカケツヤユヨワ")
_SAME_SOUND: Final = str.maketrans(
    {"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ヰ": "イ", "ヱ": "エ", "ヴ": "ブ"}
)
_VOICED: Final = str.maketrans(
    "カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
)
_SOUNDS: Final = (
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no "
    "ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro wa n ga gi gu ge go "
    "za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po o bu i e "
    "a i u e o ya yu yo wa ka ke"
)
_KANA: Final = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヲヴヰヱァィゥェォャュョヮヵヶ"
)
_ROMAJI: Final = dict(zip(_KANA, _SOUNDS.split(), strict=True))
_VOWEL: Final = {kana: romaji[-1] for kana, romaji in _ROMAJI.items() if romaji != "n"}
_LONG: Final = {("o", "ウ"), ("o", "オ"), ("u", "ウ"), ("e", "エ"), ("a", "ア")}
_BEFORE_SMALL_VOWEL: Final = {
    "ヴ": "v",
    "フ": "f",
    "ウ": "w",
    "ツ": "ts",
    "チ": "ch",
    "シ": "sh",
    "ジ": "j",
}


def to_katakana(text: str) -> str:
    """Hiragana as katakana, with the iteration marks ゝ and ゞ written out; the rest stays."""
    if _HAS_HIRAGANA.search(text):
        text = text.translate(_HIRAGANA)
    if "ヽ" not in text and "ヾ" not in text:
        return text
    out: list[str] = []
    for char in text:
        if char in "ヽヾ" and out:
            out.append(out[-1].translate(_VOICED) if char == "ヾ" else out[-1])
        else:
            out.append(char)
    return "".join(out)


def kana_only(text: str) -> str:
    """The katakana of a text, everything else left out."""
    return _NOT_KANA.sub("", to_katakana(text))


def enlarge(kana: str) -> str:
    """Small kana as big ones, the way banks write them (キヨウコ for キョウコ)."""
    return kana.translate(_BIG) if _HAS_SMALL.search(kana) else kana


@lru_cache(maxsize=131_072)
def kana_key(text: str) -> str:
    """The strict key of a reading: one spelling per sound, big kana, long vowels as ー."""
    kana = kana_only(text).translate(_BIG).translate(_SAME_SOUND)
    out: list[str] = []
    vowel = ""
    for char in kana:
        if char == "ー":
            out.append("イ" if vowel == "i" else "ー")
        elif (vowel, char) in _LONG:
            out.append("ー")
        else:
            out.append(char)
            vowel = _VOWEL.get(char, "")
    return "".join(out)


@lru_cache(maxsize=131_072)
def kana_to_romaji(kana: str) -> str:
    """Katakana in Hepburn letters with vowels as written (ou, oo); unknown characters drop out."""
    out: list[str] = []
    double = False
    position = 0
    while position < len(kana):
        char = kana[position]
        small = kana[position + 1] if position + 1 < len(kana) else ""
        position += 1
        if char == "ッ":
            double = True
            continue
        if char == "ー" and out and out[-1][-1] != "n":
            out.append(out[-1][-1])
        if char not in _ROMAJI:
            continue
        sound = _syllable(char, small)
        if sound is None:
            sound = _ROMAJI[char]
        else:
            position += 1
        if double and sound[0] not in "aiueon":
            sound = sound[0] + sound
        double = False
        out.append(sound)
    return "".join(out)


def _syllable(char: str, small: str) -> str | None:
    """The sound of a kana with a small one after it, None where they do not combine."""
    sound = _ROMAJI[char]
    if small and small in "ャュョ" and char not in "ァィゥェォャュョ":
        glide = _ROMAJI[small]
        if sound in ("shi", "chi", "ji"):
            return sound[:-1] + glide[1]
        return (sound[:-1] if sound.endswith("i") and len(sound) > 1 else sound) + glide
    if small and small in "ァィゥェォ" and char not in "アイエオンァィゥェォャュョ":
        return _BEFORE_SMALL_VOWEL.get(char, sound[:-1]) + _ROMAJI[small]
    return None


_LOOSE: Final = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^a-z]", ""),
        (r"x", "ks"),
        (r"l", "r"),
        (r"sy", "sh"),
        (r"si", "shi"),
        (r"ty|cy", "ch"),
        (r"ti", "chi"),
        (r"tu", "tsu"),
        (r"[zj]y|dy(?=[auo])", "j"),
        (r"[zd]i", "ji"),
        (r"dz?u", "zu"),
        (r"(?<![sct])hu", "fu"),
        (r"v", "b"),
        (r"tch", "cch"),
        (r"m(?=[bpm])", "n"),
        (r"wo", "o"),
        (r"oh(?![aiueo])", "o"),
        (r"o[ou]+", "o"),
        (r"([aiue])\1+", r"\1"),
        (r"n+(?=[^aiueoy]|$)", "n"),
    )
]


@lru_cache(maxsize=131_072)
def romaji_key(text: str) -> str:
    """The loose key of romaji in any system."""
    if not text.isascii():
        marks = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in marks if not unicodedata.combining(char))
    text = text.lower()
    for pattern, replacement in _LOOSE:
        text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=131_072)
def loose_key(kana: str) -> str:
    """The loose key of properly spelt kana; bank kana and strict keys lack ッ and ャ."""
    return romaji_key(kana_to_romaji(to_katakana(kana)))


def join_keys(first: str, second: str) -> str:
    """The loose key of two parts together: a vowel long across the seam shortens as within."""
    if first and second:
        seam = first[-1] + second[0]
        if seam in ("aa", "ii", "uu", "ee", "oo", "ou"):
            return first + second[1:]
    return first + second
