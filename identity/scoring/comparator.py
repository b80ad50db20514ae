"""What a comparator is: it reads a value off a record and says how alike two values are."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import OSA, JaroWinkler

from identity.features import Features

MISSING = "missing"
"""The level of a pair of which one side has no value, or none that can be compared: weight 0."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The level two values reach, the values that decided it, and the term whose frequency counts.

    `term` is empty unless both sides bear the same value.
    """

    level: str
    a: str = ""
    b: str = ""
    term: str = ""

    def turned(self) -> "Outcome":
        """The same outcome with the sides exchanged."""
        return Outcome(self.level, self.b, self.a, self.term)


NOTHING = Outcome(MISSING)


@dataclass(frozen=True, slots=True)
class Comparator:
    """`value` reads what is compared (None: nothing there), `compare` is symmetric in its level.

    `levels` are those `compare` can return besides `missing`, from most alike to least. `reads`
    are the fields of the features that `value` looks at.
    """

    levels: tuple[str, ...]
    value: Callable[[Features], Hashable | None]
    compare: Callable[[Any, Any], Outcome]
    reads: tuple[str, ...]


Comparators = Mapping[str, Comparator]


def one_edit(a: str, b: str) -> bool:
    """At most one insertion, deletion, substitution or exchange of neighbours apart."""
    return abs(len(a) - len(b)) <= 1 and OSA.distance(a, b, score_cutoff=1) <= 1


def alike(a: str, b: str, at_least: float) -> bool:
    """Jaro-Winkler similarity of at least `at_least`."""
    return JaroWinkler.similarity(a, b, score_cutoff=at_least) > 0


def best(outcomes: list[Outcome], levels: tuple[str, ...]) -> Outcome:
    """The outcome of the most alike level; ties go to the smaller values."""
    known = [outcome for outcome in outcomes if outcome.level != MISSING]
    if not known:
        return NOTHING
    return min(known, key=lambda o: (levels.index(o.level), min(o.a, o.b), max(o.a, o.b)))
