"""Transforms of what describes a person."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mapping.text import text_of
from mapping.transforms.options import choice_option

_HONORIFIC = re.compile(
    r"(?:\s*(?:様方|様|さま|サマ|さん|御中|殿|先生|氏))+$|^(?:mr|mrs|ms|miss|dr|prof)\.?\s+(?=\S)",
    re.IGNORECASE,
)
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f々〆]")
_GENDERS = {
    "male": ("m", "male", "man", "男", "男性", "おとこ", "オトコ", "1"),
    "female": ("f", "female", "woman", "女", "女性", "おんな", "オンナ", "2"),
    "other": ("x", "o", "other", "nonbinary", "non-binary", "その他", "9"),
}
_GENDER_OF = {word: gender for gender, words in _GENDERS.items() for word in words}


def split_name(*, part: str, order: str = "auto") -> Callable[[Any], str | None]:
    """One `part`, `family` or `given`, of a full name written with a space or a comma.

    `order` is `family_first`, `given_first` or `auto`: family first in Japanese script and before
    a comma (`Smith, John`), given first otherwise. A name without a boundary gives nothing.
    """
    choice_option("part", part, ("family", "given"))
    choice_option("order", order, ("auto", "family_first", "given_first"))

    def transform(value: Any) -> str | None:
        text = value if isinstance(value, str) else text_of(value)
        family, given = _parts(text or "", order)
        return (family if part == "family" else given) or None

    return transform


def _parts(text: str, order: str) -> tuple[str, str]:
    before, comma, after = text.partition(",")
    if comma and order == "auto":
        return before.strip(), after.strip()
    words = text.replace(",", " ").split()
    if len(words) < 2:
        return "", ""
    if order == "family_first" or (order == "auto" and _JAPANESE.search(text)):
        return words[0], " ".join(words[1:])
    return words[-1], " ".join(words[:-1])


def without_honorific(text: str) -> str | None:
    """A name without 様, 御中, さん, 殿, Mr., Dr. and their like."""
    return _HONORIFIC.sub("", text).strip() or None


def gender(text: str) -> str:
    """`male`, `female` or `other` from the usual words, letters and ISO 5218 digits; else as is."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return _GENDER_OF.get(folded, text)
