"""How names and addresses are shown in a golden record: as their owners write them, tidied.

Widths, spaces, honorifics and half-width kana go; the kanji stay as written (髙 is not 高).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from daifuku.records import Address, MappedRecord
from identity import normalize
from identity.features import is_nobody
from identity.normalize.japanese_addresses import without_postal_code
from identity.normalize.kana import enlarge
from identity.normalize.latin import fold_latin
from identity.normalize.splitting import is_surname
from identity.normalize.types import PersonName, PostalAddress

DERIVED = "derived"
"""The rule of a value that nobody said but that follows from one: the parts of a whole name."""

_SEPARATORS = " ・,"
_SEPARATOR = re.compile(f"[{_SEPARATORS}]+")
_ITERATION = "ヽヾゝゞ々"
_LETTERS = re.compile(r"[^\w]|_")


class NameTexts(NamedTuple):
    """The name fields of a person's record, empty where it has none."""

    name: str
    family_name: str
    given_name: str
    name_kana: str
    family_kana: str
    given_kana: str

    @classmethod
    def of(cls, record: MappedRecord) -> "NameTexts":
        """The name fields of `record`."""
        return cls._make([text or "" for text in _name_fields(record)])


_NAME_FIELDS = NameTexts._fields
_name_fields = attrgetter(*_NAME_FIELDS)


class ShownName(NamedTuple):
    """A person's name by field. Fields in `derived` were not said but follow from those that were:
    a whole name from its parts, parts from a whole name.

    `key` is equal for writings of one name, kanji that are taken for each other included. `whole`
    is false where a part is missing, `usual` where the family name is one nobody is known to have
    (佐籐). `native` ranks scripts, 0 being the owner's own.
    """

    key: str
    fields: Mapping[str, str]
    derived: frozenset[str]
    whole: bool
    usual: bool
    native: int
    known: PersonName

    def gave_way_to(self, other: "ShownName") -> bool:
        """Whether a person of this name may have taken the other one, as by marriage: no slip of
        the hand turns one family name into the other."""
        mine, theirs = self.known, other.known
        given = normalize.fold_lookalikes(mine.given)
        if not given or given != normalize.fold_lookalikes(theirs.given):
            return False
        before, after = _family_readings(mine), _family_readings(theirs)
        return bool(before and after) and before.isdisjoint(after)


def _family_readings(known: PersonName) -> set[str]:
    """How the family name is read: as stated, or else as it may be."""
    stated = {known.family_kana} if known.family_kana else {family for family, _ in known.readings}
    return stated - {""}


@lru_cache(maxsize=65_536)
def shown_name(said: NameTexts) -> ShownName | None:
    """The name in a record, None where it names nobody (不明, a placeholder, no letter)."""
    known = normalize.written_name(said)
    return None if is_nobody(said.name, known) else name_as_shown(said, known)


def name_as_shown(said: NameTexts, known: PersonName) -> ShownName:
    """The name in a record of somebody, given what `normalize.person_name` reads there."""
    latin = known.script == "latin"
    usual = not known.family.isascii() and is_surname(known.family)
    fields, derived = _fields(said, known, latin)
    return ShownName(
        _key(known.full) or known.full_kana,
        fields,
        derived,
        bool(known.family) == bool(known.given),
        usual,
        2 if latin else _foreignness(known, usual),
        known,
    )


@lru_cache(maxsize=16_384)
def _key(full: str) -> str:
    return normalize.fold_lookalikes(full)


def _foreignness(known: PersonName, usual: bool) -> int:
    """Kanji before kana before Latin letters, but Latin before a name from abroad in katakana."""
    if known.script != "kana":
        return 0
    return 3 if known.family and not usual else 1


_Parts = tuple[str, str, str]
"""A whole name, family and given name, or their readings; empty where there is none."""

_NOTHING: _Parts = ("", "", "")
_SPLIT = frozenset(("family_name", "given_name"))


def _fields(
    said: NameTexts, known: PersonName, latin: bool
) -> tuple[Mapping[str, str], frozenset[str]]:
    """The name by field, and the fields that were not said."""
    name, family, given, *aloud = said
    alone = name and not (family or given)
    if alone and not latin and _is_just(normalize.clean_text(name), known.family, known.given):
        # Most are written as they are known, and there is nothing to be tidied.
        family, given = known.family, known.given
        fields = {"name": f"{family} {given}", "family_name": family, "given_name": given}
        if not any(aloud):
            return fields, _SPLIT
        tidy, whole = (name, "", ""), (fields["name"], family, given)
    else:
        tidy, whole = _written(said, known, latin)
    read, shown = _read(said, known) if any(aloud) else (_NOTHING, _NOTHING)
    fields, derived = {}, []
    for field, own, text in zip(_NAME_FIELDS, tidy + read, whole + shown, strict=True):
        if text:
            fields[field] = text
            if not own:
                derived.append(field)
    return fields, frozenset(derived)


