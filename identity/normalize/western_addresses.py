"""Folds Western addresses: abbreviations as one, unit and postal code found, order kept."""

import re
from functools import cache

from identity.normalize.latin import fold_latin
from identity.normalize.tables import read_table
from identity.normalize.text import clean_text
from identity.normalize.types import PostalAddress

_COUNTRY = re.compile(r"\bunited states(?: of america)?\b|\bu\.s\.a?\.?(?=\W|$)")
_GERMAN_STREET = re.compile(r"(?<=\w)(?:strasse|str)\b\.?")
_WORD = re.compile(r"[a-z0-9]+|#")
_ZIP = re.compile(r"\d{5}\Z")
_UNIT = "apt"


def western_address(text: str, postal_code: str = "", country: str = "") -> PostalAddress:
    """An address in Latin letters. `key` is its folded words, the unit marked by `apt`."""
    folded = _COUNTRY.sub(" ", fold_latin(clean_text(text)))
    folded = _GERMAN_STREET.sub("str", folded).replace("'", "").replace(".", "")
    words: list[str] = []
    room = ""
    for raw in _WORD.findall(folded):
        word = _UNIT if raw == "#" else _short_forms().get(raw, raw)
        if word == "-" or (word == _UNIT and words[-1:] == [_UNIT]):
            continue
        if words[-1:] == [_UNIT]:
            room = room or word
        words.append(word)
    code = postal_code or next((word for word in reversed(words) if _ZIP.match(word)), "")
    number = next((word for word in words if word[0].isdigit()), "")
    known = any(word.isalpha() and len(word) > 1 and word != _UNIT for word in words)
    return PostalAddress(
        country=country,
        postal_code=code,
        block=number,
        room=room,
        level=4 if known and number else 2 if known else 0,
        key=" ".join(words),
        town_key=f"{code}|{number}" if code and number != code else "",
    )


@cache
def _short_forms() -> dict[str, str]:
    return {
        word: short for short, words in read_table("street_words.tsv") for word in words.split()
    }
