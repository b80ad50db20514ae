"""The reading of a name that a record itself states: furigana fields, brackets, a name in kana."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from identity.normalize.kana import kana_only
from identity.normalize.splitting import Parts, is_given, is_surname, proper_kana, split_reading
from identity.normalize.text import clean_text, script_of
from identity.normalize.types import PersonName

SEPARATORS: Final = re.compile(r"[\s・,]+")
"""What stands between the parts of a name."""


class Furigana(NamedTuple):
    """A record's furigana fields, as they came: of the whole name, or of its parts."""

    full: str
    family: str
    given: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A known reading in properly spelt katakana; parts are empty where the split is unknown."""

    family: str = ""
    given: str = ""
    full: str = ""


def stated_reading(name: PersonName, inner: str, furigana: Furigana) -> Reading:
    """The reading that the record itself states; empty if it states none."""
    family, given = _kana(furigana.family), _kana(furigana.given)
    if not (family or given):
        stated = clean_text(furigana.full) or ("" if inner.startswith("旧") else inner)
        tokens = [_kana(token) for token in SEPARATORS.split(stated) if token]
        if not tokens or not all(tokens) or script_of(stated) != "kana":
            if name.script != "kana":
                return Reading()
            if not (name.family or name.given):
                return Reading(full=proper_kana(kana_only(name.full)))
            family, given = kana_only(name.family), kana_only(name.given)
        elif len(tokens) == 1:
            return _whole_reading(name, tokens[0])
        else:
            family, given = _ordered_reading(tokens)
    full = family + given
    if (name.family and not family) or (name.given and not given):
        full = ""
    return Reading(family, given, full)


def _kana(text: str) -> str:
    return proper_kana(kana_only(clean_text(text))) if text else ""


def _ordered_reading(tokens: list[str]) -> Parts:
    first, rest = tokens[0], "".join(tokens[1:])
    if not is_surname(first) and is_surname(rest) and is_given(first):
        return rest, first
    return first, rest


def _whole_reading(name: PersonName, reading: str) -> Reading:
    if name.family and not name.given:
        return Reading(family=reading, full=reading)
    if name.given and not name.family:
        return Reading(given=reading, full=reading)
    family, given = split_reading(reading, name.family)
    return Reading(family, given, family + given or reading)
