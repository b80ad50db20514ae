"""Candidate readings of kanji names: from the name table, else from a tokenizer if one is set."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from identity.normalize.kana import kana_only, to_katakana
from identity.normalize.name_table import name_table
from identity.normalize.text import is_kana

_FAMILY_LIMIT = 4
_GIVEN_LIMIT = 8

Tokenize = Callable[[str], Any]
_tokenizers: list[Tokenize] = []


def set_tokenizer(tokenize: Tokenize | None) -> None:
    """Ask `tokenize` for readings that the table lacks; None asks no one."""
    _tokenizers.clear()
    if tokenize is not None:
        _tokenizers.append(tokenize)
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
    if not _tokenizers or not name:
        return ()
    reading = "".join(token.reading_form() for token in _tokenizers[0](name))
    return (reading,) if reading and kana_only(reading) == reading else ()
