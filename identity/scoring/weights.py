"""From a level to a match weight, and what it costs a pair to be explained otherwise.

Weights are whole multiples of 2**-20 bits. Sums of such numbers are exact in floating point,
so that no order of adding and no vector unit can make two runs differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
import numpy.typing as npt

from identity import kernel
from identity.kernel.arrays import Relations
from identity.model.types import Level, Model, RelationSpec
from identity.scoring.exact import exp2, log2

_STEPS_PER_BIT = 2.0**20
_RAREST = 1e-9

Weights = npt.NDArray[np.float64]
LevelNumbers = npt.NDArray[np.int8] | npt.NDArray[np.uint8]
"""Level indexes, -1 (in unsigned bytes 255) for missing."""


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


def same_source(a: str, b: str, model: Model) -> float:
    """The bits that speak against two records of these sources because one has each entity once."""
    return quantise(model.one_per_source.get(a, 0.0)) if a == b else 0.0


def probability(weight: float, model: Model) -> float:
    """The match probability that is shown of a match weight: calibrated where the model is."""
    if model.calibration is not None:
        return float(model.calibration.of(weight))
    return 1 / (1 + exp2(-weight)) if weight > -1000 else 0.0


def probabilities(weights: Sequence[float], model: Model) -> list[float]:
    """`probability`, for many match weights."""
    if model.calibration is None:
        return [probability(weight, model) for weight in weights]
    found: list[float] = model.calibration.of(np.asarray(weights, np.float64)).tolist()
    return found


@dataclass(frozen=True, slots=True)
class RelationWeights:
    """A relation, ready for adding up, in bits on the grid.

    `seen[c][l]` is what comparison `c` at level `l` says for the relation against strangers:
    log2(h/u). Of what a term's rarity adds to the match weight, the relation has its share
    `kept[c]`: all of it where values are drawn as the population's are, none where by chance.
    """

    name: str
    share: float
    seen: dict[int, tuple[float, ...]]
    kept: dict[int, float]


@lru_cache(maxsize=64)
def relation_weights(model: Model) -> tuple[RelationWeights, ...]:
    """The relations of a model, ready for adding up."""
    return tuple(_weighed(relation, model) for relation in model.relations)


@lru_cache(maxsize=64)
def plain_weights(model: Model) -> tuple[tuple[float, ...], ...]:
    """The match weight of each level of each comparison, before any term frequency."""
    return tuple(
        tuple(quantise(level.weight) for level in spec.levels) for spec in model.comparisons
    )


def _weighed(relation: RelationSpec, model: Model) -> RelationWeights:
    seen, kept = {}, {}
    for index, spec in enumerate(model.comparisons):
        shares = relation.levels.get(spec.name)
        if shares is not None:
            chance = relation.chance.get(spec.name, 0.0)
            kept[index] = 1 - chance
            seen[index] = tuple(
                quantise(log2(max(shares[level.name], _RAREST) / level.u))
                + quantise(_tilt(level, chance, model))
                for level in spec.levels
            )
    return RelationWeights(relation.name, log2(relation.share), seen, kept)


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


def doubt(levels: Sequence[int], weights: Sequence[float], model: Model) -> Doubt:
    """What relations say of a pair: a mixture Fellegi-Sunter model.

    Beside strangers, each relation is a class of non-matches of its own. `levels` are level
    indexes per comparison, -1 for missing. The penalty is never positive: log2 of strangers'
    share in all non-matches that look like this pair.
    """
    best, resemblance, against = ("", -inf), 0.0, 1.0
    plain = plain_weights(model)
    for relation in relation_weights(model):
        looks = 0.0
        for index, seen in relation.seen.items():
            level = levels[index]
            if level >= 0:
                rarity = weights[index] - plain[index][level]
                looks += seen[level] + quantise(relation.kept[index] * rarity)
        against += exp2(relation.share + looks)
        best = max(best, (relation.name, relation.share + looks), key=lambda item: item[1])
        resemblance = max(resemblance, looks)
    return Doubt(best[0], quantise(-log2(against)), resemblance)


def by_level(values: Sequence[float]) -> Weights:
    """A value per level number, 0 for a missing level, be it -1 or 255."""
    table = np.zeros(256)
    table[: len(values)] = values
    return table


def doubts(
    levels: Sequence[LevelNumbers], weights: Sequence[Weights], model: Model
) -> tuple[Weights, Weights]:
    """`doubt` for many pairs, one array per comparison: the penalties and resemblances."""
    if not model.relations:
        return np.zeros(len(levels[0])), np.zeros(len(levels[0]))
    rarities = _rarities(levels, weights, model)
    return kernel.doubts(
        levels, [rarities.get(k) for k in range(len(levels))], _relation_arrays(model)
    )


@lru_cache(maxsize=64)
def _relation_arrays(model: Model) -> Relations:
    """`relation_weights`, as the kernel takes them."""
    known, count = relation_weights(model), len(model.comparisons)
    seen, kept = np.zeros((count, 256, len(known))), np.zeros((count, len(known)))
    for r, relation in enumerate(known):
        for k, said in relation.seen.items():
            seen[k, :, r] = by_level(said)
            kept[k, r] = relation.kept[k]
    return Relations(np.asarray([relation.share for relation in known]), seen, kept)


def _rarities(
    levels: Sequence[LevelNumbers], weights: Sequence[Weights], model: Model
) -> dict[int, Weights]:
    """What terms add to the weights of their levels, for the comparisons that have any."""
    plain = plain_weights(model)
    return {
        index: weights[index] - by_level(plain[index])[levels[index]]
        for index, spec in enumerate(model.comparisons)
        if any(level.frequency for level in spec.levels)
    }
