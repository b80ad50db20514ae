"""Term frequencies of a table's columns: counted at training, looked up at scoring."""

import numpy as np
import numpy.typing as npt

from identity.model.frequencies import Frequencies, counted
from identity.model.shares import CountedShares
from identity.model.types import Model
from identity.scoring.exact import log2_all
from identity.scoring.weights import Weights, quantise_all
from identity.tabular.columns import Column, Columns


def count_columns(columns: Columns, model: Model) -> dict[str, Frequencies]:
    """The frequencies of every column that a level of the model names, counted."""
    names = {level.frequency for spec in model.comparisons for level in spec.levels} - {""}
    return {name: counted(_count(columns[name])) for name in sorted(names)}


def _count(column: Column) -> CountedShares:
    known = column.ids[column.ids >= 0]
    return CountedShares.of_column(column.texts, np.bincount(known, minlength=len(column.texts)))


def shares_of(column: Column, table: Frequencies) -> npt.NDArray[np.float64]:
    """`table.of`, for each of the column's texts."""
    if isinstance(table.shares, CountedShares):
        places = table.shares.places(column.texts)
        own = np.append(table.shares.counts / table.shares.total, table.fallback)
        return np.asarray(np.maximum(own[places], table.floor))
    return np.asarray([table.of(text) for text in column.texts.to_pylist()], np.float64)


def rarities(column: Column, table: Frequencies, u: float) -> Weights:
    """What bearing each of the column's texts adds to a match weight, in bits."""
    if not len(column.texts):
        return np.empty(0)
    return quantise_all(-log2_all(shares_of(column, table) / (table.typical or u)))
