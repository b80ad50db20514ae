"""Candidate readings of kanji names, from the name table and, when switched on, SudachiPy.

SudachiPy (the extra `readings`) knows more names, but results must not depend on what happens
to be installed: it is asked only after `use_sudachi(True)`.
"""

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from daifuku.errors import UserError
from identity.normalize.kana import kana_only, to_katakana
from identity.normalize.name_table import name_table
from identity.normalize.text import is_kana

_FAMILY_LIMIT = 4
_GIVEN_LIMIT = 8

Tokenize = Callable[[str], Any]
_sudachi: dict[str, Tokenize] = {}


def use_sudachi(enabled: bool) -> None:
    """Switch SudachiPy's readings on or off, for the whole process; off at the start.

    Switch before the first name is normalised: a model version must see one setting only.

    Raises:
        UserError: it is not installed.
    """
    if not enabled:
        _sudachi.clear()
    else:
        try:
            sudachipy = importlib.import_module("sudachipy")
        except ImportError:
            raise UserError(
                "SudachiPy is not installed.", hint="Install the extra: daifuku[readings]."
            ) from None
        tokenizer = sudachipy.Dictionary(dict="small").create(mode=sudachipy.SplitMode.A)
        _sudachi["tokenize"] = tokenizer.tokenize
    family_readings.cache_clear()
    given_readings.cache_clear()


@lru_cache(maxsize=65_536)
def family_readings(family: str) -> tuple[str, ...]:
    """Readings of a folded surname in properly spelt katakana, likeliest first; or ()."""
    if is_kana(family):
        return (to_katakana(family),)
    return name_table().surnames.get(family, ())[:_FAMILY_LIMIT] or _guess(family)


@lru_cache(maxsize=65_536)
def given_readings(given: str) -> tuple[str, ...]:
    """Readings of a folded given name in properly spelt katakana, likeliest first; or ()."""
    if is_kana(given):
        return (to_katakana(given),)
    return name_table().given.get(given, ())[:_GIVEN_LIMIT] or _guess(given)


def _guess(name: str) -> tuple[str, ...]:
    tokenize = _sudachi.get("tokenize")
    if tokenize is None or not name:
        return ()
    reading = "".join(token.reading_form() for token in tokenize(name))
    return (reading,) if reading and kana_only(reading) == reading else ()
