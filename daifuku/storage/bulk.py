"""Writes many rows at once, the fastest safe way of each database.

SQLite takes the driver's executemany; PostgreSQL takes arrays, a column each, in one statement,
or COPY where rows are many and new. Rows are tuples in the order of `columns`, values as in the
tables: aware datetimes, bytes, text without NUL.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Dialect, Table

from daifuku.storage.driver import execute, execute_in, execute_many, fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.known_errors import driver_errors
from daifuku.storage.pipeline import unpipelined
from daifuku.storage.types import UtcDateTime

Row = Sequence[Any]

COPIED_FROM = 200
"""PostgreSQL: from so many rows, COPY beats arrays."""

_AT_ONCE = 10_000
"""PostgreSQL: rows that one statement takes as arrays."""


def allocate_ids(tx: Transaction, table: Table, count: int) -> range | list[int]:
    """Ids for `count` rows to be inserted in this transaction; never handed out again."""
    if tx.dialect.name == "sqlite":
        found = fetch(tx, "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
        last = int(found[0][0]) if found else 0
        return range(last + 1, last + 1 + count)
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    ids = fetch(tx, f"SELECT nextval({sequence}) FROM generate_series(1, ?)", (count,))  # noqa: S608 names of our own
    return [int(id) for (id,) in ids]


def insert_rows(tx: Transaction, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows that are known to be new."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        execute_many(tx, _insert(table, tuple(columns)), _for_sqlite(table, columns, rows))
    elif len(rows) < COPIED_FROM:
        _from_arrays(tx, table, columns, rows, _insert_selected(table, columns))
    else:
        _copy(tx, table.name, columns, rows)


def update_rows(
    tx: Transaction, table: Table, columns: Sequence[str], rows: Sequence[Row], *, key: str = "id"
) -> None:
    """Set `columns` of the rows whose `key`, one of the columns, has the given value."""
    if not rows:
        return
    place = list(columns).index(key)
    changed = [name for name in columns if name != key]
    if tx.dialect.name == "sqlite":
        moved = [
            (*row[:place], *row[place + 1 :], row[place])
            for row in _for_sqlite(table, columns, rows)
        ]
        execute_many(tx, _update(table, tuple(changed), key), moved)
        return
    assignments = ", ".join(f'"{name}" = s."{name}"' for name in changed)
    statement = (
        f'UPDATE "{table.name}" t SET {assignments} FROM {{rows}} WHERE t."{key}" = s."{key}"'  # noqa: S608 names of our own
    )
    _from_arrays(tx, table, columns, rows, statement)


def upsert_rows(
    tx: Transaction,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
) -> None:
    """Insert rows, or set the other columns where a row with this `key` is there already.

    A row that holds these values already is not written. No key may come twice.
    """
    if not rows:
        return
    conflict = _on_conflict(tx, table, columns, key)
    if tx.dialect.name == "sqlite":
        statement = _insert(table, tuple(columns)) + conflict
        execute_many(tx, statement, _for_sqlite(table, columns, rows))
    else:
        _from_arrays(tx, table, columns, rows, _insert_selected(table, columns) + conflict)


def delete_rows(tx: Transaction, table: Table, column: str, values: Iterable[Any]) -> None:
    """Delete the rows whose `column` has one of these values."""
    execute_in(tx, f'DELETE FROM "{table.name}" WHERE "{column}" IN (*)', values)  # noqa: S608 names of our own


def delete_pairs(
    tx: Transaction, table: Table, columns: tuple[str, str], pairs: Iterable[tuple[int, int]]
) -> None:
    """Delete the rows whose two `columns`, both whole numbers, are one of these pairs."""
    gone = sorted(pairs)
    if not gone:
        return
    a, b = columns
    if tx.dialect.name == "sqlite":
        execute_many(tx, f'DELETE FROM "{table.name}" WHERE "{a}" = ? AND "{b}" = ?', gone)  # noqa: S608 names of our own
        return
    statement = (
        f'DELETE FROM "{table.name}" t USING unnest(?::bigint[], ?::bigint[]) AS gone (a, b)'  # noqa: S608 names of our own
        f' WHERE t."{a}" = gone.a AND t."{b}" = gone.b'
    )
    execute(tx, statement, [[*values] for values in zip(*gone, strict=True)])


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


@lru_cache(maxsize=256)
def _update(table: Table, changed: tuple[str, ...], key: str) -> str:
    assignments = ", ".join(f'"{name}" = ?' for name in changed)
    return f'UPDATE "{table.name}" SET {assignments} WHERE "{key}" = ?'  # noqa: S608 names of our own


@lru_cache(maxsize=256)
def _insert(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks})'  # noqa: S608 names of our own


def _insert_selected(table: Table, columns: Sequence[str]) -> str:
    names = _names(columns)
    return f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {{rows}}'  # noqa: S608 names of our own


def _from_arrays(
    tx: Transaction, table: Table, columns: Sequence[str], rows: Sequence[Row], statement: str
) -> None:
    """Run a PostgreSQL statement in which `{rows}` stands for these rows, named `s`."""
    ready = statement.replace("{rows}", _as_arrays(tx.dialect, table, tuple(columns)))
    rest = iter(rows)
    while piece := [*islice(rest, _AT_ONCE)]:
        execute(tx, ready, [[*values] for values in zip(*piece, strict=True)])


@lru_cache(maxsize=256)
def _as_arrays(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    types = (table.c[name].type.compile(dialect) for name in columns)
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    return f"unnest({arrays}) AS s({_names(columns)})"


def _on_conflict(tx: Transaction, table: Table, columns: Sequence[str], key: Sequence[str]) -> str:
    changed = [name for name in columns if name not in key]
    if not changed:
        return f" ON CONFLICT ({_names(key)}) DO NOTHING"
    differs = "IS NOT" if tx.dialect.name == "sqlite" else "IS DISTINCT FROM"
    assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    guard = " OR ".join(f'"{table.name}"."{name}" {differs} excluded."{name}"' for name in changed)
    return f" ON CONFLICT ({_names(key)}) DO UPDATE SET {assignments} WHERE {guard}"


def _for_sqlite(table: Table, columns: Sequence[str], rows: Sequence[Row]) -> Iterable[Row]:
    """Rows with times as the text SQLAlchemy stores; the driver takes all else as it is."""
    times = _times(table, tuple(columns))
    if not times:
        return rows
    return (_with_times_as_text(row, times) for row in rows)


@lru_cache(maxsize=256)
def _times(table: Table, columns: tuple[str, ...]) -> Sequence[int]:
    """The places of the columns that hold times."""
    return [i for i, name in enumerate(columns) if isinstance(table.c[name].type, UtcDateTime)]


def _with_times_as_text(row: Row, times: Sequence[int]) -> Row:
    values = list(row)
    for i in times:
        if values[i] is not None:
            values[i] = _as_text(values[i])
    return values


@lru_cache(maxsize=1024)
def _as_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _copy(tx: Transaction, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    statement = f'COPY "{name}" ({_names(columns)}) FROM STDIN'
    with driver_errors(tx), unpipelined(tx):
        cursor: Any = tx.connection.cursor()
        with cursor, cursor.copy(statement) as copy:
            write: Callable[[Row], None] = copy.write_row
            for row in rows:
                write(row)
