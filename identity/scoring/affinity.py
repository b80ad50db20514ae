"""What a pair of records says to clustering: for being one, against it, or nothing."""

import numpy as np

from identity.model.types import Model
from identity.scoring.weights import Weights, quantise, quantise_all

_LEAST = 2.0**-20


def affinity(weight: float, contrast: float, model: Model) -> float:
    """What a pair of that match weight and contrast says: above 0 for, below 0 against."""
    spec = model.clustering
    if weight >= model.match_weight:
        return min(max(weight - quantise(model.match_weight), _LEAST), spec.clip)
    if contrast > -spec.doubt:
        return 0.0
    return quantise(max(contrast * spec.conflict, -spec.clip))


def affinities(weights: Weights, contrasts: Weights, model: Model) -> Weights:
    """`affinity`, for many pairs."""
    spec = model.clustering
    agreed = np.minimum(np.maximum(weights - quantise(model.match_weight), _LEAST), spec.clip)
    against = quantise_all(np.maximum(contrasts * spec.conflict, -spec.clip))
    below = np.where(contrasts > -spec.doubt, 0.0, against)
    return np.where(weights >= model.match_weight, agreed, below)
