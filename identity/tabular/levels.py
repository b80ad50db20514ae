"""Which level each comparison of a pair of rows reaches."""

import numpy as np
import numpy.typing as npt

from identity import kernel
from identity.kernel.arrays import Ints
from identity.model.conditions import TEXT_OPS
from identity.tabular.columns import Columns
from identity.tabular.program import Program

LevelNumbers = npt.NDArray[np.uint8]


def levels(program: Program, columns: Columns, a: Ints, b: Ints) -> LevelNumbers:
    """One row per comparison: the level of each pair (a[i], b[i]), MISSING for nothing there."""
    ids = [column.ids for column in columns.columns]
    read = np.unique(program.first[np.isin(program.ops, list(TEXT_OPS))]).tolist()
    texts = {number: columns.columns[number].points for number in read}
    return kernel.levels(program, ids, texts, a, b)
