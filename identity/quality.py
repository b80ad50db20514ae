"""How well a model does on records whose truth is known, and how its probabilities are calibrated.

Pairs are pairs of nodes: records that matching cannot tell apart count once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daifuku.records import RecordKey
from identity.bulk import BulkTable
from identity.calibration import Bin, Calibration, expected_error, fit, reliability
from identity.encoded import Encoded
from identity.evaluate import (
    AtThreshold,
    Evaluation,
    WorstErrors,
    evaluate_labels,
    threshold_chart,
    true_pair_count,
    worst_errors,
)
from identity.features import Features
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

    def features(self, node: int) -> Features:
        """The features of a node, with the key of its first record."""
        return self._table.features(node)

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


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """What `measure` found. `errors` are positions among the candidates."""

    evaluation: Evaluation
    chart: list[AtThreshold]
    errors: WorstErrors
    calibrated: Calibrated
    records: int


def measure(found: Candidates, truth: Mapping[RecordKey, str], *, worst: int = 10) -> Quality:
    """Compare candidates and clusters with the truth; records without one are left out."""
    names = found.encoded.keys
    known = np.asarray([key in truth for key in names])
    numbers = {entity: i for i, entity in enumerate(sorted({*truth.values()}))}
    real = np.asarray([numbers[truth[key]] if key in truth else -1 for key in names], np.int64)
    of_node = real[found.encoded.first]
    kept = (of_node[found.a] >= 0) & (of_node[found.b] >= 0)
    same = kept & (of_node[found.a] == of_node[found.b])
    weights, right = found.weights[kept], same[kept]
    places = np.flatnonzero(kept)
    errors = worst_errors(weights, right, found.together[kept], worst)
    return Quality(
        evaluation=evaluate_labels(found.labels[known], real[known]),
        chart=threshold_chart(
            weights, right, true_pair_count(of_node[of_node >= 0]), thresholds(found.model)
        ),
        errors=WorstErrors(places[errors.joined], places[errors.missed]),
        calibrated=calibrated(found, weights, right),
        records=int(known.sum()),
    )


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
    first = [found.encoded.keys[record] for record in found.encoded.first.tolist()]
    kept = [
        place
        for place, (a, b) in enumerate(zip(found.a.tolist(), found.b.tolist(), strict=True))
        if first[a] in truth and first[b] in truth
    ]
    same = [truth[first[found.a[i]]] == truth[first[found.b[i]]] for i in kept]
    return fit(found.weights[kept], np.asarray(same, np.float64))


def agreement(one: Sequence[int] | Numbers, other: Sequence[int] | Numbers) -> Evaluation:
    """How far two clusterings of the same records agree: the second measured by the first."""
    return evaluate_labels(np.asarray(other), np.asarray(one))
