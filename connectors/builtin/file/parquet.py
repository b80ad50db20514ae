"""Parquet files, read in batches."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.builtin.file.rows import BadRow, Row, Table, clean_row
from connectors.json_values import json_row
from daifuku.errors import ConfigError

_BATCH = 1_000


def open_parquet(file: BinaryIO) -> Table:
    """The table in a Parquet file.

    Raises:
        ConfigError: it cannot be read as Parquet.
    """
    try:
        reader = pq.ParquetFile(file)
        columns = tuple(reader.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(error) from None
    if len(set(columns)) != len(columns):
        raise ConfigError("Two columns of the file have one name.", hint="Rename one of them.")
    return Table(columns, _rows(reader), "Parquet")


def _rows(reader: Any) -> Iterator[Row | BadRow]:
    number = 0
    batches = reader.iter_batches(batch_size=_BATCH)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _unreadable(error) from None
        if batch is None:
            return
        for row in _decoded(batch):
            number += 1
            if row is None:
                yield BadRow(number, "bad_encoding", "The row has bytes that are no text.")
            else:
                yield clean_row(number, json_row(row))


def _decoded(batch: Any) -> Iterator[dict[str, Any] | None]:
    """The batch's rows, None for one that cannot be decoded."""
    try:
        rows = batch.to_pylist()
    except (pa.ArrowException, ValueError, OverflowError):
        rows = None
    if rows is not None:
        yield from rows
    else:
        for at in range(batch.num_rows):
            try:
                yield batch.slice(at, 1).to_pylist()[0]
            except (pa.ArrowException, ValueError, OverflowError):
                yield None


def _unreadable(error: Exception) -> ConfigError:
    return ConfigError(
        f"The file cannot be read as Parquet ({type(error).__name__}).", hint="Write it anew."
    )
