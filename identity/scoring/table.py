"""The vectorised path: records as columns of interned values, many pairs scored at once.

Each comparator's value is kept once and numbered; a pair of values is compared once per call,
however many pairs of records hold it. The weights are those of `score_pair`, to the bit.
"""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from identity.encoded import Encoded
from identity.features import Features
from identity.model.types import ComparisonSpec, Level, Model
from identity.readings import seen, seen_encoded
from identity.scoring.bulk import many_of
from identity.scoring.comparator import MISSING, Comparator
from identity.scoring.many import Many, OneByOne, Outcomes
from identity.scoring.registry import COMPARATORS
from identity.scoring.weights import LevelNumbers, Weights, doubts, match_weight, quantise

Rows = npt.NDArray[np.int64]
_NONE = -1
_FEW = 1000
"""Pairs below which it does not pay to lay a column's values out."""


@dataclass(slots=True)
class Column:
    """The values of one comparison: each distinct one once, and its number per row."""

    spec: ComparisonSpec
    comparator: Comparator
    values: list[Hashable] = field(default_factory=list)
    numbers: dict[Hashable, int] = field(default_factory=dict)
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    _many: Many | None = None

    @classmethod
    def of(cls, spec: ComparisonSpec, encoded: Encoded) -> "Column":
        """The column of encoded records, a row for each node."""
        comparator = COMPARATORS[spec.comparator]
        values, rows = encoded.column(comparator.reads, comparator.value)
        known = np.fromiter((value is not None for value in values), np.bool_, len(values))
        places = np.where(known, np.cumsum(known) - 1, _NONE)
        kept = [value for value in values if value is not None]
        return cls(spec, comparator, values=kept, rows=array("q", places[rows].tobytes()))

    def compare(self, a: Rows, b: Rows) -> Outcomes:
        """The values numbered a[i] and b[i], compared."""
        if len(a) < _FEW:
            return OneByOne(self.comparator, self.values)(a, b)
        if self._many is None:
            self._many = many_of(self.spec, self.values)
        return self._many(a, b)

    def extend(self, features: Iterable[Features]) -> None:
        """Add rows."""
        numbers, values, known = self.numbers, self.values, len(self.values)
        count = known
        for value in map(self.comparator.value, features):
            if value is None:
                self.rows.append(_NONE)
                continue
            number = numbers.setdefault(value, count)
            if number == count:
                values.append(value)
                count += 1
            self.rows.append(number)
        if count != known:
            self._many = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Pairs, scored: level indexes per comparison (-1: missing), match weights and contrasts.

    `penalties` are what relations take off the match weights (see `weights.Doubt`). A contrast
    says in bits how much more the pair looks like one entity than like the relation, or the
    strangers, that it looks like most, however rare those are. A pair with little in common
    has a low match weight but a contrast of about 0: no contradiction.
    """

    levels: Sequence[LevelNumbers]
    weights: Weights
    penalties: Weights
    contrasts: Weights


def scored(levels: Sequence[LevelNumbers], parts: Sequence[Weights], model: Model) -> Scores:
    """The scores of pairs whose comparisons reached `levels` and weigh `parts`."""
    prior = quantise(model.prior_weight)
    total = np.full(len(levels[0]), prior)
    for part in parts:
        total += part
    penalties, resemblance = doubts(levels, parts, model)
    return Scores(levels, total + penalties, penalties, total - prior - resemblance)


class Table:
    """Rows of features under one model. Rows are numbered as they were appended."""

    def __init__(self, model: Model, features: Iterable[Features] = ()) -> None:
        self.model = model
        self.columns = [Column(spec, COMPARATORS[spec.comparator]) for spec in model.comparisons]
        self._numbers: list[Rows] = []
        self.extend(features)

    @classmethod
    def of(cls, model: Model, encoded: Encoded) -> "Table":
        """The table of encoded records, a row for each node. Nothing can be appended to it."""
        table, viewed = cls(model), seen_encoded(encoded, model)
        table.columns = [Column.of(spec, viewed) for spec in model.comparisons]
        return table

    def __len__(self) -> int:
        return len(self.columns[0].rows)

    def extend(self, features: Iterable[Features]) -> None:
        """Add rows, a column at a time."""
        viewed = [seen(item, self.model) for item in features]
        for column in self.columns:
            column.extend(viewed)

    def weights(self, a: Rows, b: Rows) -> Weights:
        """The match weights of the pairs (a[i], b[i])."""
        return self.compare(a, b).weights

    def compare(self, a: Rows, b: Rows) -> Scores:
        """The pairs (a[i], b[i]), scored."""
        levels, parts = [], []
        for column, numbers in zip(self.columns, self._arrays(), strict=True):
            level, weight = self._compare_column(column, numbers[a], numbers[b])
            levels.append(level)
            parts.append(weight)
        return scored(levels, parts, self.model)

    def _arrays(self) -> list[Rows]:
        if not self._numbers or len(self._numbers[0]) != len(self):
            self._numbers = [np.asarray(column.rows, np.int64) for column in self.columns]
        return self._numbers

    def _compare_column(
        self, column: Column, a: Rows, b: Rows
    ) -> tuple[npt.NDArray[np.int8], Weights]:
        known = np.flatnonzero((a >= 0) & (b >= 0))
        reached = np.full(len(a), _NONE, np.int8)
        weights = np.zeros(len(a))
        if not len(known):
            return reached, weights
        outcomes = column.compare(a[known], b[known])
        levels = column.spec.levels
        names = [*column.comparator.levels, MISSING]
        places = {MISSING: _NONE, **{level.name: i for i, level in enumerate(levels)}}
        level = np.asarray([places[name] for name in names], np.int8)[outcomes.levels]
        plain = [match_weight("", level, self.model) for level in levels]
        reached[known] = level
        weights[known] = np.asarray([*plain, 0.0])[level]
        counted = np.asarray([bool(level.frequency) for level in levels] + [False])[level]
        if outcomes.terms is not None and counted.any():
            rare = np.flatnonzero(counted & (outcomes.terms >= 0))
            weights[known[rare]] = self._term_weights(
                levels, level[rare], outcomes.terms[rare], outcomes.texts
            )
        return reached, weights

    def _term_weights(
        self,
        levels: Sequence[Level],
        reached: npt.NDArray[np.int8],
        terms: Rows,
        texts: Sequence[str],
    ) -> Weights:
        """The match weights of levels whose term counts, each asked once."""
        codes, where = np.unique(reached * np.int64(len(texts)) + terms, return_inverse=True)
        found = [
            match_weight(texts[code % len(texts)], levels[code // len(texts)], self.model)
            for code in codes.tolist()
        ]
        return np.asarray(found, np.float64)[where]
