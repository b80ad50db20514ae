"""Who is who: candidate pairs, their comparison and score, links, clusters, decisions."""

from dataclasses import dataclass
from enum import StrEnum

from daifuku.records.mapped import Entity
from daifuku.records.source import RecordKey


class Band(StrEnum):
    """What a pair's match probability means under the model's two thresholds."""

    MATCH = "match"
    POSSIBLE = "possible_match"
    NON_MATCH = "non_match"


@dataclass(frozen=True, slots=True, order=True)
class CandidatePair:
    """Two records worth comparing, `a` < `b`, and the blocking rules that brought them up."""

    a: RecordKey
    b: RecordKey
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field of a pair compares: the level reached and its match weight.

    `weight` is log2 of the Bayes factor, term-frequency adjustment included; a missing
    value gives level `missing` and weight 0. `a` and `b` are the normalised values.
    """

    field: str
    level: str
    weight: float
    a: str = ""
    b: str = ""


@dataclass(frozen=True, slots=True)
class PairScore:
    """A scored pair. `weight` is the prior's weight plus the sum of the comparisons' weights."""

    pair: CandidatePair
    weight: float
    probability: float
    band: Band
    prior_weight: float
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An edge between two records under one model version: evidence for (or against) one entity."""

    a: RecordKey
    b: RecordKey
    weight: float
    probability: float
    model: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The records of one real person or organisation, sorted."""

    entity: Entity
    members: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """A steward's word on two records: `same` (must-link) or different (cannot-link).

    It outranks every weight, now and after every later sync.
    """

    a: RecordKey
    b: RecordKey
    same: bool
    by: str = ""
    at: str = ""
    reason: str = ""
