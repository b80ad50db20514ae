"""From a level to a match weight, and what it costs a pair to be explained otherwise.

Weights are whole multiples of 2**-20 bits. Sums of such numbers are exact in floating point,
so that no order of adding and no vector unit can make two runs differ.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
import numpy.typing as npt

from identity.model.types import Level, Model, RelationSpec
from identity.scoring.exact import exp2, exp2_all, log2, log2_all

_STEPS_PER_BIT = 2.0**20
_RAREST = 1e-9

Weights = npt.NDArray[np.float64]


def quantise(weight: float) -> float:
    """The nearest weight on the grid."""
    return round(weight * _STEPS_PER_BIT) / _STEPS_PER_BIT


def quantise_all(weights: Weights) -> Weights:
    """`quantise`, for an array."""
    return np.rint(weights * _STEPS_PER_BIT) / _STEPS_PER_BIT


def match_weight(term: str, level: Level, model: Model) -> float:
    """The weight of a level reached: log2(m/u), the term's own frequency counting where known."""
    table = model.frequencies.get(level.frequency)
    if table is None or not term:
        return quantise(level.weight)
    return quantise(level.weight) + quantise(-log2(table.of(term) / (table.typical or level.u)))


def probability(weight: float) -> float:
    """The match probability of a match weight."""
    return 1 / (1 + exp2(-weight)) if weight > -1000 else 0.0


@dataclass(frozen=True, slots=True)
class RelationWeights:
    """`shifts[c][l]` turns the match weight of comparison `c` at level `l` into the weight of
    the relation against strangers: log2(h/m), to be added to log2(m/u).

    `chances[c]` is the part of the term's say that the relation takes back: the share of the
    difference between the weight and `plain[c][l]`, the weight before term frequencies.
    """

    name: str
    share: float
    shifts: dict[int, tuple[float, ...]]
    chances: dict[int, float]
    plain: dict[int, tuple[float, ...]]


@lru_cache(maxsize=64)
def relation_weights(model: Model) -> tuple[RelationWeights, ...]:
    """The relations of a model, ready for adding up."""
    return tuple(_shifts(relation, model) for relation in model.relations)


def _shifts(relation: RelationSpec, model: Model) -> RelationWeights:
    shifts, chances, plain = {}, {}, {}
    for index, spec in enumerate(model.comparisons):
        seen = relation.levels.get(spec.name)
        if seen is None:
            continue
        chance = relation.chance.get(spec.name, 0.0)
        shifts[index] = tuple(
            log2(max(seen[level.name], _RAREST) / level.m) + _tilt(level, chance, model)
            for level in spec.levels
        )
        chances[index] = chance
        plain[index] = tuple(quantise(level.weight) for level in spec.levels)
    return RelationWeights(relation.name, log2(relation.share), shifts, chances, plain)


def _tilt(level: Level, chance: float, model: Model) -> float:
    table = model.frequencies.get(level.frequency)
    return table.tilt(chance) if table is not None else 0.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks for another explanation: the relation that explains a pair best, what all
    of them together take off the pair's weight, and how much more often such a relation
    looks like this than strangers do, in bits, however rare it is (at least 0)."""

    relation: str
    penalty: float
    resemblance: float


def doubt(levels: list[int], weights: list[float], model: Model) -> Doubt:
    """What relations say of a pair: a mixture Fellegi-Sunter model.

    Beside strangers, each relation is a class of non-matches of its own. `levels` are level
    indexes per comparison, -1 for missing. The penalty is never positive: log2 of strangers'
    share in all non-matches that look like this pair.
    """
    best, resemblance, against = ("", -inf), 0.0, 1.0
    for relation in relation_weights(model):
        looks = 0.0
        for index, shifts in relation.shifts.items():
            if levels[index] >= 0:
                level, weight = levels[index], weights[index]
                rarity = weight - relation.plain[index][level]
                looks += (shifts[level] + weight) - relation.chances[index] * rarity
        against += exp2(relation.share + looks)
        best = max(best, (relation.name, relation.share + looks), key=lambda item: item[1])
        resemblance = max(resemblance, looks)
    return Doubt(best[0], quantise(-log2(against)), quantise(resemblance))


def doubts(
    levels: list[npt.NDArray[np.int8]], weights: list[Weights], model: Model
) -> tuple[Weights, Weights]:
    """`doubt` for many pairs, one array per comparison: the penalties and resemblances."""
    count = len(levels[0])
    against, resemblance = np.ones(count), np.zeros(count)
    for relation in relation_weights(model):
        looks = np.zeros(count)
        for index, shifts in relation.shifts.items():
            level, weight = levels[index], weights[index]
            rarity = weight - np.asarray((*relation.plain[index], 0.0))[level]
            shift = np.asarray((*shifts, 0.0))[level]
            seen = (shift + weight) - relation.chances[index] * rarity
            looks += np.where(level >= 0, seen, 0.0)
        against += exp2_all(relation.share + looks)
        np.maximum(resemblance, looks, out=resemblance)
    return quantise_all(-log2_all(against)), quantise_all(resemblance)
