"""How well a model does on records whose truth is known, and how its probabilities are calibrated.

Pairs are pairs of nodes: records that matching cannot tell apart count once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daifuku.records import Decision, RecordKey
from identity.bulk import BulkTable
from identity.encoded import Encoded
from identity.measure.evaluate import (
    AtThreshold,
    Evaluation,
    evaluate_labels,
    threshold_chart,
    true_pair_count,
    worst_errors,
)
from identity.model.calibration import Bin, Calibration, expected_error, fit, reliability
from identity.model.types import Model
from identity.scoring.weights import probability

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_UNLIKELY = 1e-9
"""The probability down to which candidates are kept: far below any possible match."""


class Candidates:
    """All candidate pairs of some records under a model, weighed, and how they cluster."""

    def __init__(self, encoded: Encoded, model: Model) -> None:
        self.model = model
        self.encoded = encoded
        self._table = BulkTable(encoded, replace(model, possible=min(_UNLIKELY, model.possible)))
        links = self._table.links
        two = links.a != links.b
        self.a, self.b, self.weights = links.a[two], links.b[two], links.weights[two]

    @cached_property
    def labels(self) -> Numbers:
        """The cluster of each record, without any decision."""
        return self._table.clusters()

    @cached_property
    def together(self) -> Flags:
        """Which of the pairs are clustered together."""
        of_node = self.labels[self.encoded.first]
        return np.asarray(of_node[self.a] == of_node[self.b])

    def weigh(self, a: Numbers, b: Numbers) -> Floats:
        """The match weights of pairs of records, candidates or not."""
        node = np.asarray(self.encoded.node_of, np.int64)
        return self._table.weigh(node[a], node[b])

    def shown(self, weights: Floats) -> Floats:
        """The probabilities that are shown of these weights."""
        known = self.model.calibration
        if known is not None:
            return known.of(weights)
        return np.asarray([probability(weight, self.model) for weight in weights.tolist()])


@dataclass(frozen=True, slots=True)
class Calibrated:
    """How true shown probabilities are: of possible matches and matches, and of all candidates."""

    shown: list[Bin]
    every: list[Bin]

    @property
    def shown_error(self) -> float:
        return expected_error(self.shown)

    @property
    def every_error(self) -> float:
        return expected_error(self.every)


Pair = tuple[int, int]
"""Two records, by their place in `Encoded.keys`."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What `measure` or `measure_labels` found; the worst errors first.

    `joined` are pairs that are clustered together and are two, `missed` those of one that are
    not. `judged` is how many records, or labelled pairs, the figures are about.
    """

    evaluation: Evaluation
    by_records: bool
    chart: list[AtThreshold]
    joined: list[Pair]
    missed: list[Pair]
    calibrated: Calibrated
    judged: int


def measure(found: Candidates, truth: Mapping[RecordKey, str], *, worst: int = 10) -> Quality:
    """Compare candidates and clusters with the truth; records without one are left out."""
    names = found.encoded.keys
    known = np.asarray([key in truth for key in names])
    numbers = {entity: i for i, entity in enumerate(sorted({*truth.values()}))}
    real = np.asarray([numbers[truth[key]] if key in truth else -1 for key in names], np.int64)
    first = found.encoded.first
    kept = (real[first[found.a]] >= 0) & (real[first[found.b]] >= 0)
    a, b, weights = first[found.a[kept]], first[found.b[kept]], found.weights[kept]
    same = np.asarray(real[a] == real[b])
    pairs = true_pair_count(real[first][real[first] >= 0])
    errors = worst_errors(weights, same, found.together[kept], worst)
    return Quality(
        evaluation=evaluate_labels(found.labels[known], real[known]),
        by_records=True,
        chart=threshold_chart(weights, same, pairs, thresholds(found.model)),
        joined=_pairs(a, b, errors.joined),
        missed=_pairs(a, b, errors.missed),
        calibrated=calibrated(found, weights, same),
        judged=int(known.sum()),
    )


def measure_labels(found: Candidates, labels: Sequence[Decision], *, worst: int = 10) -> Quality:
    """Compare clusters with pairs of records of which someone said whether they are one.

    Precision and recall are those among the labelled pairs; B-cubed means nothing here.
    """
    place = {key: record for record, key in enumerate(found.encoded.keys)}
    known = [label for label in labels if label.a in place and label.b in place]
    a = np.asarray([place[label.a] for label in known], np.int64)
    b = np.asarray([place[label.b] for label in known], np.int64)
    same = np.asarray([label.same for label in known], bool)
    weights = found.weigh(a, b)
    together = np.asarray(found.labels[a] == found.labels[b])
    hits, joined, real = int((same & together).sum()), int(together.sum()), int(same.sum())
    errors = worst_errors(weights, same, together, worst)
    return Quality(
        evaluation=Evaluation(hits / joined if joined else 1.0, hits / real if real else 1.0, 1, 1),
        by_records=False,
        chart=threshold_chart(weights, same, real, thresholds(found.model)),
        joined=_pairs(a, b, errors.joined),
        missed=_pairs(a, b, errors.missed),
        calibrated=calibrated(found, weights, same),
        judged=len(known),
    )


def _pairs(a: Numbers, b: Numbers, places: Numbers) -> list[Pair]:
    return list(zip(a[places].tolist(), b[places].tolist(), strict=True))


def calibrated(found: Candidates, weights: Floats, same: Flags) -> Calibrated:
    """How true the probabilities shown of these pairs are."""
    said = found.shown(weights)
    shown = weights >= found.model.possible_weight
    return Calibrated(reliability(said[shown], same[shown]), reliability(said, same))


def thresholds(model: Model) -> list[float]:
    """The match weights of a threshold chart, the model's own among them."""
    steps = {float(weight) for weight in range(-10, 21, 2)}
    own = {round(model.possible_weight, 4), round(model.match_weight, 4)}
    return sorted(steps | own)


def calibration(
    found: Candidates, truth: Mapping[RecordKey, str] | None = None
) -> Calibration | None:
    """A calibration from the truth, or without one from what clustering makes of the pairs.

    Clusters go by all pairs of a component, third records and contradictions included, which a
    single pair's weight cannot: what of each weight they join is close to what of it is true.
    None where there are too few pairs to learn from.
    """
    if truth is None:
        return fit(found.weights, found.together.astype(np.float64))
    names = [found.encoded.keys[record] for record in found.encoded.first.tolist()]
    real = np.asarray([truth.get(name, "") for name in names])
    kept = (real[found.a] != "") & (real[found.b] != "")
    same = real[found.a[kept]] == real[found.b[kept]]
    return fit(found.weights[kept], same.astype(np.float64))


def agreement(one: Sequence[int] | Numbers, other: Sequence[int] | Numbers) -> Evaluation:
    """How far two clusterings of the same records agree: the second measured by the first."""
    return evaluate_labels(np.asarray(other), np.asarray(one))
