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

_INVISIBLE: Final = (
    (0x00, 0x08),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),  # lone surrogates
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE01EF),  # tags and ideographic variation selectors
)
_BEFORE: Final[dict[int, str | None]] = {
    **{code: None for first, last in _INVISIBLE for code in range(first, last + 1)},
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
# Looking for what must change is several times cheaper than translating text that needs none.
_UNCLEAN = re.compile(
    "["
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in _INVISIBLE)
    + "".join(re.escape(chr(code)) for code in (0x309B, 0x309C, *_AFTER))
    + "]"
)
_SPACES = re.compile(r"\s+")
_ITERATED = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]々+")
_HAN = re.compile(r"[\u4e00-\u9fff々〆ヶ\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff]")
# Not the iteration marks: with nothing to repeat they say nothing.
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u30ff]")
_KANA_THROUGHOUT = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff]+\Z")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_PLAIN = re.compile(r"[ -_a-~]*\Z")


@lru_cache(maxsize=65_536)
def clean_text(text: str) -> str:
    """NFKC without its traps: sound marks, hyphens, quotes, spaces in one form; nothing unseen."""
    if len(text) > LIMIT:
        text = text[:LIMIT]
    if _PLAIN.match(text):
        return " ".join(text.split())
    if not _UNCLEAN.search(text) and unicodedata.is_normalized("NFKC", text):
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
_HAS_VARIANT = re.compile("[" + "".join(map(chr, _VARIANTS)) + "]")
_LOOKALIKES: Final = {
    ord(other): chosen for chosen, others in read_table("kanji_lookalikes.tsv") for other in others
}


def fold_kanji(text: str) -> str:
    """Kanji variants (髙, 﨑, 邊, 齋) in one form each, and 々 written out. One step, no chains."""
    if text.isascii():
        return text
    if _HAS_VARIANT.search(text):
        text = text.translate(_VARIANTS)
    if "々" not in text:
        return text
    return _ITERATED.sub(_repeated, text)


def _repeated(found: re.Match[str]) -> str:
    """A kanji in place of each 々 after it; what is no letter (䷀) cannot be meant by one."""
    written = found.group()
    return written[0] * len(written) if written[0].isalpha() else written


def fold_lookalikes(text: str) -> str:
    """Further, kanji that are different but taken for each other (島/嶋, 斎/斉): a hint only."""
    return text if text.isascii() else fold_kanji(text).translate(_LOOKALIKES)


def fold_text(text: str) -> str:
    """`clean_text` with kanji variants in one form."""
    return fold_kanji(clean_text(text))


def lower_case(text: str) -> str:
    """The text in lower case, each letter still one: a Turkish İ would be i and a dot on it."""
    return text.lower() if text.isascii() else text.replace("İ", "I").lower()


def is_japanese(text: str) -> bool:
    """Whether there is a kanji or kana in the text."""
    return bool(_HAN.search(text) or _KANA.search(text))


def is_kana(text: str) -> bool:
    """Whether the text is hiragana, katakana and marks used with them throughout, and not empty."""
    return bool(_KANA_THROUGHOUT.match(text))


def script_of(text: str) -> Script:
    """The script of a cleaned name. Kana beside kanji (田中さくら) count as `han`."""
    if text.isascii():
        return "latin" if _LATIN.search(text) else ""
    japanese: Script = "han" if _HAN.search(text) else "kana" if _KANA.search(text) else ""
    scripts: list[Script] = [japanese] if japanese else []
    if _HANGUL.search(text):
        scripts.append("hangul")
    if _LATIN.search(text) or (not scripts and any(map(str.isalpha, text))):
        scripts.append("latin")
    return "mixed" if len(scripts) > 1 else scripts[0] if scripts else ""
