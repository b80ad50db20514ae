"""A match model: everything that decides how two records compare, frozen under one version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from daifuku.records import Band, Entity
from identity.model.frequencies import Frequencies
from identity.scoring.exact import log2


@dataclass(frozen=True, slots=True)
class Level:
    """How alike two values are, and how often that is seen.

    `m` is the share among pairs of one entity, `u` among pairs of two that have nothing to
    do with each other. With `frequency`, the value's own frequency in that table stands for
    `u`: a rare surname proves more.
    """

    name: str
    m: float
    u: float
    frequency: str = ""

    @property
    def weight(self) -> float:
        """log2 of the Bayes factor, before any term frequency."""
        return log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """One comparison: the comparator that says which level a pair reaches, and the levels."""

    name: str
    comparator: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """A reason why two different entities look alike: a household, colleagues, a shared office.

    `share` is how many of all pairs of records are so related. `levels` gives, per
    comparison and level, how often that level is seen among them; a comparison not named
    behaves as between strangers.
    """

    name: str
    share: float
    levels: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Records that agree on all `columns` are compared, unless more than `cap` agree.

    The cap counts distinct features, not records: a thousand equal records are one.
    """

    name: str
    columns: tuple[str, ...]
    cap: int


@dataclass(frozen=True, slots=True)
class ClusteringSpec:
    """`clip` bounds the say of one pair, in bits; contradictions below `doubt` bits are none;
    `conflict` is how much more a contradiction counts than an agreement; a component of more
    than `max_size` digests is cut at higher and higher match weights until its parts are not."""

    clip: float = 20.0
    doubt: float = 2.0
    conflict: float = 2.0
    max_size: int = 200


@dataclass(frozen=True, eq=False)
class Model:
    """A match model. Weights are in bits (log2 odds); thresholds are probabilities."""

    entity: Entity
    version: str
    prior: float
    match: float
    possible: float
    comparisons: tuple[ComparisonSpec, ...]
    relations: tuple[RelationSpec, ...] = ()
    blocking: tuple[BlockingRule, ...] = ()
    clustering: ClusteringSpec = field(default_factory=ClusteringSpec)
    frequencies: Mapping[str, Frequencies] = field(default_factory=dict)

    @cached_property
    def prior_weight(self) -> float:
        return log2(self.prior / (1 - self.prior))

    @cached_property
    def match_weight(self) -> float:
        return log2(self.match / (1 - self.match))

    @cached_property
    def possible_weight(self) -> float:
        return log2(self.possible / (1 - self.possible))

    def band(self, weight: float) -> Band:
        """What a pair of that match weight is."""
        if weight >= self.match_weight:
            return Band.MATCH
        return Band.POSSIBLE if weight >= self.possible_weight else Band.NON_MATCH
