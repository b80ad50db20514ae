"""A table made ready: its columns, its candidate pairs and their levels, once for all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from identity.kernel import candidate_pairs
from identity.kernel.arrays import Ints
from identity.model.types import Model
from identity.tabular.columns import Columns, Ids
from identity.tabular.derive import Order, encode_table, read_column
from identity.tabular.keys import block_keys
from identity.tabular.levels import LevelNumbers, levels
from identity.tabular.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Rows in the order of their keys. `order[row]` is where the row stands in the table.

    `first` and `second` are the candidate pairs, `levels` what their comparisons reached.
    `sources` numbers each row's source where the model asks for it.
    """

    columns: Columns
    program: Program
    order: Order
    first: Ints
    second: Ints
    levels: LevelNumbers
    sources: Ids | None
    source_names: tuple[str, ...]

    @property
    def rows(self) -> int:
        return self.columns.rows

    @property
    def all_pairs(self) -> float:
        """How many pairs of rows there are."""
        return self.rows * (self.rows - 1) / 2


def prepare(table: pa.Table, model: Model) -> Prepared:
    """Make a table ready for training and resolution under any model with the same columns,
    comparisons and blocking.

    Raises:
        ModelError: the table lacks a column the model names.
    """
    order = _order(table, model)
    columns, program = encode_table(table, model, order)
    first, second = candidate_pairs(block_keys(columns, model))
    found = levels(program, columns, first, second)
    places = np.arange(table.num_rows) if order is None else order
    return Prepared(columns, program, places, first, second, found, *_sources(table, model, places))


def _order(table: pa.Table, model: Model) -> Order | None:
    """The rows by their keys; None where they stand so already, or have no key."""
    if not model.key:
        return None
    keys = read_column(table, model.key).combine_chunks()
    if len(keys) < 2 or pc.all(pc.less_equal(keys[:-1], keys[1:])).as_py():
        return None
    return np.asarray(pc.array_sort_indices(keys), np.int64)


def _sources(
    table: pa.Table, model: Model, places: npt.NDArray[np.int64]
) -> tuple[Ids | None, tuple[str, ...]]:
    if not (model.source and model.one_per_source):
        return None, ()
    values = read_column(table, model.source).combine_chunks().dictionary_encode()
    ids = np.asarray(pc.fill_null(values.indices.cast(pa.int32()), -1), np.int32)
    return ids[places], tuple(values.dictionary.to_pylist())
