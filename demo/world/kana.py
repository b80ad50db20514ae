"""Scripts of Japanese readings: hiragana, katakana, half-width katakana, romaji in four habits."""

import unicodedata
from functools import lru_cache
from typing import Literal

Romaji = Literal["passport", "typed", "kunrei", "oh"]
"""passport: Hepburn, long vowels dropped (Ono). typed: Hepburn, as typed (Oono, Satou).
kunrei: si, ti, tu, hu, zi, long vowels dropped. oh: passport with OH for long o (Ohno)."""

_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_HEPBURN = {
    kana: latin
    for row in (
        "あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su せ se そ so",
        "た ta ち chi つ tsu て te と to な na に ni ぬ nu ね ne の no",
        "は ha ひ hi ふ fu へ he ほ ho",
        "ま ma み mi む mu め me も mo や ya ゆ yu よ yo ら ra り ri る ru れ re ろ ro わ wa を o",
        "ん n が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu ぜ ze ぞ zo だ da ぢ ji づ zu で de",
        "ど do ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ゔ vu ー -",
        "ぁ a ぃ i ぅ u ぇ e ぉ o",
    )
    for kana, latin in zip(row.split()[::2], row.split()[1::2], strict=True)
}
_KUNREI = {"shi": "si", "chi": "ti", "tsu": "tu", "fu": "hu", "ji": "zi"}
_SMALL_Y = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_HALF = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in range(0xFF66, 0xFF9E)
    if chr(code) != "・"
} | {"゙": "ﾞ", "゚": "ﾟ", "ー": "ｰ", "　": " "}


def katakana(hiragana: str) -> str:
    """さとう becomes サトウ."""
    return hiragana.translate(_KATAKANA)


@lru_cache(maxsize=1 << 15)
def half_width(hiragana: str) -> str:
    """やまだ becomes ﾔﾏﾀﾞ."""
    decomposed = unicodedata.normalize("NFD", katakana(hiragana))
    return "".join(_HALF.get(letter, letter) for letter in decomposed)


@lru_cache(maxsize=1 << 15)
def romaji(hiragana: str, habit: Romaji = "passport") -> str:
    """The reading in Latin letters, lower case."""
    syllables: list[str] = []
    for kana in hiragana:
        if kana in _SMALL_Y and syllables:
            stem = syllables[-1][:-1]
            soft = stem if stem in ("sh", "ch", "j") else stem + "y"
            syllables[-1] = soft + _SMALL_Y[kana]
        else:
            syllables.append("+" if kana == "っ" else _HEPBURN.get(kana, kana))
    if habit == "kunrei":
        syllables = [_to_kunrei(syllable) for syllable in syllables]
    return _lengthen(_double("".join(syllables)), habit)


def _to_kunrei(syllable: str) -> str:
    for hepburn, kunrei in (("sh", "sy"), ("ch", "ty"), ("j", "zy")):
        if syllable.startswith(hepburn) and not syllable.endswith("i"):
            return kunrei + syllable[len(hepburn) :]
    return _KUNREI.get(syllable, syllable)


def _double(text: str) -> str:
    """Write the small っ, marked by a plus, as a doubled consonant (tch before ch)."""
    while (at := text.find("+")) >= 0:
        following = text[at + 1 : at + 2]
        text = text[:at] + ("t" if following == "c" else following) + text[at + 1 :]
    return text


def _lengthen(text: str, habit: Romaji) -> str:
    if habit == "typed":
        return text
    text = text.replace("-", "")
    if habit == "oh" and text.startswith(("oo", "ou")):
        text = "oh" + text[2:]
    for long, short in (("ou", "o"), ("oo", "o"), ("uu", "u")):
        text = text.replace(long, short)
    return text
