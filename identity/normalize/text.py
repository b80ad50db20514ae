"""Folds text: one form for characters that look or mean the same, whatever they were typed as.

`clean_text` keeps the kanji that were written, `fold_text` brings their variants to one form.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from identity.normalize.tables import read_table
from identity.normalize.types import Script

LIMIT: Final = 2_000
"""Longer text is cut: no field we compare is that long, and time stays bounded on any input."""

_INVISIBLE = (
    *range(0x00, 0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0xAD,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x180E,
    *range(0xFE00, 0xFE10),  # variation selectors
    0xFEFF,
    *range(0xD800, 0xE000),  # lone surrogates
    *range(0xE0000, 0xE01F0),  # tags and ideographic variation selectors
)
_BEFORE: Final[dict[int, str | None]] = {
    **dict.fromkeys(_INVISIBLE, None),
    # NFKC would part a spacing sound mark from its kana by a space.
    0x309B: "\u3099",
    0x309C: "\u309a",
}
_AFTER: Final[dict[int, str]] = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−─━⁃˗➖﹘"), "-"),
    **dict.fromkeys(map(ord, "〜∼～"), "~"),
    **dict.fromkeys(map(ord, "’‘`´′"), "'"),
    **dict.fromkeys(map(ord, "“”″"), '"'),
    **dict.fromkeys(map(ord, "〔［【"), "("),
    **dict.fromkeys(map(ord, "〕］】"), ")"),
}
_SPACES = re.compile(r"\s+")
_ITERATED = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]々+")
_PLAIN = re.compile(r"[ -_a-~]*\Z")


@lru_cache(maxsize=65_536)
def clean_text(text: str) -> str:
    """NFKC without its traps: sound marks, hyphens, quotes, spaces in one form; nothing unseen."""
    if len(text) > LIMIT:
        text = text[:LIMIT]
    if _PLAIN.match(text):
        return " ".join(text.split())
    folded = unicodedata.normalize("NFKC", text.translate(_BEFORE)).translate(_BEFORE)
    folded = _SPACES.sub(" ", folded.translate(_AFTER)[:LIMIT]).strip()
    return folded if folded == text else unicodedata.normalize("NFKC", folded)


def _variants() -> dict[int, str]:
    return {
        ord(variant): canonical
        for canonical, variants in read_table("kanji_variants.tsv")
        for variant in variants
    }


_VARIANTS: Final = _variants()
_LOOKALIKES: Final = {
    ord(other): chosen for chosen, others in read_table("kanji_lookalikes.tsv") for other in others
}


def fold_kanji(text: str) -> str:
    """Kanji variants (髙, 﨑, 邊, 齋) in one form each, and 々 written out. One step, no chains."""
    text = text.translate(_VARIANTS)
    if "々" not in text:
        return text
    return _ITERATED.sub(lambda found: found.group()[0] * len(found.group()), text)


def fold_lookalikes(text: str) -> str:
    """Further, kanji that are different but taken for each other (島/嶋, 斎/斉): a hint only."""
    return fold_kanji(text).translate(_LOOKALIKES)


def fold_text(text: str) -> str:
    """`clean_text` with kanji variants in one form."""
    return fold_kanji(clean_text(text))


def is_han(char: str) -> bool:
    """Whether the character is a kanji, or stands among kanji (々, 〆, ヶ)."""
    return "\u4e00" <= char <= "\u9fff" or char in "々〆ヶ" or _is_rare_han(char)


def _is_rare_han(char: str) -> bool:
    return (
        "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
    )


def is_kana(char: str) -> bool:
    """Whether the character is hiragana, katakana or a mark used with them."""
    return "\u3041" <= char <= "\u30ff" and char != "・"


def script_of(text: str) -> Script:
    """The script of a cleaned name. Kana beside kanji (田中さくら) count as `han`."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else ""
    han = kana = hangul = latin = False
    for char in text:
        if is_han(char):
            han = True
        elif is_kana(char):
            kana = True
        elif "\uac00" <= char <= "\ud7a3":
            hangul = True
        elif char.isalpha():
            latin = True
    if (han or kana) + hangul + latin > 1:
        return "mixed"
    return "han" if han else "kana" if kana else "hangul" if hangul else "latin" if latin else ""
