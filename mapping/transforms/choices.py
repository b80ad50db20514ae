"""Transforms between words with a fixed meaning."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mapping.text import text_of
from mapping.transforms.options import choice_option
from mapping.unmappable import Unmappable

_YES = frozenset(
    (
        "true",
        "t",
        "yes",
        "y",
        "on",
        "1",
        "ok",
        "はい",
        "有",
        "有り",
        "あり",
        "○",
        "〇",
        "◯",
        "可",
        "希望する",
        "同意",
        "同意する",
        "同意します",
    )
)
_NO = frozenset(
    (
        "false",
        "f",
        "no",
        "n",
        "off",
        "0",
        "ng",
        "いいえ",
        "無",
        "無し",
        "なし",
        "×",
        "✕",
        "✗",
        "不可",
        "希望しない",
        "同意しない",
        "同意しません",
    )
)


def bool_of(value: Any) -> bool:
    """True or false from はい/いいえ, yes/no, ○/×, 1/0, true/false, 有/無, 同意する/同意しない.

    Raises:
        Unmappable: it is neither.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)) and value in (0, 1):
        return value == 1
    if isinstance(value, str):
        word = unicodedata.normalize("NFKC", value).strip().lower()
        if word in _YES or word in _NO:
            return word in _YES
    raise Unmappable("not_yes_or_no", "the value is neither yes nor no")


def not_of(value: Any) -> bool:
    """The opposite of `bool`: false from はい, true from 0.

    Raises:
        Unmappable: it is neither yes nor no.
    """
    return not bool_of(value)


def map_of(*, table: dict[str, Any], other: str = "keep") -> Callable[[Any], Any]:
    """The value that `table` gives for this one; for others see `other`: keep, absent, reject."""
    if not isinstance(table, dict) or not table:
        raise ValueError("table must be an object of value: value.")
    if not all(isinstance(new, (str, int, float, bool)) for new in table.values()):
        raise ValueError("table must hold texts, numbers, true or false.")
    choice_option("other", other, ("keep", "absent", "reject"))

    def transform(value: Any) -> Any:
        text = str(value).lower() if isinstance(value, bool) else text_of(value)
        if text is not None and text in table:
            return table[text]
        if other == "reject":
            raise Unmappable("not_in_table", "the value is not in the table of known values")
        return value if other == "keep" else None

    return transform
