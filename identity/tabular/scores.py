"""Pairs of rows of a table, scored under a trained model."""

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import Ints
from identity.model.types import ComparisonSpec, Model
from identity.scoring.table import Scores, scored
from identity.scoring.weights import (
    Weights,
    by_level,
    doubts,
    plain_weights,
    quantise,
    same_source,
)
from identity.tabular.columns import Column
from identity.tabular.frequencies import rarities
from identity.tabular.levels import LevelNumbers, levels
from identity.tabular.prepared import Prepared

_NOT_THERE = np.inf

Rows = npt.NDArray[np.int64]


class Scorer:
    """Scores pairs of a table's rows; the weights are those of `explain_pair`, to the bit."""

    def __init__(self, ready: Prepared, model: Model) -> None:
        self._ready, self._model = ready, model
        self._terms = [self._of(spec) for spec in model.comparisons]
        self._against = _against(ready, model)

    def compare(self, first: Ints, second: Ints, reached: LevelNumbers | None = None) -> Scores:
        """The pairs (first[i], second[i]), scored; `reached` are their levels where known.

        Evidence against two records of one source is part of their weights and contrasts.
        """
        if reached is None:
            reached = levels(self._ready.program, self._ready.columns, first, second)
        found = scored(list(reached), self._parts(reached, first, second), self._model)
        if self._against is None:
            return found
        bits = self.same_source(first, second)
        return Scores(found.levels, found.weights - bits, found.penalties, found.contrasts - bits)

    def of_at_least(
        self, weight: float, first: Ints, second: Ints, reached: LevelNumbers
    ) -> tuple[Rows, Weights, Weights]:
        """Which of the pairs have at least that match weight; the weights and contrasts of these.

        Relations only take off: what is too light without them need not be asked about them.
        """
        parts = self._parts(reached, first, second)
        total = np.full(len(first), quantise(self._model.prior_weight))
        for part in parts:
            total += part
        if self._against is not None:
            total -= self.same_source(first, second)
        kept = np.flatnonzero(total >= weight)
        penalties, resemblance = doubts(
            [found[kept] for found in reached], [part[kept] for part in parts], self._model
        )
        weights = total[kept] + penalties
        enough = weights >= weight
        contrasts = total[kept] - quantise(self._model.prior_weight) - resemblance
        return kept[enough], weights[enough], contrasts[enough]

    def same_source(self, first: Ints, second: Ints) -> Weights:
        """The bits that speak against each pair because a source has each entity once."""
        sources = self._ready.sources
        if self._against is None or sources is None:
            return np.zeros(len(first))
        source = sources[first]
        return np.where(source == sources[second], self._against[source], 0.0)

    def twins(self, rows: Ints) -> Ints:
        """For each row of the table the row that stands for it: itself, or among `rows` the
        first that equals it in all that is compared, if being equal makes two rows a match."""
        found = np.arange(self._ready.rows, dtype=np.int32)
        solid = rows[self.compare(rows, rows).weights >= self._model.match_weight]
        if len(solid):
            contents = np.stack([c.ids[solid] for c in self._ready.columns.columns], axis=1)
            _, first, where = np.unique(contents, axis=0, return_index=True, return_inverse=True)
            found[solid] = solid[first][where.ravel()]
        return found

    def _of(self, spec: ComparisonSpec) -> list[tuple[int, Column, Weights]]:
        """Per level with term frequencies: what bearing each value adds."""
        found = []
        for number, level in enumerate(spec.levels):
            table = self._model.frequencies.get(level.frequency)
            if table is not None:
                column = self._ready.columns[level.frequency]
                rare = np.append(rarities(column, table, level.u), _NOT_THERE)
                found.append((number, column, rare))
        return found

    def _parts(self, reached: LevelNumbers, first: Ints, second: Ints) -> list[Weights]:
        return [self._part(k, found, first, second) for k, found in enumerate(reached)]

    def _part(self, k: int, reached: LevelNumbers, first: Ints, second: Ints) -> Weights:
        weights = by_level(plain_weights(self._model)[k])[reached]
        for number, column, rare in self._terms[k]:
            rows = np.flatnonzero(reached == number)
            # Of two different values the more common one counts.
            added = np.minimum(rare[column.ids[first[rows]]], rare[column.ids[second[rows]]])
            weights[rows] += np.where(added == _NOT_THERE, 0.0, added)
        return weights


def _against(ready: Prepared, model: Model) -> Weights | None:
    """Bits against by source number; the last is that of no source."""
    if ready.sources is None:
        return None
    bits = [same_source(name, name, model) for name in ready.source_names]
    return np.asarray([*bits, 0.0])
