"""Fitting m to pairs of which someone said that they are one.

What is said of two records that differ is left aside: stewards are asked about those that look
alike, which says nothing of how strangers look. It counts when probabilities are calibrated.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from identity.features import Features
from identity.model.types import ComparisonSpec, Level, Model
from identity.model.version import with_version
from identity.scoring.table import Table

THIN = 50.0
"""How many pairs the model's own m is worth beside those labelled."""


def with_labels(model: Model, same: Sequence[tuple[Features, Features]]) -> Model:
    """`model` with m drawn to how these pairs, each of one entity, compare."""
    if not same:
        return model
    table = Table(model, [side for pair in same for side in pair])
    first = np.arange(0, 2 * len(same), 2)
    levels = table.compare(first, first + 1).levels
    comparisons = tuple(
        _drawn(spec, np.bincount(reached[reached >= 0], minlength=len(spec.levels)).tolist())
        for spec, reached in zip(model.comparisons, levels, strict=True)
    )
    stated = model.version.rpartition("+")[0] or model.version
    return with_version(replace(model, comparisons=comparisons), stated)


def _drawn(spec: ComparisonSpec, counts: Sequence[int]) -> ComparisonSpec:
    total = sum(counts) + THIN

    def level(held: Level, count: int) -> Level:
        return replace(held, m=(count + THIN * held.m) / total)

    pairs = zip(spec.levels, counts, strict=True)
    return replace(spec, levels=tuple(level(held, count) for held, count in pairs))
