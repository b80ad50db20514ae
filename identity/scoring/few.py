"""A few pairs at a time: the match weights that matter, with no arrays to lay out first.

A pair is dropped as soon as what is left to compare cannot bring it to the weight asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from identity.features import Features
from identity.model.types import Level, Model
from identity.readings import seen
from identity.scoring.comparator import MISSING, Comparator
from identity.scoring.exact import log2
from identity.scoring.registry import COMPARATORS
from identity.scoring.weights import Doubt, doubt, match_weight, quantise

Values = tuple[Any, ...]
"""What a record has to be compared, in the order of the model's comparisons; None: nothing."""

_REMEMBERED = 65_536
_SLACK = 0.001
"""Bits by which a bound is too high rather than too low."""


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison, ready: the place and weight of each level, and the most it can add."""

    comparator: Comparator
    levels: dict[str, tuple[int, float, Level | None]]
    most: float
    terms: dict[tuple[str, str], float] = field(default_factory=dict)

    def compare(self, a: Any, b: Any, model: Model) -> tuple[int, float]:
        """The place of the level that two values reach, and its weight."""
        outcome = self.comparator.compare(a, b)
        level, weight, counted = self.levels[outcome.level]
        if counted is not None and outcome.term:
            weight = self.term_weight(outcome.term, counted, model)
        return level, weight

    def term_weight(self, term: str, level: Level, model: Model) -> float:
        """`match_weight`, remembered."""
        weight = self.terms.get((level.name, term))
        if weight is None:
            if len(self.terms) >= _REMEMBERED:
                self.terms.clear()
            weight = self.terms[level.name, term] = match_weight(term, level, model)
        return weight


def values_of(features: Features, model: Model) -> Values:
    """The values of a record; reading them once serves all its pairs."""
    if model.readings is not None:
        features = seen(features, model)
    return tuple([step.comparator.value(features) for step in steps_of(model)])


def weight_of(a: Values, b: Values, model: Model, at_least: float) -> float | None:
    """The match weight of a pair as `score_pair` gives it, None where it is below `at_least`."""
    steps = steps_of(model)
    present = [i for i in _order(model) if not (a[i] is None or b[i] is None)]
    total = quantise(model.prior_weight)
    hope = total + sum([steps[i].most for i in present]) + _SLACK
    reached, weights = [-1] * len(steps), [0.0] * len(steps)
    for i in present:
        if hope < at_least:
            return None
        step = steps[i]
        reached[i], weight = step.compare(a[i], b[i], model)
        weights[i] = weight
        total += weight
        hope += weight - step.most
    if total < at_least:
        return None
    if model.relations:
        total += _doubt(tuple(reached), tuple(weights), model).penalty
    return total if total >= at_least else None


def score_of(a: Values, b: Values, model: Model) -> tuple[float, float]:
    """The match weight and contrast of a pair, as `table.Scores` has them."""
    steps = steps_of(model)
    reached, weights = [-1] * len(steps), [0.0] * len(steps)
    for i, step in enumerate(steps):
        if not (a[i] is None or b[i] is None):
            reached[i], weights[i] = step.compare(a[i], b[i], model)
    said = sum(weights)
    total = quantise(model.prior_weight) + said
    if not model.relations:
        return total, said
    found = _doubt(tuple(reached), tuple(weights), model)
    return total + found.penalty, said - found.resemblance


@lru_cache(maxsize=_REMEMBERED)
def _doubt(reached: tuple[int, ...], weights: tuple[float, ...], model: Model) -> Doubt:
    return doubt(reached, weights, model)


@lru_cache(maxsize=64)
def steps_of(model: Model) -> Sequence[Step]:
    """The comparisons of a model, in its order."""
    steps = []
    for spec in model.comparisons:
        levels: dict[str, tuple[int, float, Level | None]] = {MISSING: (-1, 0.0, None)}
        for place, level in enumerate(spec.levels):
            counted = level if level.frequency in model.frequencies else None
            levels[level.name] = (place, quantise(level.weight), counted)
        most = max(0.0, *(_most(level, model) for level in spec.levels))
        steps.append(Step(COMPARATORS[spec.comparator], levels, most))
    return steps


@lru_cache(maxsize=64)
def _order(model: Model) -> Sequence[int]:
    """The places of the comparisons, those first that can say most: hope goes soonest."""
    steps = steps_of(model)
    return sorted(range(len(steps)), key=lambda place: -steps[place].most)


def _most(level: Level, model: Model) -> float:
    """The most a level can say, its rarest term included."""
    table = model.frequencies.get(level.frequency)
    rarest = -log2(table.floor / (table.typical or level.u)) if table is not None else 0.0
    return level.weight + max(rarest, 0.0)
