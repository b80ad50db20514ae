"""Rows of a table as Arrow batches and back: times, truth values and bytes stay what they are."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, LargeBinary, MetaData, Table
from sqlalchemy import Text as TextType
from sqlalchemy.types import TypeEngine

from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.known_errors import driver_errors
from daifuku.storage.types import UtcDateTime

_PIECE = 2_000
_TIME = pa.timestamp("us", tz="UTC")

_ARROW: tuple[tuple[type[TypeEngine[Any]], pa.DataType], ...] = (
    (UtcDateTime, _TIME),
    (Boolean, pa.bool_()),
    (Integer, pa.int64()),
    (Float, pa.float64()),
    (LargeBinary, pa.binary()),
    (TextType, pa.string()),
)
_STORED: dict[pa.DataType, TypeEngine[Any]] = {
    _TIME: UtcDateTime(),
    pa.bool_(): Boolean(),
    pa.int64(): BigInteger(),
    pa.float64(): Float(),
    pa.binary(): LargeBinary(),
    pa.string(): TextType(),
}


def schema_of(table: Table) -> pa.Schema:
    """The table's columns as Arrow names them."""
    return pa.schema(
        [pa.field(column.name, _arrow(column.type), column.nullable) for column in table.columns]
    )


def read_batches(tx: Transaction, table: Table) -> Iterator[pa.RecordBatch]:
    """The table's rows, in pieces of its `schema_of`."""
    schema = schema_of(table)
    for rows in _pieces(tx, table):
        columns = zip(*rows, strict=True)
        arrays = [_array(values, field) for values, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def insert_batch(tx: Transaction, name: str, batch: pa.RecordBatch) -> None:
    """Insert rows that are known to be new, with the columns the batch names."""
    rows = [*zip(*(column.to_pylist() for column in batch.columns), strict=True)]
    insert_rows(tx, _table(name, batch.schema), batch.schema.names, rows)


def _pieces(tx: Transaction, table: Table) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows as the driver gives them, a piece at a time."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'SELECT {names} FROM "{table.name}"'  # noqa: S608 names of our own
    server_side = {} if tx.dialect.name == "sqlite" else {"name": "backup"}
    cursor: Any = tx.connection.cursor(**server_side)
    try:
        with driver_errors(tx):
            cursor.execute(statement)
            while rows := cursor.fetchmany(_PIECE):
                yield rows
    finally:
        cursor.close()


def _array(values: Sequence[Any], field: pa.Field) -> pa.Array:
    """A column as it comes from the driver: SQLite has times as text and truth as numbers."""
    first = next((value for value in values if value is not None), None)
    if field.type == _TIME and isinstance(first, str):
        return pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(_TIME)
    if field.type == pa.bool_() and not isinstance(first, bool):
        return pa.array(values, pa.int64()).cast(pa.bool_())
    return pa.array(values, field.type)


def _arrow(kind: TypeEngine[Any]) -> pa.DataType:
    for known, arrow in _ARROW:
        if isinstance(kind, known):
            return arrow
    raise TypeError(f"a backup has no form for a column of {kind!r}")


@lru_cache(maxsize=64)
def _table(name: str, schema: pa.Schema) -> Table:
    return Table(name, MetaData(), *(Column(field.name, _STORED[field.type]) for field in schema))
