"""Normalises the names of persons, in kanji, kana, Latin letters or a mixture."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product

from identity.normalize.furigana import SEPARATORS, Furigana, Reading, stated_reading
from identity.normalize.kana import join_keys, kana_key, kana_only, loose_key, romaji_key
from identity.normalize.latin import (
    LatinName,
    canonical_given,
    fold_latin,
    has_umlaut,
    parse_latin,
    strip_titles,
)
from identity.normalize.readings import family_readings, given_readings
from identity.normalize.splitting import (
    Parts,
    order_tokens,
    proper_kana,
    split_han,
)
from identity.normalize.text import clean_text, fold_kanji, fold_text, is_kana, script_of
from identity.normalize.types import PersonName

_MOST_KEYS = 16
_HONORIFIC = re.compile(
    r"(?:様|さま|(?<=\S\S)殿|御中|先生|氏|さん|ちゃん|くん|(?<=\s)(?:殿|君|係|宛|サン|チャン|サマ))$"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_OUTSIDE_NAMES = re.compile(r"[^\w\s・.,'ー々〆-]+|[\d_]+")


def person_name(
    text: str = "",
    *,
    family: str = "",
    given: str = "",
    kana: str = "",
    family_kana: str = "",
    given_kana: str = "",
) -> PersonName:
    """A person's name from one text, or from its parts, or both; the kana fields hold furigana.

    Honorifics, titles and remarks in parentheses go; a reading in parentheses is kept as
    furigana. Parts that were given are trusted, others are found with the name table.
    """
    if not (text or family or given):
        text, family, given = kana, family_kana, given_kana
    return _person_name(text, (family, given), Furigana(kana, family_kana, given_kana))


@lru_cache(maxsize=65_536)
def _person_name(text: str, parts: Parts, furigana: Furigana) -> PersonName:
    name, inner = _bare(fold_text(text))
    if any(parts):
        parts = (_bare(fold_text(parts[0]))[0], _bare(fold_text(parts[1]))[0])
        parts, name = _completed(parts, name)
    script = script_of(name)
    if script == "latin":
        result = _latin(name, parts)
    elif script == "hangul":
        full = _joined(name)
        result = PersonName(script=script, full=full, keys=(full,))
    elif script:
        result = _japanese(name, parts, script == "mixed")
    else:
        return PersonName()
    reading = stated_reading(result, inner, furigana)
    return _read_aloud(result, reading) if script == "latin" else _with_keys(result, reading)


def bare_name(text: str) -> str:
    """The name as written, without honorifics, titles, remarks in brackets and odd spaces."""
    bare = " ".join(_bare(clean_text(text))[0].split())
    return strip_titles(bare) if script_of(bare) == "latin" else bare


def forget_names() -> None:
    """Empty the cache: readings come from elsewhere now."""
    _person_name.cache_clear()


def _joined(text: str) -> str:
    """The text without separators, lower case: the fold of names that need no other."""
    return SEPARATORS.sub("", text).lower()


def _bare(text: str) -> tuple[str, str]:
    """The name without brackets and honorifics, and what stood in the first brackets."""
    inner = ""
    if "(" in text:
        found = _BRACKETS.search(text)
        if found:
            inner = found.group(1).strip()
            text = _BRACKETS.sub(" ", text)
    if not text.isascii() or not text.replace(" ", "").isalpha():
        text = _OUTSIDE_NAMES.sub(" ", text)
    text = text.strip(" ・.,'-")
    while True:
        bare = text if text.isascii() else _HONORIFIC.sub("", text).strip(" ・.,'-")
        if not bare:
            return "", inner
        if bare == text:
            return text, inner
        text = bare


def _completed(parts: Parts, name: str) -> tuple[Parts, str]:
    """The parts that were given, a missing one taken from the whole name, and the whole name."""
    family, given = parts
    if family and given:
        return parts, f"{family} {given}"
    if family and name.startswith(family):
        return (family, name.removeprefix(family).strip(" ・,")), name
    if given and name.endswith(given):
        return (name.removesuffix(given).strip(" ・,"), given), name
    return parts, family or given


def _japanese(name: str, parts: Parts, mixed: bool) -> PersonName:
    if any(parts):
        family, given = (_folded("".join(SEPARATORS.split(part))) for part in parts)
    else:
        tokens = [_folded(token) for token in SEPARATORS.split(name) if token]
        if not tokens:
            return PersonName()
        if mixed and len(tokens) == 1:
            family, given = split_han(tokens[0])
        else:
            family, given = order_tokens(tokens)
        if not (family or given):
            full = fold_kanji("".join(tokens))
            return PersonName(script=script_of(full), full=full)
    full = fold_kanji(family + given)
    return PersonName(script=script_of(full), family=family, given=given, full=full)


def _folded(token: str) -> str:
    if is_kana(token):
        return proper_kana(kana_only(token))
    return token.lower()


def _with_keys(name: PersonName, reading: Reading) -> PersonName:
    """The name with its strict and loose keys; a stated reading leaves no room for guesses."""
    families = (reading.family,) if reading.family else _candidates(name.family, family_readings)
    givens = (reading.given,) if reading.given else _candidates(name.given, given_readings)
    family_keys = _unique(map(_part_key, families))
    given_keys = _unique(map(_part_key, givens))
    keys = name.keys
    if reading.full and not (reading.family and reading.given):
        keys = _unique((loose_key(reading.full),))
    elif (family_keys or not name.family) and (given_keys or not name.given):
        keys = joined_keys(family_keys, given_keys) or keys
    return PersonName(
        script=name.script,
        family=name.family,
        given=name.given,
        full=name.full,
        family_kana=kana_key(reading.family),
        given_kana=kana_key(reading.given),
        full_kana=kana_key(reading.full),
        readings=() if reading.full else reading_pairs(families, givens),
        keys=keys,
        family_keys=family_keys or name.family_keys,
        given_keys=given_keys or name.given_keys,
    )


def joined_keys(families: tuple[str, ...], givens: tuple[str, ...]) -> tuple[str, ...]:
    """Loose keys of whole names from those of their parts, likeliest first."""
    if not families or not givens:
        return (families or givens)[:_MOST_KEYS]
    order = _likeliest_first(len(families), len(givens))
    return _unique(join_keys(families[i], givens[j]) for i, j in order)


def reading_pairs(
    families: tuple[str, ...], givens: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """(family, given) strict kana keys from readings of the parts, likeliest first."""
    if not families and not givens:
        return ()
    first, second = [*map(kana_key, families or ("",))], [*map(kana_key, givens or ("",))]
    order = _likeliest_first(len(first), len(second))
    return tuple(dict.fromkeys((first[i], second[j]) for i, j in order))


@cache
def _likeliest_first(families: int, givens: int) -> tuple[tuple[int, int], ...]:
    """The places of the likeliest pairs in two rankings: a pair ranks by the sum of its places."""
    return tuple(sorted(product(range(families), range(givens)), key=sum)[:_MOST_KEYS])


def _read_aloud(name: PersonName, reading: Reading) -> PersonName:
    """A Latin name with the keys of its furigana, if there are any, beside its own."""
    spoken = _with_keys(PersonName(), reading)
    return replace(
        name,
        family_kana=spoken.family_kana,
        given_kana=spoken.given_kana,
        full_kana=spoken.full_kana,
        keys=_unique((*name.keys, *spoken.keys)),
        family_keys=_unique((*name.family_keys, *spoken.family_keys)),
        given_keys=_unique((*name.given_keys, *spoken.given_keys)),
    )


def _candidates(part: str, readings: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    return (part,) if part.isascii() and part else readings(part)


def _part_key(reading: str) -> str:
    return romaji_key(reading) if reading.isascii() else loose_key(reading)


def _latin(name: str, parts: Parts) -> PersonName:
    main = _latin_parts(name, parts, german=False)
    forms = [main]
    if has_umlaut(name):
        forms.append(_latin_parts(name, parts, german=True))
    if not (main.family or main.given):
        full = "".join(char for char in fold_latin(name) if "a" <= char <= "z")
        key = romaji_key(full)
        return PersonName(script="latin", full=full, keys=(key,)) if key else PersonName()
    family_keys = _unique(romaji_key(form.family) for form in forms)
    given_keys = _unique(romaji_key(canonical_given(form.given)) for form in forms)
    pairs = [(family, given) for family in family_keys or ("",) for given in given_keys or ("",)]
    return PersonName(
        script="latin",
        family=main.family,
        given=" ".join(filter(None, (main.given, *main.middle))),
        full=main.family + main.given + "".join(main.middle),
        keys=_unique(join_keys(*order) for pair in pairs for order in (pair, pair[::-1])),
        family_keys=family_keys,
        given_keys=given_keys,
    )


def _latin_parts(name: str, parts: Parts, german: bool) -> LatinName:
    if any(parts):
        return parse_latin(f"{strip_titles(parts[0])}, {strip_titles(parts[1])}", german)
    return parse_latin(strip_titles(name), german)


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, keys)))
