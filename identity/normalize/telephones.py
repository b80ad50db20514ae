"""Normalises telephone numbers to E.164: Japanese ones by rule, others with phonenumbers."""

import re
from functools import cache, lru_cache
from typing import Final

import phonenumbers

from identity.normalize.text import clean_text
from identity.normalize.types import Phone, PhoneKind

_MOST = 8
_SWITCHBOARD = re.compile(r"\(?(?:代表|代|switchboard|main)\)?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:tel|phone|mobile|cell|fax|電話番号|電話|携帯電話|携帯|自宅|直通|勤務先|会社|ファックス)"
    r"\s*[:.]?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[/、;|]|\bor\b|又は|または|,(?=\s*[+0(])|\s{1,3}(?=\+\d|0\d{1,4}[-(])")
_EXTENSION = re.compile(r"(?:内線|extension|ext\.?|x|#)\s*[:.(]?\s*(\d{1,6})", re.IGNORECASE)
_TRUNK = re.compile(r"\(0\)")
_NOT_DIALLED = re.compile(r"[^\d+]")
_JAPANESE = re.compile(r"(?:(?:\+|00|010)?81(?:0)?|0)([1-9]\d{8,9})\Z")
_LOST_ZERO = re.compile(r"[789]0\d{8}\Z")
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{9}\Z")
"""In E.164 already, with nothing left to be taken apart: what phonenumbers would find in it."""
_DIALLED_WHOLE = re.compile(r"(?!81)[1-9]\d*\Z")
"""In Japan, without trunk prefix, country code or international prefix: a number as it is."""
_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number"),
    *("voip", "pager", "uan", "voicemail"),
)
_ASCENDING: Final = frozenset(("+81123456789", "+811234567890"))


@lru_cache(maxsize=16_384)
def phones(text: str, region: str = "JP") -> tuple[Phone, ...]:
    """The telephone numbers in a field, in order; `region` reads those without country code.

    A number that is plainly a filler (000-0000-0000) is left out.
    """
    cleaned = clean_text(text)
    if not any(map(str.isdigit, cleaned)):
        return ()
    found: dict[str, Phone] = {}
    for piece in _BETWEEN.split(cleaned)[:_MOST]:
        number = _phone(piece, region)
        if number is not None:
            found.setdefault(number.e164, number)
    return tuple(found.values())


def _phone(text: str, region: str) -> Phone | None:
    text = text.replace("ー", "-")
    extension = ""
    shared = False
    if not all(char in "0123456789-+() ." for char in text):
        bare = _SWITCHBOARD.sub(" ", text)
        shared = bare != text
        text = _LABEL.sub(" ", bare)
        inner = _EXTENSION.search(text)
        if inner:
            extension = inner.group(1)
            text = text[: inner.start()]
    e164 = _e164(_TRUNK.sub("", text).strip(), region)
    if not e164 or _is_filler(e164):
        return None
    kind, many = _kind(e164)
    return Phone(e164, extension, kind, shared or many)


def _e164(text: str, region: str) -> str:
    dialled = _NOT_DIALLED.sub("", text)
    if region == "JP" or dialled.startswith("+81"):
        found = _JAPANESE.match(dialled)
        if found and _is_japanese(found.group(1)):
            return f"+81{found.group(1)}"
        if _LOST_ZERO.match(dialled):
            return f"+81{dialled}"
    if len(dialled) < 5 or "+" in dialled[1:]:
        return ""
    if dialled.startswith("00") and region == "JP":
        dialled = "+" + dialled[2:]
    return _elsewhere(dialled, region)


def _elsewhere(dialled: str, region: str) -> str:
    """A number that is not Japanese; empty where the library knows no such one."""
    if _NORTH_AMERICAN.match(dialled):
        if _in("US").fullmatch(dialled, 2):
            return dialled
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(dialled[2:]))
        return dialled if phonenumbers.is_valid_number(number) else ""
    if region == "JP" and _DIALLED_WHOLE.match(dialled) and not _in("JP").fullmatch(dialled):
        return ""
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _in(region: str) -> re.Pattern[str]:
    """The national numbers of any kind that phonenumbers knows in a region. That the digits match
    is needed to be valid there; where all numbers have ten digits, as in the US, it is enough."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = (getattr(metadata, kind) for kind in _KINDS)
    patterns = [kind.national_number_pattern for kind in kinds if kind is not None]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern))


def _is_japanese(national: str) -> bool:
    """Whether the digits after the trunk 0 have the shape of a Japanese number."""
    if len(national) == 9:
        return national[1] != "0"
    return national[:2] in {"90", "80", "70", "60", "50", "20"}


def _kind(e164: str) -> tuple[PhoneKind, bool]:
    """What the number is, and whether many people answer it by its nature."""
    if not e164.startswith("+81"):
        return "other", False
    national = e164[3:]
    if national.startswith(("120", "800")) and len(national) in (9, 10):
        return "toll_free", True
    if national.startswith("570") and len(national) == 9:
        return "other", True
    if len(national) == 9:
        return "landline", False
    if national[:2] in {"90", "80", "70", "60"}:
        return "mobile", False
    return ("voip", False) if national.startswith("50") else ("other", False)


def _is_filler(e164: str) -> bool:
    """Whether nobody has this number: one digit repeated, or 0123456789."""
    return len(set(e164[-8:])) == 1 or e164 in _ASCENDING
