"""Resolving a table by a model over its own columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from api.dedupe.cells import ABSENT, Cells, Numbers
from identity.model.types import Model
from identity.scoring.weights import probability
from identity.tabular.resolve import resolve_table
from identity.training import train_table


@dataclass(frozen=True, slots=True, eq=False)
class ByModel:
    """The cluster of each row, named by one of its rows; how sure its best link there is, 1 where
    it has none; and the pairs of clusters, by name, that may be one."""

    labels: Numbers
    chances: npt.NDArray[np.float64]
    possible: int


def resolve_cells(cells: Cells, model: Model, *, train: bool = False) -> ByModel:
    """Resolve the rows of a table. A model without numbers, or one to `train`, learns them first,
    from the table and without labels.

    Raises:
        ModelError: the table lacks a column the model names.
    """
    table = _table(cells)
    if train or not model.trained:
        model = train_table(table, model)
    found = resolve_table(table, model)
    inside = found.labels[found.first] == found.labels[found.second]
    best = np.full(cells.count, -np.inf)
    for ends in (found.first, found.second):
        np.maximum.at(best, ends[inside], found.weights[inside])
    weights, where = np.unique(best, return_inverse=True)
    chances = [
        round(probability(weight, model), 6) if weight > -np.inf else 1.0
        for weight in weights.tolist()
    ]
    ends = np.sort(found.labels[np.stack((found.first[~inside], found.second[~inside]))], axis=0)
    possible = len(np.unique(ends, axis=1).T)
    return ByModel(found.labels, np.asarray(chances)[where], possible)


def _table(cells: Cells) -> pa.Table:
    """The cells as texts; what is empty is missing."""
    columns = {}
    for name, column in cells.columns.items():
        texts = [None if value in (None, "") else str(value) for value in column.values]
        places = pa.array(column.rows, pa.int32(), mask=column.rows == ABSENT)
        columns[name] = pa.array(texts, pa.string()).take(places)
    return pa.table(columns)
