"""Comparing many persons' names at once, as `scoring.names` and `scoring.whole_names` do."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from identity.normalize.types import PersonName
from identity.scoring.comparator import MISSING, Comparator
from identity.scoring.many import (
    NONE,
    Flags,
    Levels,
    OneByOne,
    Outcomes,
    Places,
    distinct_pairs,
    flags,
    numbered,
)
from identity.scoring.names import PART_LEVELS, UNLIKE, NameParts, part_level
from identity.scoring.whole_names import Naming, is_split

T = TypeVar("T")

_LEVEL = {MISSING: NONE, **{name: place for place, name in enumerate(PART_LEVELS)}}
_UNLIKE = np.asarray([_LEVEL[name] for name in UNLIKE], np.int8)
_SAME, _SAME_READING, _SWAPPED = (_LEVEL[name] for name in ("same", "same_reading", "swapped"))


class Parts:
    """Family or given names: each two different ones are compared once, whoever bears them."""

    def __init__(self, values: Sequence[NameParts]) -> None:
        both = [part for value in values for part in value]
        numbers, self._parts = numbered(both)
        self._part, self._other = numbers[::2], numbers[1::2]
        self._known = flags([part is not None for part in self._parts])
        self._text, self._texts = numbered([part.text if part else "" for part in self._parts])

    def __call__(self, a: Places, b: Places) -> Outcomes:
        left, right = self._part[a], self._part[b]
        same = self._text[left] == self._text[right]
        levels = np.full(len(a), _SAME, np.int8)
        terms = np.where(same, self._text[left], NONE)
        rest = np.flatnonzero(~same)
        found, shared, readings = self._levels(left[rest], right[rest])
        levels[rest] = found
        terms[rest] = np.where(shared == NONE, NONE, shared + len(self._texts))
        crosswise = np.flatnonzero(self._may_be_swapped(a, b, levels))
        if len(crosswise):
            levels[crosswise[self._swapped(a[crosswise], b[crosswise])]] = _SWAPPED
        return Outcomes(levels, terms, [*self._texts, *readings])

    def _levels(self, a: Places, b: Places) -> tuple[Levels, Places, list[str]]:
        """The levels of parts not written the same, and the readings they share."""
        low, high, where = distinct_pairs(a, b)
        parts, texts = self._parts, dict[str, int]()
        levels, terms = np.empty(len(low), np.int8), np.empty(len(low), np.int64)
        for i, (x, y) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            level, term = part_level(parts[x], parts[y])
            levels[i] = _LEVEL[level]
            terms[i] = texts.setdefault(term, len(texts)) if term else NONE
        return levels[where], terms[where], list(texts)

    def _may_be_swapped(self, a: Places, b: Places, levels: Levels) -> Flags:
        known = self._known[self._other[a]] & self._known[self._other[b]]
        return known & np.isin(levels, _UNLIKE)

    def _swapped(self, a: Places, b: Places) -> Flags:
        swapped = self._alike(self._part[a], self._other[b])
        rest = np.flatnonzero(swapped)
        swapped[rest] = self._alike(self._other[a[rest]], self._part[b[rest]])
        return swapped

    def _alike(self, a: Places, b: Places) -> Flags:
        alike: Flags = self._text[a] == self._text[b]
        rest = np.flatnonzero(~alike)
        alike[rest] = self._levels(a[rest], b[rest])[0] == _SAME_READING
        return alike


class Among:
    """Asks one by one among the pairs that can be compared at all; the others are missing."""

    def __init__(
        self,
        comparator: Comparator,
        values: Sequence[T],
        left_out: Callable[[T], bool],
    ) -> None:
        self._out = flags([left_out(value) for value in values])
        self._one_by_one = OneByOne(comparator, values)

    def __call__(self, a: Places, b: Places) -> Outcomes:
        levels = np.full(len(a), NONE, np.int8)
        rest = np.flatnonzero(~(self._out[a] & self._out[b]))
        if len(rest):
            levels[rest] = self._one_by_one(a[rest], b[rest]).levels
        return Outcomes(levels)


def full_names(comparator: Comparator, values: Sequence[PersonName]) -> Among:
    """Whole names: two that could both be split are left to their parts."""
    return Among(comparator, values, is_split)


def display_names(comparator: Comparator, values: Sequence[Naming]) -> Among:
    """Display names: they say nothing beside two real names."""
    return Among(comparator, values, lambda naming: bool(naming[0].full))
