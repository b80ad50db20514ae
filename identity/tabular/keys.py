"""The block keys of a table's rows, as numbers without collisions."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import Keys
from identity.model.types import BlockingRule, Model
from identity.tabular.columns import Columns

_ROOM = 1 << 62


def block_keys(columns: Columns, model: Model) -> Iterator[Keys]:
    """The keys of each blocking rule, one rule after the other."""
    for rule in model.blocking:
        yield rule_keys(columns, rule)


def rule_keys(columns: Columns, rule: BlockingRule) -> Keys:
    """The keys of one rule: equal where rows agree on all its columns and miss none."""
    chosen = [columns[name] for name in rule.columns]
    rows = np.flatnonzero(np.logical_and.reduce([column.ids >= 0 for column in chosen]))
    keys: npt.NDArray[np.int64] = np.zeros(len(rows), np.int64)
    span = 1
    for column in chosen:
        if span * max(len(column.texts), 1) > _ROOM:
            distinct, keys = np.unique(keys, return_inverse=True)
            span = len(distinct)
        keys = keys * len(column.texts) + column.ids[rows]
        span *= max(len(column.texts), 1)
    return Keys(keys.astype(np.uint64), rows.astype(np.int32), rule.cap)
