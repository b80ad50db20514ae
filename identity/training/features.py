"""Fitting a match model to records without labels.

`u` comes from random pairs, which are almost all strangers. `m` and the prior come from
expectation maximisation over the candidate pairs, in which only the matches' class is free:
strangers, with their term frequencies, and the model's relations explain the rest. Pairs that
are no candidates count as non-matches. Estimates are drawn to the model they start from where
the data is thin.

Winkler, Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model, 1988.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Any

import numpy as np
import numpy.typing as npt

from identity.blocking import block_keys
from identity.candidates import KeyIndex
from identity.features import Features
from identity.model.types import Model
from identity.scoring.table import Scores, Table

Floats = npt.NDArray[np.float64]

_ITERATIONS = 100
_CLOSE = 1e-5
_THIN_M = 50.0
_THIN_U = 1_000_000.0
"""How many pairs the model's own m and u are worth beside those counted."""
_LEAST = 1e-12
_PRIOR_RANGE = (1e-9, 0.1)


@dataclass(frozen=True, slots=True)
class Fit:
    """What expectation maximisation found: how many pairs match, and their levels' shares."""

    matches: float
    m: list[Floats]


def train(
    records: Iterable[Features], model: Model, *, seed: int = 0, random_pairs: int = 1_000_000
) -> Model:
    """`model` with m, u and prior fitted to these records, under a new version.

    The same records, in any order, give the same model. The shares of relations grow or
    shrink with the prior: where matches are denser, households are too. Without any
    candidate pair the model is returned as it is.
    """
    distinct = sorted({item.digest: item for item in records}.values(), key=lambda f: f.digest)
    index = KeyIndex(model)
    for item in distinct:
        index.append(block_keys(item, model))
    first, second = index.pairs()
    if not len(first):
        return model
    model = _with_u(model, Table(model, distinct), seed, random_pairs)
    pairs = len(distinct) * (len(distinct) - 1) / 2
    fit = fit_matches(Table(model, distinct).compare(first, second), pairs, model)
    return _fitted(model, fit, float(np.clip(fit.matches / pairs, *_PRIOR_RANGE)))


def fit_matches(scores: Scores, pairs: float, model: Model) -> Fit:
    """Expectation maximisation of m and the prior.

    `scores` are the candidates' under `model`, `pairs` counts all pairs there are.
    """
    shares = [np.asarray([v.m for v in spec.levels]) for spec in model.comparisons]
    known = [np.flatnonzero(level >= 0) for level in scores.levels]
    evidence = scores.weights - model.prior_weight
    fitted, matches = shares, model.prior * pairs
    for _ in range(_ITERATIONS):
        odds = np.full(len(evidence), log2(matches / max(pairs - matches, 1)))
        odds += evidence
        for rows, level, new, old in zip(known, scores.levels, fitted, shares, strict=True):
            odds[rows] += np.log2(new / old)[level[rows]]
        likely = 1 / (1 + np.exp2(-np.clip(odds, -500, 500)))
        before, matches = matches, float(max(likely.sum(), _LEAST))
        fitted = [
            _shrunk(np.bincount(level[rows], likely[rows], len(start)), start, _THIN_M)
            for rows, level, start in zip(known, scores.levels, shares, strict=True)
        ]
        if abs(matches - before) <= _CLOSE * before:
            break
    return Fit(matches, fitted)


def _with_u(model: Model, table: Table, seed: int, pairs: int) -> Model:
    """The model with u counted among random pairs that neither match nor look related."""
    chance = np.random.default_rng(seed)
    first = chance.integers(0, len(table), pairs)
    second = (first + chance.integers(1, len(table), pairs)) % len(table)
    scores = table.compare(first, second)
    strangers = (scores.weights < model.possible_weight) & (scores.penalties > -1)
    counted = []
    for level, spec in zip(scores.levels, model.comparisons, strict=True):
        seen = level[strangers & (level >= 0)]
        counts = np.bincount(seen, minlength=len(spec.levels))
        counted.append(_shrunk(counts, np.asarray([v.u for v in spec.levels]), _THIN_U))
    return _with_shares(model, u=counted)


def _shrunk(counts: npt.NDArray[Any], start: Floats, worth: float) -> Floats:
    total = counts + worth * start
    return np.asarray(total / total.sum())


def _with_shares(
    model: Model, *, m: Sequence[Floats] | None = None, u: Sequence[Floats] | None = None
) -> Model:
    comparisons = tuple(
        replace(
            spec,
            levels=tuple(
                replace(
                    level,
                    m=float(m[k][i]) if m is not None else level.m,
                    u=float(u[k][i]) if u is not None else level.u,
                )
                for i, level in enumerate(spec.levels)
            ),
        )
        for k, spec in enumerate(model.comparisons)
    )
    return replace(model, comparisons=comparisons)


def _fitted(model: Model, fit: Fit, prior: float) -> Model:
    density = prior / model.prior
    trained = replace(
        _with_shares(model, m=fit.m),
        prior=prior,
        relations=tuple(replace(r, share=min(r.share * density, 0.1)) for r in model.relations),
    )
    said = repr((trained.comparisons, trained.relations, prior)).encode()
    digest = hashlib.blake2b(said, digest_size=4).hexdigest()
    return replace(trained, version=f"{model.version}+trained-{digest}")
