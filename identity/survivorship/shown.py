"""How names and addresses are shown in a golden record: as their owners write them, tidied.

Widths, spaces, honorifics and half-width kana go; the kanji stay as written (髙 is not 高).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from daifuku.records import Address, MappedRecord
from identity import normalize
from identity.features import is_nobody
from identity.normalize.kana import enlarge
from identity.normalize.latin import fold_latin
from identity.normalize.splitting import is_surname
from identity.normalize.types import PersonName

DERIVED = "derived"
"""The rule of a value that nobody said but that follows from one: the parts of a whole name."""

_SEPARATORS = " ・,"
_SEPARATOR = re.compile(f"[{_SEPARATORS}]+")
_LETTERS = re.compile(r"[^\w]|_")
_POSTAL = re.compile(r"〒\s?\d{3}\s?-?\s?\d{4}\s*|\A\d{3}-\d{4}\s+")


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


_name_fields = attrgetter(*NameTexts._fields)


@dataclass(frozen=True, slots=True)
class ShownName:
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
    family: str
    given: str
    family_readings: frozenset[str]

    def gave_way_to(self, other: "ShownName") -> bool:
        """Whether a person of this name may have taken the other one, as by marriage: no slip of
        the hand turns one family name into the other."""
        return (
            self.given == other.given != ""
            and bool(self.family_readings and other.family_readings)
            and self.family_readings.isdisjoint(other.family_readings)
        )


@lru_cache(maxsize=65_536)
def shown_name(said: NameTexts) -> ShownName | None:
    """The name in a record, None where it names nobody (不明, a placeholder, no letter)."""
    known = normalize.written_name(said)
    if is_nobody(said.name, known):
        return None
    shown = {
        field: _kana(text) if "kana" in field else normalize.bare_name(text)
        for field, text in zip(said._fields, said, strict=True)
        if text
    }
    shown = {field: text for field, text in shown.items() if text}
    fields = _evenly_spaced(_with_parts(_with_whole(shown, known), known), known)
    stated = {known.family_kana} if known.family_kana else {family for family, _ in known.readings}
    return ShownName(
        key=normalize.fold_lookalikes(known.full) or known.full_kana,
        fields=fields,
        derived=frozenset(fields.keys() - shown.keys()),
        whole=bool(known.family) == bool(known.given),
        usual=is_surname(known.family),
        native=_foreignness(known),
        family=normalize.fold_lookalikes(known.family),
        given=normalize.fold_lookalikes(known.given),
        family_readings=frozenset(stated - {""}),
    )


def _foreignness(known: PersonName) -> int:
    """Kanji before kana before Latin letters, but Latin before a name from abroad in katakana."""
    if known.script == "latin":
        return 2
    abroad = known.script == "kana" and known.family and not is_surname(known.family)
    return 3 if abroad else 1 if known.script == "kana" else 0


def _evenly_spaced(fields: dict[str, str], known: PersonName) -> dict[str, str]:
    """The fields with one space between family and given name, where the name is Japanese."""
    parts = [fields.get("family_name", ""), fields.get("given_name", "")]
    letters = "".join(fields.get("name", "").split())
    if all(parts) and known.script != "latin" and "".join(parts) == letters:
        fields["name"] = " ".join(parts)
    return fields


def _with_whole(shown: Mapping[str, str], known: PersonName) -> dict[str, str]:
    """The fields with the whole name and its reading, put together where only parts were said."""
    given_first = known.script == "latin"
    whole = dict(shown)
    for field, family, given, turned in (
        ("name", "family_name", "given_name", given_first),
        ("name_kana", "family_kana", "given_kana", False),
    ):
        parts = [shown[part] for part in (family, given) if part in shown]
        if parts:
            whole.setdefault(field, " ".join(reversed(parts) if turned else parts))
    return whole


def _with_parts(shown: Mapping[str, str], known: PersonName) -> dict[str, str]:
    """The fields with family and given name, split where the normaliser knows both."""
    split = dict(shown)
    for whole, fields, parts, fold in (
        ("name", ("family_name", "given_name"), (known.family, known.given), _folded),
        (
            "name_kana",
            ("family_kana", "given_kana"),
            (known.family_kana, known.given_kana),
            normalize.kana_key,
        ),
    ):
        if whole in shown and not any(field in shown for field in fields):
            found = _split(shown[whole], (fold(parts[0]), fold(parts[1])), fold)
            split.update(zip(fields, found, strict=False))
    return split


def _split(
    written: str, parts: tuple[str, str], fold: Callable[[str], str]
) -> tuple[str, str] | tuple[()]:
    """(family, given) as written, whose folded forms are `parts`; empty if it has no such two."""
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


@lru_cache(maxsize=65_536)
def shown_address(address: Address) -> Address:
    """The address with postal code as 123-4567, spaces and widths in one form, and the prefecture
    of its city where it names none."""
    known, clean = normalize.address(address), normalize.clean_text
    text, region, city = clean(address.text), clean(address.region), clean(address.city)
    if text:
        text = _POSTAL.sub("", text).strip() or text
    elif known.country == "JP" and city and not city.startswith(known.prefecture):
        region = region or known.prefecture
    return Address(
        text=text,
        postal_code=_postal_code(address.postal_code or known.postal_code),
        region=region,
        city=city,
        street=clean(address.street),
        building=clean(address.building),
        country=clean(address.country),
    )


def _postal_code(text: str) -> str:
    code = normalize.postal_code(text) if text else None
    if code and len(code) == 7 and code.isdigit():
        return f"{code[:3]}-{code[3:]}"
    return normalize.clean_text(text).removeprefix("〒").strip()
