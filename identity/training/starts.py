"""Where the classes of the mixture begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from identity.kernel.arrays import Flags, Ints
from identity.model.sentences import named
from identity.model.types import Model
from identity.tabular.columns import Columns
from identity.tabular.levels import LevelNumbers
from identity.tabular.prepared import Prepared
from identity.training.mixture import Floats

_BEST, _WORST = 0.75, 0.1
_STRAY = 0.1
"""How much of a comparison that a rule does not look at is spread over all levels evenly."""
_SPREAD = 0.002
_ENOUGH = 500_000
"""Candidates that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Random pairs, and the levels they reach."""

    first: Ints
    second: Ints
    levels: LevelNumbers


def same_start(widths: Sequence[int]) -> list[Floats]:
    """The same entity: mostly the highest level, at times the lowest."""
    found = []
    for width in widths:
        shares = np.full(width, (1 - _BEST - _WORST) / max(width - 2, 1))
        shares[0], shares[-1] = _BEST, _WORST
        found.append(shares / shares.sum())
    return found


def rule_starts(
    ready: Prepared, model: Model, sample: Sample, u: Sequence[Floats]
) -> Iterator[list[Floats]]:
    """A class per blocking rule: its own columns agree, the rest is as among strangers.

    How the comparisons that look at a rule's columns come out is learned from the random pairs
    that agree on these, and where there are none from the rule's candidates.
    """
    roots = _roots(model)
    looked = [
        {root for level in spec.levels for name in named(level.when) for root in roots[name]}
        for spec in model.comparisons
    ]
    some = slice(None, None, max(len(ready.first) // _ENOUGH, 1))
    first, second, reached = ready.first[some], ready.second[some], ready.levels[:, some]
    for rule in model.blocking:
        agree = _agree(ready.columns, rule.columns, first, second)
        found = []
        for k, shares in enumerate(u):
            own = [name for name in rule.columns if roots[name] & looked[k]]
            if own:
                chance = _agree(ready.columns, own, sample.first, sample.second)
                found.append(_start(sample.levels[k][chance], reached[k][agree], len(shares)))
            else:
                found.append((1 - _STRAY) * shares + _STRAY / len(shares))
        yield found


def _start(at_random: LevelNumbers, candidates: LevelNumbers, width: int) -> Floats:
    counts = np.bincount(at_random, minlength=256)[:width].astype(np.float64)
    seen = np.bincount(candidates, minlength=256)[:width]
    counts += seen / max(seen.sum(), 1)
    counts += _SPREAD * max(counts.sum(), 1) / width
    return np.asarray(counts / counts.sum())


def _agree(columns: Columns, names: Sequence[str], first: Ints, second: Ints) -> Flags:
    together = np.ones(len(first), np.bool_)
    for name in names:
        ids = columns[name].ids
        together &= (ids[first] >= 0) & (ids[first] == ids[second])
    return together


def _roots(model: Model) -> dict[str, set[str]]:
    """The table columns that each of the model's columns comes from."""
    roots: dict[str, set[str]] = {}
    for column in model.columns:
        roots[column.name] = (
            {root for name in column.sources for root in roots[name]}
            if column.derived
            else set(column.sources)
        )
    return roots
