"""Where the classes of the mixture begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from identity.kernel.arrays import Flags, Ints
from identity.model.sentences import named
from identity.model.types import Model
from identity.tabular.columns import Columns
from identity.tabular.levels import LevelNumbers
from identity.training.mixture import Floats

_BEST, _WORST = 0.75, 0.1
_STRAY = 0.1
"""How much of a comparison that a rule does not look at is spread over all levels evenly."""
_SPREAD = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some pairs of rows, and the levels they reach."""

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
    columns: Columns, model: Model, candidates: Sample, strangers: Sample, u: Sequence[Floats]
) -> Iterator[list[Floats]]:
    """A class per blocking rule: its own columns agree, the rest is as among strangers.

    How the comparisons that look at a rule's columns come out is learned from the strangers, pairs
    taken at random, that agree on these, and where there are none from the rule's candidates.
    """
    roots = _roots(model)
    looked = [
        {root for level in spec.levels for name in named(level.when) for root in roots[name]}
        for spec in model.comparisons
    ]
    among_candidates = _Agreement(columns, candidates.first, candidates.second)
    at_random = _Agreement(columns, strangers.first, strangers.second)
    for rule in model.blocking:
        agree = among_candidates.on(rule.columns)
        found = []
        for k, shares in enumerate(u):
            own = [name for name in rule.columns if roots[name] & looked[k]]
            if own:
                found.append(
                    _start(
                        strangers.levels[k][at_random.on(own)],
                        candidates.levels[k][agree],
                        len(shares),
                    )
                )
            else:
                found.append((1 - _STRAY) * shares + _STRAY / len(shares))
        yield found


def _start(at_random: LevelNumbers, candidates: LevelNumbers, width: int) -> Floats:
    counts = np.bincount(at_random, minlength=256)[:width].astype(np.float64)
    seen = np.bincount(candidates, minlength=256)[:width]
    counts += seen / max(seen.sum(), 1)
    counts += _SPREAD * max(counts.sum(), 1) / width
    return np.asarray(counts / counts.sum())


class _Agreement:
    """Which of some pairs have the same values in columns."""

    def __init__(self, columns: Columns, first: Ints, second: Ints) -> None:
        self._columns, self._first, self._second = columns, first, second
        self._known: dict[str, Flags] = {}

    def on(self, names: Sequence[str]) -> Flags:
        """The pairs that agree on all of these columns."""
        return np.asarray(np.logical_and.reduce([self._on(name) for name in names]))

    def _on(self, name: str) -> Flags:
        if name not in self._known:
            ids = self._columns[name].ids
            one = ids[self._first]
            self._known[name] = (one >= 0) & (one == ids[self._second])
        return self._known[name]


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
