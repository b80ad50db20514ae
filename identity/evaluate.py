"""Precision and recall of clusters against the truth, by pairs and by records (B-cubed).

B-cubed: Bagga and Baldwin, Algorithms for Scoring Coreference Chains, 1998.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import comb
from typing import TypeVar

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
    cells: Counter[tuple[int, Hashable]] = Counter()
    found: Counter[int] = Counter()
    real: Counter[Hashable] = Counter()
    for position, (record, entity) in enumerate(truth.items()):
        label = predicted.get(record, -1 - position)
        cells[label, entity] += 1
        found[label] += 1
        real[entity] += 1
    together = sum(comb(count, 2) for count in cells.values())
    records = sum(cells.values())
    return Evaluation(
        precision=_share(together, sum(comb(count, 2) for count in found.values())),
        recall=_share(together, sum(comb(count, 2) for count in real.values())),
        bcubed_precision=_share(
            sum(count * count / found[label] for (label, _), count in cells.items()), records
        ),
        bcubed_recall=_share(
            sum(count * count / real[entity] for (_, entity), count in cells.items()), records
        ),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
