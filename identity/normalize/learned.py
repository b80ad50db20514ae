"""Readings learned from a hub's own records: what its customers say of how their names are read.

A table is frozen: a match model carries one in its version, and sees names through it. Features
stay what the records say, and an edge stays a function of two records and the model.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import orjson

from identity.normalize.furigana import Furigana, stated_reading
from identity.normalize.kana import kana_key, loose_key
from identity.normalize.name_keys import joined_keys, reading_pairs
from identity.normalize.text import is_kana
from identity.normalize.types import PersonName

MOST_READINGS = 3
"""Learned readings of one spelling, the most frequent ones."""
LEAST_SHARE = 0.1
"""Of what is stated of a spelling; a rarer reading is taken for a slip."""
_LONGEST_SURNAME = 5

Witness = tuple[str, str]
"""A source, and the whole name of someone whose record there states a reading."""
Readings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ReadingTable:
    """Readings in katakana of folded surnames and given names in kanji, most frequent first."""

    families: Readings = field(default_factory=dict)
    givens: Readings = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A digest of the table; empty for an empty one."""
        if not (self.families or self.givens):
            return ""
        return hashlib.blake2b(self.to_json(), digest_size=4).hexdigest()

    def to_json(self) -> bytes:
        """The table as JSON, equal for equal tables."""
        said = {"families": self.families, "givens": self.givens}
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)

    @classmethod
    def from_json(cls, body: bytes) -> "ReadingTable":
        """The table that `to_json` wrote."""
        raw = orjson.loads(body)
        families, givens = (
            {name: tuple(readings) for name, readings in raw[part].items()}
            for part in ("families", "givens")
        )
        return cls(families, givens)

    def read(self, name: PersonName) -> PersonName:
        """The name with the readings that the table knows beside those it has.

        A stated reading leaves no room for others; a name the table does not know is as it was.
        A whole name in kanji that could not be split is, where the table knows both parts.
        """
        if name.script not in ("han", "mixed") or name.full_kana:
            return name
        split = name if name.family or name.given else self._split(name)
        families = () if split.family_kana else self.families.get(split.family, ())
        givens = () if split.given_kana else self.givens.get(split.given, ())
        return _also_read(split, families, givens) if families or givens else name

    def _split(self, name: PersonName) -> PersonName:
        full = name.full
        for cut in range(min(len(full) - 1, _LONGEST_SURNAME), 0, -1):
            if full[:cut] in self.families and full[cut:] in self.givens:
                return replace(name, family=full[:cut], given=full[cut:])
        return name


class ReadingCounts:
    """Who states which reading of a part of a name; the order of what is heard does not matter."""

    def __init__(self) -> None:
        self._families: dict[str, dict[str, set[Witness]]] = {}
        self._givens: dict[str, dict[str, set[Witness]]] = {}

    def hear(self, name: PersonName, furigana: Furigana, source: str) -> None:
        """Count what a record of that source states of a name in kanji."""
        if name.script not in ("han", "mixed"):
            return
        witness, stated = (source, name.full), stated_reading(name, "", furigana)
        for part, reading, heard in (
            (name.family, stated.family, self._families),
            (name.given, stated.given, self._givens),
        ):
            if part and reading and not is_kana(part):
                heard.setdefault(part, defaultdict(set))[reading].add(witness)

    def table(self, at_least: int) -> ReadingTable:
        """The readings that at least so many witnesses state, and no slip among them."""
        return ReadingTable(_kept(self._families, at_least), _kept(self._givens, at_least))


def _kept(
    heard: Mapping[str, Mapping[str, set[Witness]]], at_least: int
) -> dict[str, tuple[str, ...]]:
    kept = {}
    for part, readings in sorted(heard.items()):
        counts = {kana: len(witnesses) for kana, witnesses in readings.items()}
        least = max(at_least, LEAST_SHARE * sum(counts.values()))
        ranked = sorted((-count, kana) for kana, count in counts.items() if count >= least)
        if ranked:
            kept[part] = tuple(kana for _, kana in ranked[:MOST_READINGS])
    return kept


def _also_read(name: PersonName, families: tuple[str, ...], givens: tuple[str, ...]) -> PersonName:
    """The name with these strict readings of its parts before its own."""
    own = name.readings or ((name.family_kana, name.given_kana),)
    family_keys = _unique((*map(loose_key, families), *name.family_keys))
    given_keys = _unique((*map(loose_key, givens), *name.given_keys))
    families = _unique((*map(kana_key, families), *(family for family, _ in own)))
    givens = _unique((*map(kana_key, givens), *(given for _, given in own)))
    whole = (family_keys or not name.family) and (given_keys or not name.given)
    return replace(
        name,
        readings=reading_pairs(families, givens),
        keys=joined_keys(family_keys, given_keys) if whole else name.keys,
        family_keys=family_keys,
        given_keys=given_keys,
    )


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
