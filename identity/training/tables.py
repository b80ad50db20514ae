"""Fitting a table model without labels: everything it needs is in the table.

`u` comes from random pairs, exactly where a level means that a column is equal. Then a mixture
is fitted to the patterns of levels of all candidate pairs: the same entity, and one class of
different entities per blocking rule, for each rule finds its own kind of namesakes, household
members or colleagues. They become the model's `relations`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from identity.kernel import patterns
from identity.kernel.arrays import Ints
from identity.model.frequencies import Frequencies
from identity.model.types import Level, Model, RelationSpec
from identity.model.version import content_digest
from identity.tabular.frequencies import count_columns
from identity.tabular.levels import levels
from identity.tabular.prepared import Prepared, prepare
from identity.training.chance import chances
from identity.training.mixture import Counted, Floats, Mixture, fit_mixture
from identity.training.starts import Sample, rule_starts, same_start

RANDOM_PAIRS = 500_000
_ENOUGH = 1_000_000
"""Candidates from which a model is learned: with more of them it stays the same."""
_SAME_AT_FIRST = 0.3
_FEWEST = 1.0
"""A class of fewer pairs is no relation."""
_LEAST = 1e-7
_DIGITS = 7
_PRIOR_RANGE = (1e-12, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Pairs of rows, numbered as in the table, that are known to be one entity, or two."""

    first: Ints
    second: Ints
    same: npt.NDArray[np.bool_]


def train_table(
    table: pa.Table,
    model: Model,
    *,
    labels: Labels | None = None,
    seed: int = 0,
    random_pairs: int = RANDOM_PAIRS,
) -> Model:
    """`model` with m, u, prior, relations and term frequencies learned from the table.

    The same rows give the same model; in any order where the model names a `key`. Labelled
    pairs count for what they are said to be, whether or not they are candidates.

    Raises:
        ModelError: the table lacks a column the model names.
    """
    ready = prepare(table, model)
    return train_prepared(ready, model, labels=labels, seed=seed, random_pairs=random_pairs)


def train_prepared(
    ready: Prepared,
    model: Model,
    *,
    labels: Labels | None = None,
    seed: int = 0,
    random_pairs: int = RANDOM_PAIRS,
) -> Model:
    """`train_table`, of a table made ready. Without candidate pairs the model stays as it is."""
    if not len(ready.first):
        return model
    tables = count_columns(ready.columns, model)
    strangers, candidates = _at_random(ready, seed, random_pairs), _some_candidates(ready)
    u = _strangers(strangers, model, tables)
    widths = [len(spec.levels) for spec in model.comparisons]
    places, counted = _count(ready, candidates, labels)
    starts = [same_start(widths), *rule_starts(ready.columns, model, candidates, strangers, u)]
    mixture = fit_mixture(counted, starts, u, ready.all_pairs, _SAME_AT_FIRST)
    learned = chances(
        ready.columns, candidates, model, tables, places=places, likely=mixture.likely
    )
    return _assembled(model, mixture, u, pairs=ready.all_pairs, tables=tables, chance=learned)


def _at_random(ready: Prepared, seed: int, pairs: int) -> Sample:
    """Pairs drawn at random, in the order of their rows: so they are read from memory faster."""
    chance = np.random.default_rng(seed)
    one = chance.integers(0, ready.rows, pairs)
    step = chance.integers(1, ready.rows, pairs)
    codes = np.sort(one * ready.rows + (one + step) % ready.rows)
    first, second = (side.astype(np.int32) for side in np.divmod(codes, ready.rows))
    return Sample(first, second, levels(ready.program, ready.columns, first, second))


