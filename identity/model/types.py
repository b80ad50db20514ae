"""A match model: everything that decides how two records compare, frozen under one version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from daifuku.records import Band, Entity
from identity.model.calibration import Calibration
from identity.model.conditions import Condition
from identity.model.frequencies import Frequencies
from identity.normalize.learned import ReadingTable
from identity.scoring.exact import log2


@dataclass(frozen=True, slots=True)
class Level:
    """How alike two values are, and how often that is seen.

    `m` is the share among pairs of one entity, `u` among pairs of two that have nothing to
    do with each other. With `frequency`, the value's own frequency in that table stands for
    `u`: a rare surname proves more. `when` is what a table model asks of two rows for the
    level; none means always. In an untrained model m and u are 0.
    """

    name: str
    m: float
    u: float
    frequency: str = ""
    when: Condition = ()

    @property
    def weight(self) -> float:
        """log2 of the Bayes factor, before any term frequency."""
        return log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """One comparison: what says which level a pair reaches, and the levels.

    That is a comparator over features, or in a table model the conditions of the levels, the
    first that holds; `missing` then says when there is nothing to compare.
    """

    name: str
    comparator: str
    levels: tuple[Level, ...]
    missing: Condition = ()


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """A reason why two different entities look alike: a household, colleagues, a shared office.

    `share` is how many of all pairs of records are so related. `levels` gives, per
    comparison and level, how often that level is seen among them; a comparison not named
    behaves as between strangers. `chance` says, per comparison with term frequencies, how far
    values agree by chance: 1 as between strangers, who share common values most, 0 as within
    one entity, whose values are drawn as the population's are (a household has one surname
    because it is a household, be it rare or common).
    """

    name: str
    share: float
    levels: Mapping[str, Mapping[str, float]]
    chance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column a table model works on: one of the table, or made of others.

    `sources` are table columns (when `derived` is not) or columns named before; the first that
    has a value gives it. `clean` are steps of `CLEANING`, `missing` texts that stand for no
    value. `characters` cuts out a part, from and to, counted from 1; `matching` keeps what the
    regular expression (RE2) finds, or `replacement` made of its groups, and nothing where it
    finds nothing.
    """

    name: str
    sources: tuple[str, ...]
    derived: bool = False
    clean: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    characters: tuple[int, int] | None = None
    matching: str = ""
    replacement: str = ""


CLEANING = ("trim", "lower", "digits")
"""What `ColumnSpec.clean` can name."""


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
    """A match model. Weights are in bits (log2 odds); thresholds are probabilities.

    Thresholds stand for the weights of plain odds. The probability that is shown of a weight is
    what `calibration` makes of it.

    One with `columns` is a table model: it compares rows of a table. Its `key` names the column
    by which rows are ordered, its `source` the one that names where a row is from.
    `one_per_source` says in bits how much speaks against two records of that source being one.
    Names are seen through `readings`, where the model has learned some.
    """

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
    columns: tuple[ColumnSpec, ...] = ()
    key: str = ""
    source: str = ""
    one_per_source: Mapping[str, float] = field(default_factory=dict)
    calibration: Calibration | None = None
    readings: ReadingTable | None = None

    @property
    def trained(self) -> bool:
        """Whether the model has its numbers."""
        return self.prior > 0

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
