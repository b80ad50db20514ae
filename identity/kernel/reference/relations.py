"""What relations say of scored pairs: the mixture's classes beside matches and strangers."""

from collections.abc import Sequence

import numpy as np

from identity.kernel.arrays import Levels, Relations, Weights
from identity.kernel.reference.patterns import patterns
from identity.scoring.exact import exp2_all, log2_all

_STEPS_PER_BIT = 2.0**20


def doubts(
    levels: Sequence[Levels], rarities: Sequence[Weights | None], relations: Relations
) -> tuple[Weights, Weights]:
    """Each pair's penalty, at most 0, and its resemblance, at least 0, in bits.

    The penalty is log2 of strangers' share in all non-matches that look like the pair, the
    resemblance how much more often some relation looks like that than strangers do. `levels`
    has one array per comparison; missing is 255, or -1 in signed bytes. `rarities` are what
    terms add to the weights of the levels reached (0 where missing), None where there are none.
    """
    count = len(levels[0])
    against, resemblance = np.ones(count), np.zeros(count)
    if not len(relations.share):
        return np.zeros(count), resemblance
    first, places = patterns(levels)
    said = np.zeros((len(first), len(relations.share)))
    for k, column in enumerate(levels):
        said += relations.seen[k, column.view(np.uint8)[first]]
    for r, share in enumerate(relations.share.tolist()):
        looks = said[places, r]
        for kept, rarity in zip(relations.kept[:, r].tolist(), rarities, strict=True):
            if rarity is not None and kept:
                looks += rarity if kept == 1 else _quantised(kept * rarity)
        against += exp2_all(share + looks)
        np.maximum(resemblance, looks, out=resemblance)
    return _quantised(-log2_all(against)) + 0.0, resemblance  # + 0.0 makes -0.0 a plain zero


def _quantised(weights: Weights) -> Weights:
    """The nearest weights on the grid of 2**-20 bits."""
    return np.rint(weights * _STEPS_PER_BIT) / _STEPS_PER_BIT
