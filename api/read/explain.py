"""Why records are one golden record, or two: the pairs that matter, as data and as text."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any, Literal

from daifuku.records import Entity, MappedRecord, PairScore
from identity.explain.pairs import describe, shown_weights
from identity.features import Features, features
from identity.model.types import Model
from identity.scoring.score import score_pair
from sync.resolution.bodies import key_json

Language = Literal["en", "ja"]

MAX_RECORDS = 60
"""Records compared pairwise for an explanation; of a larger golden record the first ones."""


def explain_together(
    records: Sequence[MappedRecord], models: Mapping[Entity, Model], language: Language
) -> list[dict[str, Any]]:
    """The strongest ties that hold these records together, one fewer than there are records.

    They are a maximum spanning tree of the match weights (Kruskal), strongest first.
    """
    known = [features(record) for record in records[:MAX_RECORDS]]
    parent = {value.key: value.key for value in known}
    kept: list[PairScore] = []
    for score in _scored(list(combinations(known, 2)), models):
        a, b = score.pair.a, score.pair.b
        while parent[a] != a:
            a = parent[a]
        while parent[b] != b:
            b = parent[b]
        if a != b:
            parent[b] = a
            kept.append(score)
    return [pair_json(score, language) for score in kept]


def explain_apart(
    one: Sequence[MappedRecord],
    other: Sequence[MappedRecord],
    models: Mapping[Entity, Model],
    language: Language,
    best: int = 3,
) -> list[dict[str, Any]]:
    """The pairs between two golden records that come closest to a match, best first."""
    mine, theirs = ([features(r) for r in side[:MAX_RECORDS]] for side in (one, other))
    pairs = [(a, b) for a, b in product(mine, theirs) if a.entity is b.entity]
    scored = _scored(pairs, models)
    return [pair_json(score, language) for score in scored[:best]]


def pair_json(score: PairScore, language: Language) -> dict[str, Any]:
    """A scored pair as JSON: the waterfall of weights, which sum to its match weight."""
    prior, weights = shown_weights(score, 4)
    return {
        "a": key_json(score.pair.a),
        "b": key_json(score.pair.b),
        "match_weight": round(score.weight, 4),
        "probability": round(score.probability, 6),
        "band": score.band,
        "blocking_rules": list(score.pair.rules),
        "prior_weight": prior,
        "comparisons": [
            {
                "field": comparison.field,
                "level": comparison.level,
                "weight": weight,
                "a": comparison.a,
                "b": comparison.b,
            }
            for comparison, weight in zip(score.comparisons, weights, strict=True)
        ],
        "text": describe(score, language),
    }


def _scored(
    pairs: Sequence[tuple[Features, Features]], models: Mapping[Entity, Model]
) -> list[PairScore]:
    scores = [score_pair(a, b, models[a.entity]) for a, b in pairs]
    return sorted(scores, key=lambda score: (-score.weight, score.pair.a, score.pair.b))
