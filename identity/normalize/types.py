"""What the normalisers return: structured values and the keys by which equal things are equal.

A `key` is exact: two values with one key say the same. `keys` (plural) are loose: they bring
pairs up for comparison and prove nothing. An empty string or tuple means "not known", never
"known to be empty".
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Literal


class _Value:
    """Values travel between processes by the hundred thousand: as their class and its arguments,
    which is several times quicker than what dataclasses with slots do by themselves."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        kind: type[Any] = type(self)
        if kind not in _ARGUMENTS:
            _ARGUMENTS[kind] = attrgetter(*(field.name for field in fields(kind)))
        return kind, _ARGUMENTS[kind](self)


_ARGUMENTS: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {}

Script = Literal["han", "kana", "latin", "hangul", "mixed", ""]


@dataclass(frozen=True, slots=True)
class PersonName(_Value):
    """A person's name, folded, with every reading that is known and those that are likely.

    `family`, `given` and `full` are kanji with variants in one form, katakana, or lower-case
    ASCII; `full` has neither spaces nor honorifics. Where the split is unknown, `family` and
    `given` are empty.

    `family_kana`, `given_kana` and `full_kana` are strict kana keys of a reading that was
    given (a furigana field, a reading in parentheses, a name in kana); a guess never goes there.
    `readings` are the guesses: (family, given) strict kana keys, likeliest first.

    `keys`, `family_keys` and `given_keys` are loose romaji keys: vowel length is lost, so they
    serve blocking only. `keys` cover the whole name, for a Latin one in both orders.
    """

    script: Script = ""
    family: str = ""
    given: str = ""
    full: str = ""
    family_kana: str = ""
    given_kana: str = ""
    full_kana: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    family_keys: tuple[str, ...] = ()
    given_keys: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # Of texts, which keep their hash: names are looked up far more often than they are made.
        return hash((self.full, self.family, self.full_kana))


@dataclass(frozen=True, slots=True)
class Company(_Value):
    """An organisation's name without its legal form.

    `core` is the folded name, `kana` its strict kana key where a reading is known.
    `legal_form` is a code such as `kk`, `position` where it stood, `branch` the folded
    branch office. Departments are dropped: they are not entities. `key` is core, legal form
    and branch; `keys` are loose keys of the core.
    """

    core: str = ""
    kana: str = ""
    legal_form: str = ""
    position: Literal["prefix", "suffix", ""] = ""
    branch: str = ""
    key: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostalAddress(_Value):
    """An address in parts. `country` is ISO 3166-1 alpha-2, `postal_code` digits only in Japan.

    `level` says how far it could be read: 0 nothing, 1 prefecture, 2 city, 3 town, 4 block number.
    `block` is the numbers joined with hyphens. `key` names the place down to the room where
    given, `town_key` down to the town. A Western address has its words in `key`, its number in
    `block`, and postal code and number in `town_key`.
    """

    country: str = ""
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    room: str = ""
    level: int = 0
    key: str = ""
    town_key: str = ""


PhoneKind = Literal["mobile", "landline", "toll_free", "voip", "other"]


@dataclass(frozen=True, slots=True)
class Phone(_Value):
    """A telephone number; `e164` is its key. `shared_hint` marks a line many people answer."""

    e164: str
    extension: str = ""
    kind: PhoneKind = "other"
    shared_hint: bool = False


@dataclass(frozen=True, slots=True)
class Email(_Value):
    """An e-mail address; `address` is its key: lower case, IDN as ASCII, provider aliases undone.

    `role` marks a mailbox of a function (info@), `free` a consumer provider or carrier,
    `placeholder` an address that reaches nobody in particular (noreply@, test@example.com).
    """

    address: str
    local: str
    domain: str
    role: bool = False
    free: bool = False
    placeholder: bool = False
