"""From a match weight to the probability that is shown: calibrated, so that of the pairs shown with
70 % seven in ten are one and the same.

A match weight is the evidence of one pair. It takes comparisons for independent and knows nothing
of third records, so that 1 / (1 + 2**-weight) is too sure here and too doubtful there. Bands and
clusters go by weights: calibrating moves none of them.

Isotonic regression: Zadrozny and Elkan, Transforming Classifier Scores into Accurate Multiclass
Probability Estimates, 2002; pool adjacent violators: Ayer et al., 1955. Expected calibration error:
Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_KNOTS = 24
FEWEST_PAIRS = 40
"""Pairs a knot must stand for."""
_SURE = 1e-5
"""No probability is closer to 0 or 1 at a knot; beyond the knots the weight takes it there."""


@dataclass(frozen=True)
class Calibration:
    """Knots: the probability at each of these match weights, both growing.

    Between two knots log odds run straight; beyond the ends they go on bit by bit with the weight.
    """

    weights: tuple[float, ...]
    probabilities: tuple[float, ...]

    @cached_property
    def _odds(self) -> Floats:
        shares = np.asarray(self.probabilities)
        return np.asarray(np.log2(shares / (1 - shares)))

    def of(self, weights: npt.ArrayLike) -> Floats:
        """The probabilities of these match weights."""
        given, knots = np.asarray(weights, np.float64), np.asarray(self.weights)
        odds = np.interp(given, knots, self._odds)
        odds = odds + np.minimum(given - knots[0], 0) + np.maximum(given - knots[-1], 0)
        return np.asarray(1 / (1 + np.exp2(-np.clip(odds, -1000, 1000))))


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs shown with about the same probability: how many, what was said, what is so."""

    low: float
    high: float
    pairs: int
    said: float
    true: float


def fit(weights: Floats, same: npt.NDArray[Any]) -> Calibration | None:
    """The calibration under which pairs of these weights are `same` (0 to 1) as often as it says.

    None where there are too few pairs, or all or none of them are one, so that nothing can be
    learnt. The order of the pairs does not matter.
    """
    if len(weights) < 2 * FEWEST_PAIRS or not 0 < float(same.sum()) < len(same):
        return None
    order = np.lexsort((same, weights))
    cuts = _cuts(weights[order], same[order])
    counts = np.diff(cuts).astype(np.float64)
    sums = np.add.reduceat(same[order].astype(np.float64), cuts[:-1])
    middles = np.add.reduceat(weights[order], cuts[:-1]) / counts
    shares = (sums + 0.5) / (counts + 1)
    blocks = _pooled(middles.tolist(), shares.tolist(), counts.tolist())
    if len(blocks) < 2:
        return None
    return Calibration(
        tuple(round(weight, 4) for weight, _, _ in blocks),
        tuple(round(float(np.clip(share, _SURE, 1 - _SURE)), 6) for _, share, _ in blocks),
    )


def reliability(probabilities: Floats, same: npt.NDArray[Any], bins: int = 10) -> list[Bin]:
    """What was said beside what is so, in `bins` equal steps, empty ones left out."""
    place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    said = np.bincount(place, probabilities, bins)
    true = np.bincount(place, same.astype(np.float64), bins)
    return [
        Bin(i / bins, (i + 1) / bins, int(counts[i]), said[i] / counts[i], true[i] / counts[i])
        for i in np.flatnonzero(counts).tolist()
    ]


def expected_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far off a shown probability is, over all pairs."""
    pairs = sum(bin.pairs for bin in bins)
    return sum(bin.pairs * abs(bin.said - bin.true) for bin in bins) / pairs if pairs else 0.0


def _cuts(weights: Floats, same: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Where to cut sorted pairs, so that each piece holds as many of the rarer kind as the others.

    Most candidates are plain strangers: pieces of equal size would leave none for the doubtful.
    """
    share = float(same.mean())
    rare = same if share <= 0.5 else 1 - same
    worth = rare / rare.sum() + 1 / len(weights)
    reached = np.cumsum(worth) / worth.sum()
    cuts = [0]
    for target in np.arange(1, MOST_KNOTS) / MOST_KNOTS:
        cut = int(np.searchsorted(reached, target))
        cut = int(np.searchsorted(weights, weights[min(cut, len(weights) - 1)], "left"))
        if cut - cuts[-1] >= FEWEST_PAIRS and len(weights) - cut >= FEWEST_PAIRS:
            cuts.append(cut)
    return np.asarray([*cuts, len(weights)], np.int64)


def _pooled(
    weights: Sequence[float], shares: Sequence[float], counts: Sequence[float]
) -> list[tuple[float, float, float]]:
    """Neighbours pooled until shares grow with the weights: (weight, share, count)."""
    blocks: list[tuple[float, float, float]] = []
    for block in zip(weights, shares, counts, strict=True):
        blocks.append(block)
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            (w, p, n), (v, q, k) = blocks[-2:]
            total = n + k
            blocks[-2:] = [((w * n + v * k) / total, (p * n + q * k) / total, total)]
    return blocks