def _written(said: NameTexts, known: PersonName, latin: bool) -> tuple[_Parts, _Parts]:
    """The name tidied, and completed: parts put together, or split where the normaliser knows
    both; one space between them, where the whole is written of just those."""
    tidy = _each(normalize.bare_name, said[:3])
    whole, family, given = _completed(tidy, (known.family, known.given), _folded, latin)
    if not latin and family and given and family + given == "".join(whole.split()):
        whole = f"{family} {given}"
    return tidy, (whole, family, given)


def _read(said: NameTexts, known: PersonName) -> tuple[_Parts, _Parts]:
    """The reading of the name tidied, and completed."""
    tidy = _each(_kana, said[3:])
    parts = (known.family_kana, known.given_kana)
    return tidy, _completed(tidy, parts, normalize.kana_key, False)


def _each(tidied: Callable[[str], str], texts: Sequence[str]) -> _Parts:
    whole, family, given = texts
    return (
        tidied(whole) if whole else "",
        tidied(family) if family else "",
        tidied(given) if given else "",
    )


def _completed(
    said: _Parts, known: tuple[str, str], fold: Callable[[str], str], given_first: bool
) -> _Parts:
    whole, family, given = said
    if not whole:
        whole = " ".join(filter(None, (given, family) if given_first else (family, given)))
    elif not (family or given):
        family, given = _split(whole, known, fold) or ("", "")
    return whole, family, given


def _is_just(written: str, family: str, given: str) -> bool:
    """Whether a text is a family and a given name, with a space between them or without."""
    # An iteration mark with nothing before it is no name.
    if not (family and given) or family[0] in _ITERATION or given[0] in _ITERATION:
        return False
    return written in (f"{family} {given}", family + given) and (family + given).isalnum()


def _split(
    written: str, known: tuple[str, str], fold: Callable[[str], str]
) -> tuple[str, str] | tuple[()]:
    """(family, given) as written, folded what is known of them; empty if it has no such two."""
    if _is_just(written, *known):
        return known
    parts = fold(known[0]), fold(known[1])
    if not all(parts):
        return ()
    # Folding keeps the number of kanji and kana, so an unspaced name has only two places to cut.
    cuts = [found.start() for found in _SEPARATOR.finditer(written)] or [*map(len, parts)]
    for cut in cuts:
        head, tail = written[:cut].strip(_SEPARATORS), written[cut:].strip(_SEPARATORS)
        first = fold(head)
        if first == parts[0] and fold(tail) == parts[1]:
            return head, tail
        if first == parts[1] and fold(tail) == parts[0]:
            return tail, head
    return ()


def _kana(text: str) -> str:
    return normalize.to_katakana(normalize.clean_text(text))


@lru_cache(maxsize=65_536)
def _folded(text: str) -> str:
    folded = normalize.fold_text(text).lower()
    if normalize.script_of(folded) == "latin":
        folded = fold_latin(folded)
    return enlarge(normalize.to_katakana(_LETTERS.sub("", folded)))


def shown_address(address: Address, known: PostalAddress) -> Address:
    """The address, which reads as `known`, with postal code as 123-4567, spaces and widths in one
    form, and the prefecture of its city where it names none."""
    clean = normalize.clean_text
    text, region, city = address.text, address.region, address.city
    if text:
        text = clean(text)
        if known.country == "JP":
            text = without_postal_code(text)[0].strip(" ,、") or text
    region, city = region and clean(region), city and clean(city)
    if known.country == "JP" and city and not text and not city.startswith(known.prefecture):
        region = region or known.prefecture
    code = address.postal_code or known.postal_code
    return Address(
        text,
        code and _postal_code(code),
        region,
        city,
        address.street and clean(address.street),
        address.building and clean(address.building),
        address.country and clean(address.country),
    )


def _postal_code(text: str) -> str:
    code = normalize.postal_code(text)
    if code and len(code) == 7 and code.isdigit():
        return f"{code[:3]}-{code[3:]}"
    return normalize.clean_text(text).removeprefix("〒").strip()
