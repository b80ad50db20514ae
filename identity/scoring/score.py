"""The reference: one pair scored into a waterfall of comparisons that sum to its weight."""

from daifuku.records import CandidatePair, Comparison, PairScore, RecordKey
from identity.blocking import block_keys
from identity.features import Features
from identity.model.types import ComparisonSpec, Model
from identity.readings import seen
from identity.scoring.comparator import MISSING, NOTHING, Outcome
from identity.scoring.registry import COMPARATORS
from identity.scoring.weights import doubt, match_weight, probability, quantise, same_source

RELATION = "relation"
"""The name of a waterfall's line on another explanation than being one and the same."""
ONE_PER_SOURCE = "one per source"
"""The name of its last line where both records are of a source that has each entity once."""


def score_pair(a: Features, b: Features, model: Model) -> PairScore:
    """How likely two records are one, and why; the sides are put in the order of their keys.

    `pair.rules` are the blocking rules under which they share a key, active or not.
    """
    if b.key < a.key:
        a, b = b, a
    if model.readings is not None:
        a, b = seen(a, model), seen(b, model)
    shared = set(block_keys(a, model)) & set(block_keys(b, model))
    outcomes = [_outcome(spec, a, b) for spec in model.comparisons]
    return waterfall(a.key, b.key, outcomes, model, tuple(sorted({k.rule for k in shared})))


def waterfall(
    a: RecordKey,
    b: RecordKey,
    outcomes: list[Outcome],
    model: Model,
    rules: tuple[str, ...] = (),
) -> PairScore:
    """The score of a pair whose comparisons, in the model's order, came out as `outcomes`."""
    reached = [_reached(spec, o) for spec, o in zip(model.comparisons, outcomes, strict=True)]
    lines = [
        Comparison(
            spec.name,
            outcome.level,
            match_weight(outcome.term, spec.levels[level], model) if level >= 0 else 0.0,
            outcome.a,
            outcome.b,
        )
        for spec, outcome, level in zip(model.comparisons, outcomes, reached, strict=True)
    ]
    if model.relations:
        other = doubt(reached, [line.weight for line in lines], model)
        lines.append(
            Comparison(RELATION, other.relation if other.penalty else MISSING, other.penalty)
        )
    against = same_source(a.source, b.source, model)
    if against:
        lines.append(Comparison(ONE_PER_SOURCE, a.source, -against))
    prior = quantise(model.prior_weight)
    weight = prior + sum(line.weight for line in lines)
    return PairScore(
        pair=CandidatePair(a, b, rules),
        weight=weight,
        probability=probability(weight, model),
        band=model.band(weight),
        prior_weight=prior,
        comparisons=tuple(lines),
    )


def _reached(spec: ComparisonSpec, outcome: Outcome) -> int:
    """Where in the comparison the level stands; -1 for missing."""
    if outcome.level == MISSING:
        return -1
    return [level.name for level in spec.levels].index(outcome.level)


def _outcome(spec: ComparisonSpec, a: Features, b: Features) -> Outcome:
    comparator = COMPARATORS[spec.comparator]
    left, right = comparator.value(a), comparator.value(b)
    if left is None or right is None:
        return NOTHING
    return comparator.compare(left, right)
