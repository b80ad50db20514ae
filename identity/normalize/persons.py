"""Normalises the names of persons, in kanji, kana, Latin letters or a mixture."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from identity.normalize.furigana import SEPARATORS, Furigana, Reading, stated_reading
from identity.normalize.kana import join_keys, kana_key, kana_only, romaji_key
from identity.normalize.latin import (
    LatinName,
    canonical_given,
    fold_latin,
    has_umlaut,
    parse_latin,
    strip_titles,
)
from identity.normalize.name_keys import read_aloud, read_parts, reading_pairs, unique, with_keys
from identity.normalize.splitting import (
    Parts,
    order_tokens,
    proper_kana,
    split_han,
)
from identity.normalize.text import (
    clean_text,
    fold_kanji,
    fold_text,
    is_kana,
    lower_case,
    script_of,
)
from identity.normalize.types import PersonName

_HONORIFIC = re.compile(
    r"(?:様|さま|(?<=\S\S)殿|御中|先生|氏|さん|ちゃん|くん|(?<=\s)(?:殿|君|係|宛|サン|チャン|サマ))$"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_PARTS = 32_768
"""Parts of names are few beside the names they make, and come again and again."""
_UNREAD = Reading()
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


def written_name(said: tuple[str, str, str, str, str, str]) -> PersonName:
    """`person_name` of a whole name, its parts and their furigana, without the keys, which take
    most of its time: for what shows names and compares none."""
    text, family, given, *furigana = said
    if not (text or family or given):
        text, family, given = furigana
    name, reading = _parsed(text, (family, given), Furigana(*furigana), _latin_unkeyed)
    if reading is None or (reading == _UNREAD and name.script == "latin" and not name.keys):
        return name
    guessed = name.script != "latin" and not reading.full
    return replace(
        name,
        family_kana=kana_key(reading.family),
        given_kana=kana_key(reading.given),
        full_kana=kana_key(reading.full),
        readings=reading_pairs(*read_parts(name, reading)) if guessed else (),
        keys=(),
    )


@lru_cache(maxsize=16_384)
def _person_name(text: str, parts: Parts, furigana: Furigana) -> PersonName:
    name, reading = _parsed(text, parts, furigana, _latin)
    if reading is None:
        return name
    return (read_aloud if name.script == "latin" else with_keys)(name, reading)


def _parsed(
    text: str, parts: Parts, furigana: Furigana, latin: Callable[[str, Parts], PersonName]
) -> tuple[PersonName, Reading | None]:
    """The name taken apart, and its stated reading; none for a text that is no name."""
    name, inner = _bare(fold_text(text)) if text else ("", "")
    if any(parts):
        parts, name = _completed((_bare_part(parts[0]), _bare_part(parts[1])), name)
    script = script_of(name)
    if script == "latin":
        result = latin(name, parts)
    elif script == "hangul":
        full = _joined(name)
        result = PersonName(script=script, full=full, keys=(full,))
    elif script:
        result = _japanese(name, parts, script == "mixed")
    else:
        return PersonName(), None
    return result, stated_reading(result, inner, furigana)


@lru_cache(maxsize=_PARTS)
def bare_name(text: str) -> str:
    """The name as written, without honorifics, titles, remarks in brackets and odd spaces."""
    return " ".join(_bare(clean_text(text))[0].split())


@lru_cache(maxsize=_PARTS)
def _bare_part(text: str) -> str:
    return _bare(fold_text(text))[0]


def forget_names() -> None:
    """Empty the cache: readings come from elsewhere now."""
    _person_name.cache_clear()


def _joined(text: str) -> str:
    """The text without separators, lower case: the fold of names that need no other."""
    return lower_case(SEPARATORS.sub("", text))


def _bare(text: str) -> tuple[str, str]:
    """The name without brackets, titles and honorifics, and what stood in the first brackets."""
    inner = ""
    if "(" in text:
        found = _BRACKETS.search(text)
        if found:
            inner = found.group(1).strip()
            text = _BRACKETS.sub(" ", text)
    if not text.isascii() or not text.replace(" ", "").isalpha():
        text = _OUTSIDE_NAMES.sub(" ", text)
    # Each may uncover another: what stands around a name is taken off until nothing more is there.
    while text != (bare := _barer(text)):
        text = bare
    return text, inner


def _barer(text: str) -> str:
    """The name without the marks around it, and without one title or honorific more."""
    text = text.strip(" ・.,'-")
    # Titles first: an honorific may tell by what is before it that it is one.
    bare = strip_titles(text)
    return bare if bare.isascii() else _HONORIFIC.sub("", bare)


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
        tokens = _tokens(name)
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


def _tokens(name: str) -> list[str]:
    """The parts of a name written apart, but for an honorific that was (山田 先 生)."""
    tokens = [_folded(token) for token in SEPARATORS.split(name) if token]
    whole = fold_kanji("".join(tokens)) if len(tokens) > 1 else ""
    if whole == _barer(whole):
        return tokens
    bare, _ = _bare(whole)
    return [_folded(bare)] if bare else []


def _folded(token: str) -> str:
    if is_kana(token):
        return proper_kana(kana_only(token))
    return lower_case(token)


def _latin_unkeyed(name: str, parts: Parts) -> PersonName:
    return _of_latin(_latin_parts(name, parts, german=False), name)


def _of_latin(main: LatinName, name: str) -> PersonName:
    if not (main.family or main.given):
        full = "".join(char for char in fold_latin(name) if "a" <= char <= "z")
        key = romaji_key(full)
        return PersonName(script="latin", full=full, keys=(key,)) if key else PersonName()
    return PersonName(
        script="latin",
        family=main.family,
        given=" ".join(filter(None, (main.given, *main.middle))),
        full=main.family + main.given + "".join(main.middle),
    )


def _latin(name: str, parts: Parts) -> PersonName:
    main = _latin_parts(name, parts, german=False)
    forms = [main]
    if has_umlaut(name):
        forms.append(_latin_parts(name, parts, german=True))
    found = _of_latin(main, name)
    if not (main.family or main.given):
        return found
    family_keys = unique(romaji_key(form.family) for form in forms)
    given_keys = unique(romaji_key(canonical_given(form.given)) for form in forms)
    pairs = [(family, given) for family in family_keys or ("",) for given in given_keys or ("",)]
    return PersonName(
        script=found.script,
        family=found.family,
        given=found.given,
        full=found.full,
        keys=unique(join_keys(*order) for pair in pairs for order in (pair, pair[::-1])),
        family_keys=family_keys,
        given_keys=given_keys,
    )


def _latin_parts(name: str, parts: Parts, german: bool) -> LatinName:
    if any(parts):
        return parse_latin(f"{parts[0]}, {parts[1]}", german)
    return parse_latin(name, german)
