"""Transforms of text as such."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mapping import text as texts
from mapping.transforms.options import text_option

_BOUNDARY = re.compile(r"[,;、，；;/／\n]")
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


def strip(*, chars: str = "") -> Callable[[Any], str | None]:
    """Without outer spaces, and without the outer characters in `chars` where given."""
    if not isinstance(chars, str):
        raise ValueError("chars must be a text.")
    unwanted = chars + " \t\r\n\u3000\u00a0" if chars else None

    def transform(value: Any) -> str | None:
        text = value if isinstance(value, str) else texts.text_of(value)
        return text.strip(unwanted) or None if text else None

    return transform


def lower(text: str) -> str:
    """In lower case."""
    return text.lower()


def upper(text: str) -> str:
    """In upper case."""
    return text.upper()


def title(text: str) -> str:
    """Each word with a capital: `SMITH-JONES` becomes `Smith-Jones`, `O'NEIL` `O'Neil`."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text)


def nfkc(text: str) -> str:
    """Compatibility forms folded: full-width letters and digits, half-width kana, ㈱."""
    return unicodedata.normalize("NFKC", text)


def katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana; the rest stays."""
    return nfkc(text).translate(_TO_KATAKANA)


def digits(text: str) -> str | None:
    """The digits alone, full-width ones as ASCII."""
    return "".join(c for c in nfkc(text) if c in "0123456789") or None


def one_line(text: str) -> str:
    """Line breaks and tabs as one space each."""
    return texts.one_line(text)


def split(*, at: str = "") -> Callable[[Any], list[str]]:
    """The parts between separators: `at`, or commas, semicolons, slashes, 、 and line breaks."""
    boundary = re.compile(re.escape(text_option("at", at))) if at else _BOUNDARY

    def transform(value: Any) -> list[str]:
        text = value if isinstance(value, str) else texts.text_of(value)
        return [part for part in map(str.strip, boundary.split(text or "")) if part]

    return transform
