"""Finds family and given name in a Japanese name, spaced or not, in either order."""

from functools import lru_cache
from math import log1p

from identity.normalize.kana import enlarge
from identity.normalize.name_table import name_table
from identity.normalize.readings import family_readings
from identity.normalize.text import is_kana

Parts = tuple[str, str]
_LONGEST_SURNAME = 5
_LONGEST_SURNAME_KANA = 8
_LONGEST_UNKNOWN_GIVEN = 3
_COMMON_SURNAME = 50_000


def order_tokens(tokens: list[str]) -> Parts:
    """(family, given) of a spaced name's tokens in kanji or kana; given-first is recognised."""
    if len(tokens) == 1:
        token = tokens[0]
        return split_kana(token) if is_kana(token) else split_han(token)
    first, rest = tokens[0], "".join(tokens[1:])
    if not is_surname(first) and is_surname(rest) and is_given(first):
        return rest, first
    return first, rest


def is_surname(text: str) -> bool:
    """Whether the folded kanji or katakana are a known surname."""
    table = name_table()
    return text in table.surnames or text in table.surname_kana


def is_given(text: str) -> bool:
    """Whether the folded kanji or katakana are a known given name."""
    table = name_table()
    return text in table.given or text in table.given_kana


@lru_cache(maxsize=65_536)
def split_han(name: str) -> Parts:
    """(family, given) of an unspaced name in kanji; both empty where the table does not help."""
    table = name_table()
    if name in table.surnames:
        return name, ""
    scored: list[tuple[float, int]] = []
    for cut in range(1, min(len(name) - 1, _LONGEST_SURNAME) + 1):
        family, given = name[:cut], name[cut:]
        if family not in table.surnames:
            continue
        known = given in table.given or is_kana(given)
        if not known and len(given) > min(cut + 1, _LONGEST_UNKNOWN_GIVEN):
            continue
        scored.append((2.0 * known + 0.3 * cut + 0.4 * (cut == 2), cut))
    best, cut = max(scored, default=(0.0, 0))
    if name in table.given and (best < 2 or len(name) < 3):
        return "", name
    return (name[:cut], name[cut:]) if cut else ("", "")


@lru_cache(maxsize=65_536)
def split_kana(name: str) -> Parts:
    """(family, given) of an unspaced name in katakana; both empty where that is not known."""
    table = name_table()
    surname, given_name = name in table.surname_kana, name in table.given_kana
    if surname or given_name:
        return (name, "") if not given_name else ("", name) if not surname else ("", "")
    best, parts = 0.0, ("", "")
    for cut in range(1, min(len(name) - 1, _LONGEST_SURNAME_KANA) + 1):
        family = proper_kana(name[:cut])
        bearers = table.surname_kana.get(family, 0)
        given = proper_kana(name[cut:])
        known = given in table.given_kana
        if not bearers or not (known or bearers > _COMMON_SURNAME):
            continue
        score = log1p(bearers) + 20 * known
        if score > best:
            best, parts = score, (family, given)
    return parts


def split_reading(reading: str, family: str) -> Parts:
    """(family, given) of an unspaced reading in katakana, led by the surname it belongs to."""
    bank = enlarge(reading)
    for known in family_readings(family) if family else ():
        if len(known) < len(bank) and bank.startswith(enlarge(known)):
            return known, proper_kana(reading[len(known) :])
    return split_kana(reading)


def proper_kana(kana: str) -> str:
    """Bank kana (キヨウコ) as the name they can only stand for (キョウコ); else as they are."""
    return name_table().proper.get(kana, kana)
