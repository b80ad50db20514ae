"""Comparing names as a whole: those that could not be split, and display names."""

from identity.features import Features
from identity.normalize.types import PersonName
from identity.scoring.comparator import NOTHING, Comparator, Outcome
from identity.scoring.names import family_part, given_part, near, script_of

FULL_LEVELS = ("same", "same_reading", "similar", "differ")
ALIAS_LEVELS = ("full", "given", "family")


def compare_full(a: PersonName, b: PersonName) -> Outcome:
    """Whole names, where at least one could not be split; otherwise the parts speak."""
    if (is_split(a) and is_split(b)) or not a.full or not b.full:
        return NOTHING
    return Outcome(_full_level(a, b), a.full, b.full)


def is_split(name: PersonName) -> bool:
    """Whether a family or a given name is known."""
    return family_part(name) is not None or given_part(name) is not None


def _full_level(a: PersonName, b: PersonName) -> str:
    if a.full == b.full:
        return "same"
    if _full_readings(a) & _full_readings(b) or set(a.keys) & set(b.keys):
        return "same_reading"
    if near(a.full, b.full) or any(near(x, y) for x in a.keys for y in b.keys):
        return "similar"
    known = (a.keys and b.keys) or script_of(a.full) == script_of(b.full)
    return "differ" if known else "missing"


def _full_readings(name: PersonName) -> set[str]:
    if name.full_kana:
        return {name.full_kana}
    return {family + given for family, given in name.readings}


Naming = tuple[PersonName, PersonName]
"""A person's name and display name."""


def _naming(features: Features) -> Naming | None:
    return (features.name, features.alias) if features.name.full or features.alias.full else None


def compare_alias(a: Naming, b: Naming) -> Outcome:
    """A display name, where a real name lacks on one side, against what the other calls itself."""
    if a[0].full and b[0].full:
        return NOTHING
    left, right = (name if name.full else alias for name, alias in (a, b))
    if not left.full or not right.full:
        return NOTHING
    return Outcome(_alias_level(left, right), left.full, right.full)


def _alias_level(a: PersonName, b: PersonName) -> str:
    if _whole(a) and _whole(b) and _full_level(a, b) in ("same", "same_reading"):
        return "full"
    if _calls(a, b.given, b.given_keys, b.given_kana) or _calls(
        b, a.given, a.given_keys, a.given_kana
    ):
        return "given"
    named = _calls(a, b.family, b.family_keys, b.family_kana)
    if named or _calls(b, a.family, a.family_keys, a.family_kana):
        return "family"
    return "missing"  # a nickname says nothing


def _whole(name: PersonName) -> bool:
    """Whether the name is a family and a given name, or too long to be one of them."""
    return bool(name.family and name.given) or len(name.full) > 4


def _calls(name: PersonName, part: str, keys: tuple[str, ...], kana: str) -> bool:
    """Whether the whole of `name` is that part of another name."""
    if not part and not kana:
        return False
    if name.full in (part, kana) or (name.full_kana and name.full_kana == kana):
        return True
    return bool(set(name.keys) & set(keys))


WHOLE = {
    "full name": Comparator(
        FULL_LEVELS, lambda f: f.name if f.name.full else None, compare_full, ("name",)
    ),
    "display name": Comparator(ALIAS_LEVELS, _naming, compare_alias, ("name", "alias")),
}
