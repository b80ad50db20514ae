"""Blocking: which records are worth comparing, by keys they share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from identity.features import Features
from identity.model.types import Model
from identity.normalize.types import PersonName
from identity.readings import seen

MAX_KEYS_PER_RULE = 16
"""Keys one record may have under one rule, smallest first; loose readings can multiply."""

LOCAL_PART_PROVES_FROM = 6
"""Characters of a mailbox name from which it is worth looking it up at other providers."""

Column = Callable[[Features], Iterable[str]]
Names = tuple[str, tuple[str, ...]]
"""A rule and the columns it names."""

_SEPARATOR = "\x1f"
"""What stands between the parts of a key."""


class BlockKey(NamedTuple):
    """Records of one entity with an equal block key are candidates while the key is active."""

    rule: str
    key: str


def block_keys(
    value: Features, model: Model, only: frozenset[str] | None = None
) -> tuple[BlockKey, ...]:
    """Every key of a record, sorted; a function of its features and the model alone.

    With `only` it is those of the rules of these names.
    """
    if model.readings is not None:
        value = seen(value, model)
    columns, rules = _plan(model, only)
    read: dict[str, Sequence[str]] = {}
    for name, column in columns:
        found = {*column(value)}
        found.discard("")
        if found:
            read[name] = sorted(found) if len(found) > 1 else tuple(found)
    keys: list[BlockKey] = []
    for rule, names in rules:
        if not all(name in read for name in names):
            continue
        if len(names) == 1:
            texts: list[str] = [*read[names[0]][:MAX_KEYS_PER_RULE]]
        else:
            parts = product(*(read[name] for name in names))
            texts = [_SEPARATOR.join(some) for some in islice(parts, MAX_KEYS_PER_RULE)]
            if len(texts) > 1:
                texts.sort()
        keys += [BlockKey(rule, text) for text in texts]
    return tuple(keys)


@lru_cache(maxsize=256)
def rules_reading(model: Model, parts: frozenset[str]) -> frozenset[str]:
    """The names of the rules whose keys depend on one of these fields of the features."""
    return frozenset(
        rule.name
        for rule in model.blocking
        if any(not parts.isdisjoint(READS[column]) for column in rule.columns)
    )


@lru_cache(maxsize=256)
def _plan(
    model: Model, only: frozenset[str] | None
) -> tuple[tuple[tuple[str, Column], ...], tuple[Names, ...]]:
    """The columns a model's rules name, and the rules by name, each with its columns."""
    asked = [rule for rule in model.blocking if only is None or rule.name in only]
    needed = sorted({name for rule in asked for name in rule.columns})
    return (
        tuple((name, COLUMNS[name]) for name in needed),
        tuple(sorted((rule.name, rule.columns) for rule in asked)),
    )


def caps(model: Model) -> dict[str, int]:
    """Per rule, how many distinct digests may share a key before it goes inactive.

    A key is active while at most that many do. It depends on who is there now, never on who
    came first, so that the order of arrival cannot matter.
    """
    return {rule.name: rule.cap for rule in model.blocking}


def _family(name: PersonName) -> tuple[str, ...]:
    return name.family_keys or ((name.family,) if name.family else ())


def _given(name: PersonName) -> tuple[str, ...]:
    return name.given_keys or ((name.given,) if name.given else ())


def _initials(values: Iterable[str]) -> Iterable[str]:
    return (value[:1] for value in values)


def _blocks(value: Features) -> Iterable[str]:
    for address in value.addresses:
        if address.block:
            yield f"{address.city}{address.town}{address.block}" or address.town_key


COLUMNS: Mapping[str, Column] = {
    "name": lambda f: f.name.keys or (f.name.full,),
    "name_text": lambda f: (f.name.full,),
    "alias": lambda f: f.alias.keys if f.alias.family and f.alias.given else (),
    "name_or_alias": lambda f: (
        *(f.name.keys or (f.name.full,)),
        *(f.alias.keys if not f.name.full else ()),
    ),
    "family_name": lambda f: _family(f.name),
    "given_name": lambda f: _given(f.name),
    "family_initial": lambda f: _initials(_family(f.name)),
    "given_initial": lambda f: _initials(_given(f.name)),
    "birth_date": lambda f: (f.birth_date,),
    "email": lambda f: (e.address for e in f.emails if not e.role),
    "any_email": lambda f: (e.address for e in f.emails),
    "mailbox_name": lambda f: (
        e.local for e in f.emails if not e.role and len(e.local) >= LOCAL_PART_PROVES_FROM
    ),
    "email_domain": lambda f: (e.domain for e in f.emails if not e.free),
    "web_domain": lambda f: (*(e.domain for e in f.emails if not e.free), f.website),
    "phone": lambda f: (p.e164 for p in f.phones if not p.shared_hint),
    "any_phone": lambda f: (p.e164 for p in f.phones),
    "block": _blocks,
    "town": lambda f: (a.town_key for a in f.addresses if a.level >= 3),
    "postal_code": lambda f: (a.postal_code for a in f.addresses),
    "identifier": lambda f: (f"{scheme}\x1e{value}" for scheme, value in f.identifiers),
    "company": lambda f: f.company.keys or (f.company.core,),
    "company_text": lambda f: (f.company.core,),
    "corporate_number": lambda f: (f.corporate_number,),
}
"""What a blocking rule can name, and how a record's values of it are read."""

READS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("name", "name_text", "family_name", "given_name", "family_initial", "given_initial"),
        ("name",),
    ),
    "alias": ("alias",),
    "name_or_alias": ("name", "alias"),
    "birth_date": ("birth_date",),
    **dict.fromkeys(("email", "any_email", "mailbox_name", "email_domain"), ("emails",)),
    "web_domain": ("emails", "website"),
    **dict.fromkeys(("phone", "any_phone"), ("phones",)),
    **dict.fromkeys(("block", "town", "postal_code"), ("addresses",)),
    "identifier": ("identifiers",),
    **dict.fromkeys(("company", "company_text"), ("company",)),
    "corporate_number": ("corporate_number",),
}
"""The fields of `Features` that each column looks at."""
