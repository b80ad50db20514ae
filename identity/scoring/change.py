"""What a record's saying something else does to a pair, told from what changed alone.

Most changes are of one field, and most candidates are no links and stay none: the field is one
they lack, or differ in as before. That is seen without comparing anything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from identity.encoded import EMPTY
from identity.features import Features
from identity.model.types import Model
from identity.readings import seen
from identity.scoring.few import steps_of
from identity.scoring.weights import plain_weights, quantise, relation_weights

_SLACK = 2.0**-18
"""Bits by which a sum must fall, so that the rounding of a penalty cannot make up for it."""
_MISSING = (-1, 0.0)

Reached = tuple[int, float]
"""The place of the level of a comparison, -1 where a side says nothing, and its weight."""


class Effect(Enum):
    """What a change does to the match weight of a pair."""

    NONE = "it is what it was"
    LOSS = "it is not above what it was"
    OPEN = "the whole pair tells"


def changed_parts(before: Features, after: Features) -> frozenset[str]:
    """The parts in which two features differ (see `identity.encoded`)."""
    return frozenset(part for part in EMPTY if getattr(before, part) != getattr(after, part))


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A record that says something else. `reads` are the parts of the other side's features that
    tell what that means to a pair; `places` are the comparisons concerned, with the record's
    values there before and after."""

    model: Model
    reads: frozenset[str]
    places: tuple[int, ...]
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    @classmethod
    def between(cls, before: Features, after: Features, model: Model) -> "Change":
        """The change from one to the other."""
        changed, steps = changed_parts(before, after), steps_of(model)
        places = [i for i, s in enumerate(steps) if not changed.isdisjoint(s.comparator.reads)]
        earlier, later = seen(before, model), seen(after, model)
        return cls(
            model,
            frozenset(part for i in places for part in steps[i].comparator.reads),
            tuple(places),
            tuple(steps[i].comparator.value(earlier) for i in places),
            tuple(steps[i].comparator.value(later) for i in places),
        )

    def effect(self, other: Features) -> Effect:
        """What the change does to the match weight of the pair with `other`.

        Of `other` only `reads` are looked at. What relations take off a pair can fall by no more
        than what the change says against the relation to which it does most harm.
        """
        steps, there = steps_of(self.model), seen(other, self.model)
        gain, harms = 0.0, [0.0] * len(self.model.relations)
        same = True
        for i, before, after in zip(self.places, self.before, self.after, strict=True):
            value = steps[i].comparator.value(there)
            if value is None:
                continue
            was = _MISSING if before is None else steps[i].compare(before, value, self.model)
            now = _MISSING if after is None else steps[i].compare(after, value, self.model)
            if was != now:
                same = False
                gain += now[1] - was[1]
                said = zip(_looks(i, now, self.model), _looks(i, was, self.model), strict=True)
                harms = [harm + (b - a) for harm, (b, a) in zip(harms, said, strict=True)]
        if same:
            return Effect.NONE
        return Effect.OPEN if gain > min([0.0, *harms]) - _SLACK else Effect.LOSS


@lru_cache(maxsize=65_536)
def _looks(comparison: int, reached: Reached, model: Model) -> Sequence[float]:
    """How much more a level looks like each relation of the model than like strangers, in bits."""
    level, weight = reached
    plain = plain_weights(model)[comparison]
    return tuple(
        relation.seen[comparison][level]
        + quantise(relation.kept[comparison] * (weight - plain[level]))
        if level >= 0 and comparison in relation.seen
        else 0.0
        for relation in relation_weights(model)
    )
