"""Why two records are one golden record or two, beyond the waterfall of their own pair.

What brought the pair up, or why nothing did; the path of links that joined two records; and what
kept two groups of records apart. Pure functions of the features, the model and the decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

import numpy as np

from daifuku.records import Decision, RecordKey
from identity.blocking import BlockKey, block_keys, caps
from identity.features import Features
from identity.model.types import Model
from identity.scoring.affinity import affinity
from identity.scoring.table import Table
from identity.scoring.weights import same_source

MOST_VOICES = 5
"""Pairs that are named of those that speak for or against two groups being one."""

Blocked = Literal["compared", "over_cap", "no_shared_key"]
Kind = Literal["decision", "one_per_source", "below_threshold", "contradiction", "rest"]


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A block key two records share: how many different records bear it, and its rule's cap.

    `bearers` are counted up to one more than the cap.
    """

    rule: str
    bearers: int
    cap: int

    @property
    def active(self) -> bool:
        return self.bearers <= self.cap


@dataclass(frozen=True, slots=True)
class Voice:
    """What a pair says to clustering: bits for (positive) or against its being one."""

    a: RecordKey
    b: RecordKey
    weight: float
    says: float


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps two groups of records apart.

    `decision`: a steward said so of the pairs in `voices`. `one_per_source`: a source has each
    entity once, and has both. `below_threshold`: no pair between them reaches the match weight.
    `contradiction`: some do, but together the pairs speak against (`total` bits). `rest`: they
    speak for it, but one joined others first who speak against, or the component was too large.
    """

    kind: Kind
    voices: tuple[Voice, ...]
    total: float = 0.0


def shared_keys(a: Features, b: Features, model: Model) -> tuple[BlockKey, ...]:
    """The block keys that two records share, whether active or not."""
    return tuple(sorted(set(block_keys(a, model)) & set(block_keys(b, model))))


def keys_shared(
    shared: Iterable[BlockKey], bearers: Mapping[BlockKey, int], model: Model
) -> tuple[SharedKey, ...]:
    """The shared keys with who bears them."""
    limits = caps(model)
    return tuple(SharedKey(key.rule, bearers.get(key, 2), limits[key.rule]) for key in shared)


def blocked(keys: Sequence[SharedKey]) -> Blocked:
    """Whether a pair that shares these keys is compared, or why it is not."""
    if not keys:
        return "no_shared_key"
    return "compared" if any(key.active for key in keys) else "over_cap"


def path(
    records: Sequence[Features],
    start: RecordKey,
    end: RecordKey,
    model: Model,
    same: Iterable[Decision] = (),
) -> tuple[tuple[RecordKey, RecordKey], ...]:
    """The pairs that lead from one record of a cluster to another, each a link or a decision.

    Of all ways the one whose weakest link is the strongest; empty where links do not connect
    the two among `records`.
    """
    ties = {(v.a, v.b): v.weight for v in voices(_pairs(records), model)}
    held = {(d.a, d.b): float("inf") for d in same if d.same}
    known = {value.key: value for value in records}
    usable = [
        (weight, pair)
        for pair, weight in (ties | held).items()
        if pair in held
        or (weight >= model.match_weight and shared_keys(known[pair[0]], known[pair[1]], model))
    ]
    return _way(sorted(usable, key=lambda row: (-row[0], row[1])), start, end)


def apart(
    one: Sequence[Features],
    other: Sequence[Features],
    model: Model,
    decisions: Iterable[Decision] = (),
) -> Reason:
    """What keeps two clusters apart, the first of the reasons that applies."""
    ours, theirs = {f.key for f in one}, {f.key for f in other}
    said = [
        Voice(d.a, d.b, 0.0, 0.0)
        for d in decisions
        if not d.same and ((d.a in ours and d.b in theirs) or (d.b in ours and d.a in theirs))
    ]
    if said:
        return Reason("decision", tuple(said[:MOST_VOICES]))
    every = voices(product(one, other), model)
    total = sum(voice.says for voice in every)
    singles = [v for v in every if same_source(v.a.source, v.b.source, model)]
    if blocking := [v for v in singles if v.weight < model.match_weight]:
        return Reason("one_per_source", tuple(blocking[:MOST_VOICES]), total)
    ranked = sorted(every, key=lambda voice: (-voice.weight, voice.a, voice.b))
    if not ranked or ranked[0].weight < model.match_weight:
        return Reason("below_threshold", tuple(ranked[:1]), total)
    against = sorted(every, key=lambda voice: (voice.says, voice.a, voice.b))
    opposing = tuple(voice for voice in against if voice.says < 0)[:MOST_VOICES]
    return Reason("contradiction" if total <= 0 else "rest", opposing, total)


def voices(pairs: Iterable[tuple[Features, Features]], model: Model) -> list[Voice]:
    """What each of these pairs says to clustering."""
    listed = list(pairs)
    if not listed:
        return []
    numbers: dict[RecordKey, int] = {}
    rows: list[Features] = []
    for value in (end for pair in listed for end in pair):
        if value.key not in numbers:
            numbers[value.key] = len(rows)
            rows.append(value)
    a, b = (np.array([numbers[p[side].key] for p in listed], np.int64) for side in (0, 1))
    scores = Table(model, rows).compare(a, b)
    return [
        _voice(x.key, y.key, weight, contrast, model)
        for (x, y), weight, contrast in zip(
            listed, scores.weights.tolist(), scores.contrasts.tolist(), strict=True
        )
    ]


def _voice(a: RecordKey, b: RecordKey, weight: float, contrast: float, model: Model) -> Voice:
    against = same_source(a.source, b.source, model)
    low, high = sorted((a, b))
    says = affinity(weight - against, contrast - against, model)
    return Voice(low, high, weight - against, says)


def _pairs(records: Sequence[Features]) -> Iterable[tuple[Features, Features]]:
    return combinations(sorted(records, key=lambda value: value.key), 2)


def _way(
    ties: Sequence[tuple[float, tuple[RecordKey, RecordKey]]], start: RecordKey, end: RecordKey
) -> tuple[tuple[RecordKey, RecordKey], ...]:
    """The way from start to end in the tree that the strongest ties make."""
    next_to: dict[RecordKey, list[RecordKey]] = {}
    home: dict[RecordKey, RecordKey] = {}

    def root(key: RecordKey) -> RecordKey:
        while home.setdefault(key, key) != key:
            key = home[key]
        return key

    for _, (a, b) in ties:
        if root(a) != root(b):
            home[root(a)] = root(b)
            next_to.setdefault(a, []).append(b)
            next_to.setdefault(b, []).append(a)
    came_from: dict[RecordKey, RecordKey] = {start: start}
    frontier = [start]
    while frontier and end not in came_from:
        key = frontier.pop()
        for other in next_to.get(key, ()):
            if other not in came_from:
                came_from[other] = key
                frontier.append(other)
    way = []
    while end in came_from and end != start:
        way.append((came_from[end], end))
        end = came_from[end]
    return tuple(reversed(way))
