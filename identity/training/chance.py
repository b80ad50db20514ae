"""How far the values that a relation's pairs share are shared by chance."""

import numpy as np

from identity.kernel.arrays import Ints
from identity.model.frequencies import Frequencies
from identity.model.shares import CountedShares
from identity.model.types import Model
from identity.tabular.columns import Columns
from identity.tabular.frequencies import shares_of
from identity.training.mixture import Floats
from identity.training.starts import Sample

_STEPS = 30
_FEWEST = 20.0
_DIGITS = 3


def chances(
    columns: Columns,
    candidates: Sample,
    model: Model,
    tables: dict[str, Frequencies],
    *,
    places: Ints,
    likely: Floats,
) -> list[dict[str, float]]:
    """By class, and by comparison with term frequencies: 1 where the values its pairs agree on
    are spread as if drawn twice at random, common ones above all, 0 where as if drawn once.

    `likely` are the classes of each pattern, `places` the pattern of each candidate.
    """
    found: list[dict[str, float]] = [{} for _ in range(likely.shape[1])]
    for k, spec in enumerate(model.comparisons):
        rare, pairs = np.zeros(len(likely)), np.zeros(len(likely))
        table: Frequencies | None = None
        for number, level in enumerate(spec.levels):
            if level.frequency and (table is None or table is tables[level.frequency]):
                table = tables[level.frequency]
                rows = np.flatnonzero(candidates.levels[k] == number)
                column = columns[level.frequency]
                logs = np.log2(np.append(shares_of(column, table), table.floor))
                a, b = column.ids[candidates.first[rows]], column.ids[candidates.second[rows]]
                rare += np.bincount(places[rows], np.maximum(logs[a], logs[b]), len(likely))
                pairs += np.bincount(places[rows], minlength=len(likely))
        if table is not None:
            for j, by_comparison in enumerate(found):
                weight = float((likely[:, j] * pairs).sum())
                mean = float((likely[:, j] * rare).sum()) / weight if weight else 0.0
                by_comparison[spec.name] = exponent(table, mean) if weight >= _FEWEST else 1.0
    return found


def exponent(table: Frequencies, mean: float) -> float:
    """Which exponent makes the values of the table as common on average, in log2, as `mean`."""
    if not isinstance(table.shares, CountedShares) or not len(table.shares):
        return 1.0
    shares, parts = table.shares.distinct
    logs = np.log2(shares)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _mean(parts, logs, middle) < mean:
            low = middle
        else:
            high = middle
    return round((low + high) / 2, _DIGITS)


def _mean(parts: Floats, logs: Floats, exponent: float) -> float:
    weight = parts * np.exp2(exponent * logs)
    return float((weight * logs).sum() / weight.sum())
