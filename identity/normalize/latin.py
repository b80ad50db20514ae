"""Names in Latin letters: folded to ASCII, titles off, parts in order, nicknames resolved."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from anyascii import anyascii

from identity.normalize.kana import romaji_key
from identity.normalize.name_table import name_table
from identity.normalize.tables import read_table, read_words

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_KANJI_OR_KANA = r"[\u3041-\u30ff\u3400-\u9fff々]"
_BEFORE = re.compile(
    r"(?:"
    r"(?:mr|mrs|ms|miss|dr|prof|sir|mx|herr|frau|mme)(?:\.(?=[^\W\d_])|\b\.?[\s・]+)"
    # Written close to it, as nobody writes a title to a Latin name.
    rf"|(?:mr|mrs|ms|dr|prof)(?={_KANJI_OR_KANA})"
    # Before a Japanese name it is an initial.
    rf"|m\.\s+(?!{_KANJI_OR_KANA})"
    r")",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:,?\s+(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|esq|mba|-?san|-?sama)\.?"
    rf"|(?<={_KANJI_OR_KANA})-?(?:san|sama))$",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[^a-z]+")
_PARTS = 32_768
"""Parts of names are few beside the names they make, and come again and again."""


@dataclass(frozen=True, slots=True)
class LatinName:
    """`family` and `given` in lower-case ASCII without spaces; `given` is the first given name.

    `middle` holds the initials or names after it. `ordered` tells whether the order is known,
    by a comma, by capitals or from the name table; otherwise it is the Western one, assumed.
    """

    family: str
    given: str
    middle: tuple[str, ...] = ()
    ordered: bool = False


@lru_cache(maxsize=65_536)
def fold_latin(text: str, german: bool = False) -> str:
    """Lower-case ASCII without diacritics; `german` spells umlauts out (ü as ue)."""
    text = text.lower()
    if text.isascii():
        return text
    text = text.translate(_UMLAUTS if german else _LETTERS).translate(_LETTERS)
    marks = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in marks if not unicodedata.combining(char))
    return bare if bare.isascii() else anyascii(bare).lower()


def has_umlaut(text: str) -> bool:
    """Whether German spelling-out would give another form."""
    return not text.isascii() and any(char in "äöüß" for char in text.lower())


@lru_cache(maxsize=_PARTS)
def strip_titles(text: str) -> str:
    """The name without titles before (Dr.) and suffixes after (Jr., Ph.D., -san).

    They are those of names in Latin letters, which Japanese names bear as well (Dr.山田).
    """
    while True:
        found = _BEFORE.match(text)
        bare = _AFTER.sub("", text[found.end() :] if found else text).strip(" ,")
        if bare == text:
            return text
        text = bare


def parse_latin(text: str, german: bool = False) -> LatinName:
    """The parts of a cleaned name in Latin letters, titles already gone."""
    if "," in text:
        family, _, given = text.partition(",")
        names = _words(given, german)
        return LatinName(
            "".join(_words(family, german)), "".join(names[:1]), names[1:], ordered=True
        )
    raw = [word for word in text.split() if _words(word, german)]
    words = ["".join(_words(word, german)) for word in raw]
    if not words:
        return LatinName("", "")
    if len(words) == 1:
        return _one_word(words[0])
    if len(words) == 2:
        order = _family_first(words[0], words[1], raw)
        if order is not None:
            family, given = words if order else reversed(words)
            return LatinName(family, given, ordered=True)
    start = len(words) - 1
    while start > 1 and words[start - 1] in particles():
        start -= 1
    return LatinName("".join(words[start:]), words[0], tuple(words[1:start]))


@lru_cache(maxsize=_PARTS)
def _words(text: str, german: bool) -> tuple[str, ...]:
    folded = fold_latin(text, german).replace("'", "").replace("-", "")
    return tuple(word for word in _NOT_LETTERS.split(folded) if word)


def _one_word(word: str) -> LatinName:
    key, table = romaji_key(word), name_table()
    surname, given = key in table.surname_romaji, key in table.given_romaji
    if surname and not given:
        return LatinName(word, "", ordered=True)
    if canonical_given(word) != word or (given and not surname):
        return LatinName("", word, ordered=True)
    return LatinName("", "")


def _family_first(first: str, second: str, raw: list[str]) -> bool | None:
    """Whether two words stand family first; None where nothing tells."""
    table = name_table()
    a, b = romaji_key(first), romaji_key(second)
    forward = table.surname_romaji.get(a, 0) if b in table.given_romaji else 0
    backward = table.surname_romaji.get(b, 0) if a in table.given_romaji else 0
    if forward != backward:
        return forward > backward
    capitals = [word.isupper() and len(word) > 1 for word in raw]
    if capitals[0] != capitals[1]:
        return capitals[0]
    return None


@cache
def particles() -> frozenset[str]:
    """Words that belong to the family name after them (van, de)."""
    return read_words("name_particles.tsv")


@cache
def _nicknames() -> dict[str, str]:
    return {short: name for name, shorts in read_table("nicknames.tsv") for short in shorts.split()}


def canonical_given(given: str) -> str:
    """The given name a nickname or spelling variant stands for (bob: robert); else itself."""
    return _nicknames().get(given, given)


def is_romaji(family: str, given: str) -> bool:
    """Whether both parts can be read as Japanese names."""
    table = name_table()
    return romaji_key(family) in table.surname_romaji and romaji_key(given) in table.given_romaji
