"""What the levels of a table model ask of two rows: checks over columns."""

from dataclasses import dataclass
from enum import IntEnum


class Op(IntEnum):
    """What a check asks. Every check gives the same answer whichever row comes first.

    `x` is the column of the check, `y` its other column; a missing value is equal to nothing and
    like nothing.
    """

    EQUAL = 0
    """x of one row equals y of the other, either way round."""
    EXCHANGED = 1
    """x of one row equals y of the other, both ways round."""
    MISSING_EITHER = 2
    """x is missing in at least one row."""
    MISSING_BOTH = 3
    """x is missing in one row and y in the other, either way round."""
    JARO_WINKLER = 4
    """The Jaro-Winkler similarity of x is at least the threshold."""
    LEVENSHTEIN = 5
    """At most threshold characters of x added, dropped or replaced."""
    OSA = 6
    """The same, two neighbours exchanged counting as one (optimal string alignment)."""


TEXT_OPS = frozenset((Op.JARO_WINKLER, Op.LEVENSHTEIN, Op.OSA))
"""The checks that look at the texts; the others look at whether values are equal."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check over columns. `other` is the same column unless two are compared crosswise."""

    op: Op
    column: str
    other: str
    threshold: float = 0.0


Condition = tuple[tuple[Check, ...], ...]
"""Alternatives of which one must hold, each of checks that must all hold."""
