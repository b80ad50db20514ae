"""Counted values as they are kept with a model: in its YAML when few, else in a Parquet table."""

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from daifuku.errors import ModelError
from identity.model.shares import CountedShares

Counts = Mapping[str, Callable[[int], CountedShares]]
"""By column: the shares of its values, once it is known how many values were counted."""

_SCHEMA = pa.schema([("column", pa.string()), ("value", pa.large_string()), ("count", pa.int64())])


def dump_counts(tables: Mapping[str, CountedShares]) -> bytes:
    """The counts of these columns as one Parquet table."""
    parts = [
        pa.table(
            [
                pa.array([name] * len(shares), pa.string()),
                shares.texts,
                pa.array(shares.counts, pa.int64()),
            ],
            schema=_SCHEMA,
        )
        for name, shares in sorted(tables.items())
    ]
    sink = BytesIO()
    pq.write_table(pa.concat_tables(parts) if parts else _SCHEMA.empty_table(), sink)
    return sink.getvalue()


def parse_counts(body: bytes) -> Counts:
    """What `dump_counts` wrote; nothing where there is nothing."""
    if not body:
        return {}
    table = pq.read_table(pa.BufferReader(body), schema=_SCHEMA)
    names = pc.unique(table["column"]).to_pylist()
    return {name: partial(_of_column, table, name) for name in names}


def read_counts(path: Path) -> Counts:
    """The counts in a file.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        return parse_counts(path.read_bytes())
    except (OSError, pa.ArrowInvalid) as error:
        raise ModelError(
            f"{path} cannot be read: {error.__class__.__name__}.",
            hint="It holds the counted values of the model beside it: keep both files together.",
        ) from None


def inline_counts(values: Mapping[str, int], total: int) -> CountedShares:
    """Counts given one by one."""
    texts = pa.array(sorted(values), pa.large_string())
    return CountedShares(texts, np.asarray([values[t] for t in sorted(values)], np.int64), total)


def _of_column(table: pa.Table, name: str, total: int) -> CountedShares:
    rows = table.filter(pc.equal(table["column"], name)).combine_chunks()
    texts = rows["value"].combine_chunks() if rows.num_rows else pa.array([], pa.large_string())
    return CountedShares(texts, np.asarray(rows["count"], np.int64), total)