def _some_candidates(ready: Prepared) -> Sample:
    some = slice(None, None, max(len(ready.first) // _ENOUGH, 1))
    return Sample(ready.first[some], ready.second[some], ready.levels[:, some])


def _strangers(sample: Sample, model: Model, tables: dict[str, Frequencies]) -> list[Floats]:
    """u: the shares of levels among random pairs."""
    found = []
    for spec, reached in zip(model.comparisons, sample.levels, strict=True):
        counts = np.bincount(reached, minlength=256)[: len(spec.levels)] + 0.5
        u = counts / counts.sum()
        exact = _equality(spec.levels[0])
        if exact in tables:
            u[0] = tables[exact].typical
            u[1:] *= (1 - u[0]) / u[1:].sum()
        found.append(u)
    return found


def _equality(level: Level) -> str:
    """The column whose equality is all that the level asks, if it is so simple."""
    columns = {(check.column, check.other) for clause in level.when for check in clause}
    if len(columns) == 1 and len(level.when) == 1 and level.frequency:
        column, other = columns.pop()
        return column if column == other == level.frequency else ""
    return ""


def _count(ready: Prepared, candidates: Sample, labels: Labels | None) -> tuple[Ints, Counted]:
    """The pattern of each of these candidates, and how often each pattern is there among all."""
    worth = len(ready.first) / len(candidates.first)
    if labels is None:
        first, places = patterns(list(candidates.levels))
        none = np.zeros(len(first))
        counts = np.bincount(places).astype(np.float64) * worth
        return places, Counted(candidates.levels[:, first], counts, none, none)
    where = np.empty(ready.rows, np.int32)
    where[ready.order] = np.arange(ready.rows)
    a, b = where[labels.first], where[labels.second]
    low, high = np.minimum(a, b), np.maximum(a, b)
    told = levels(ready.program, ready.columns, low, high)
    both = np.concatenate((candidates.levels, told), axis=1)
    first, everywhere = patterns(list(both))
    places, said = everywhere[: len(candidates.first)], everywhere[len(candidates.first) :]
    codes = candidates.first * np.int64(ready.rows) + candidates.second
    known = np.isin(codes, low * np.int64(ready.rows) + high)
    count = len(first)
    counted = Counted(
        both[:, first],
        np.bincount(places[~known], minlength=count).astype(np.float64) * worth,
        np.bincount(said[labels.same], minlength=count).astype(np.float64),
        np.bincount(said[~labels.same], minlength=count).astype(np.float64),
    )
    return places, counted


def _assembled(
    model: Model,
    mixture: Mixture,
    u: Sequence[Floats],
    *,
    pairs: float,
    tables: dict[str, Frequencies],
    chance: Sequence[dict[str, float]],
) -> Model:
    """The model with what was found, under a version that names it."""
    comparisons = tuple(
        replace(spec, levels=_levels(spec.levels, mixture.shares[0][k], u[k]))
        for k, spec in enumerate(model.comparisons)
    )
    relations = tuple(
        RelationSpec(
            rule.name,
            _rounded(mixture.sizes[j] / pairs),
            {
                spec.name: dict(
                    zip((v.name for v in spec.levels), _whole(mixture.shares[j][k]), strict=True)
                )
                for k, spec in enumerate(model.comparisons)
            },
            chance[j],
        )
        for j, rule in enumerate(model.blocking, 1)
        if mixture.sizes[j] >= _FEWEST
    )
    trained = replace(
        model,
        prior=_rounded(float(np.clip(mixture.sizes[0] / pairs, *_PRIOR_RANGE))),
        comparisons=comparisons,
        relations=relations,
        frequencies=tables,
    )
    return replace(trained, version=f"{model.version}+trained-{content_digest(trained)}")


def _levels(found: tuple[Level, ...], m: Floats, u: Floats) -> tuple[Level, ...]:
    return tuple(
        replace(level, m=a, u=b)
        for level, a, b in zip(found, _whole(m), _whole(u, least=0.0), strict=True)
    )


def _whole(shares: Floats, least: float = _LEAST) -> list[float]:
    """Shares that a model file can hold: few digits, none of them 0 or 1."""
    kept = np.maximum(shares, least)
    return [min(_rounded(share), 1 - 1e-7) for share in (kept / kept.sum()).tolist()]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
