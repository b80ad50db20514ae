"""Precision and recall of clusters against the truth, by pairs and by records (B-cubed).

B-cubed: Bagga and Baldwin, Algorithms for Scoring Coreference Chains, 1998.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares between 0 and 1. Where nothing was joined precision is 1; nothing to join, recall."""

    precision: float
    recall: float
    bcubed_precision: float
    bcubed_recall: float

    @property
    def f1(self) -> float:
        return _harmonic(self.precision, self.recall)

    @property
    def bcubed_f1(self) -> float:
        return _harmonic(self.bcubed_precision, self.bcubed_recall)


def evaluate(clusters: Iterable[Iterable[T]], truth: Mapping[T, Hashable]) -> Evaluation:
    """Compare clusters with `truth`, which names the real entity of each record.

    Records without a truth are left out; a record of the truth in no cluster stands alone.
    """
    predicted = {record: i for i, group in enumerate(clusters) for record in group}
    entities: dict[Hashable, int] = {}
    labels = [predicted.get(record, -1 - position) for position, record in enumerate(truth)]
    numbers = [entities.setdefault(entity, len(entities)) for entity in truth.values()]
    return evaluate_labels(np.asarray(labels, np.int64), np.asarray(numbers, np.int64))


def evaluate_labels(labels: npt.NDArray[Any], truth: npt.NDArray[Any]) -> Evaluation:
    """Compare a label per record with its real entity, in arrays, for millions of records."""
    found, found_sizes = _numbered(labels)
    real, real_sizes = _numbered(truth)
    cells, cell = np.unique(found * np.int64(len(real_sizes)) + real, return_counts=True)
    of_found, of_real = cells // max(len(real_sizes), 1), cells % max(len(real_sizes), 1)
    together, squares = _pairs(cell), cell.astype(np.float64) ** 2
    return Evaluation(
        precision=_share(together, _pairs(found_sizes)),
        recall=_share(together, _pairs(real_sizes)),
        bcubed_precision=_share(float((squares / found_sizes[of_found]).sum()), len(labels)),
        bcubed_recall=_share(float((squares / real_sizes[of_real]).sum()), len(labels)),
    )


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What linking every pair of at least that match weight would find."""

    weight: float
    links: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return _harmonic(self.precision, self.recall)


def threshold_chart(
    weights: npt.NDArray[np.float64],
    same: npt.NDArray[np.bool_],
    true_pairs: int,
    thresholds: Sequence[float],
) -> list[AtThreshold]:
    """Precision and recall of the links alone at each threshold, before any clustering.

    `weights` are the links' match weights, `same` says which are right, `true_pairs` counts
    the pairs of records that are one, whether linked or not.
    """
    order = np.argsort(weights, kind="stable")
    rising, right = weights[order], np.cumsum(np.append(0, same[order].astype(np.int64)))
    chart = []
    for threshold in thresholds:
        below = int(np.searchsorted(rising, threshold, "left"))
        links, hits = len(rising) - below, int(right[-1] - right[below])
        chart.append(AtThreshold(threshold, links, _share(hits, links), _share(hits, true_pairs)))
    return chart


@dataclass(frozen=True, slots=True, eq=False)
class WorstErrors:
    """Positions among the links: wrong ones joined, the surest first, and right ones left
    apart, the surest first."""

    joined: npt.NDArray[np.int64]
    missed: npt.NDArray[np.int64]


def worst_errors(
    weights: npt.NDArray[np.float64],
    same: npt.NDArray[np.bool_],
    together: npt.NDArray[np.bool_],
    most: int = 20,
) -> WorstErrors:
    """The links worth looking at: `same` says which are right, `together` which were clustered."""
    surest = np.argsort(-weights, kind="stable")
    joined = surest[(together & ~same)[surest]]
    missed = surest[(~together & same)[surest]]
    return WorstErrors(joined[:most], missed[:most])


def true_pair_count(truth: npt.NDArray[Any]) -> int:
    """How many pairs of records are one."""
    return int(_pairs(_numbered(truth)[1]))


def _numbered(labels: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each record's label as a number from 0, and how many records bear each."""
    distinct, numbers = np.unique(labels, return_inverse=True)
    return numbers.astype(np.int64), np.bincount(numbers, minlength=len(distinct))


def _pairs(sizes: npt.NDArray[np.int64]) -> float:
    return float((sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
