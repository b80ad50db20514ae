"""Writes many rows at once, the fastest safe way of each database.

SQLite takes the driver's executemany; PostgreSQL takes COPY, into the table or into a
temporary one that a single statement merges from. Rows are tuples in the order of `columns`,
values as in the tables: aware datetimes, bytes, text without NUL.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, text

from daifuku.storage.engine import Transaction
from daifuku.storage.types import UtcDateTime

Row = Sequence[Any]

SMALL = 50
"""PostgreSQL: up to so many rows, pipelined statements beat a temporary table."""


def allocate_ids(tx: Transaction, table: Table, count: int) -> range | list[int]:
    """Ids for `count` rows to be inserted in this transaction; never handed out again."""
    if tx.dialect.name == "sqlite":
        last = tx.exec_driver_sql(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)
        ).scalar()
        return range(int(last or 0) + 1, int(last or 0) + 1 + count)
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    ids = tx.execute(
        text(f"SELECT nextval({sequence}) FROM generate_series(1, :count)"),  # noqa: S608 names of our own
        {"count": count},
    )
    return [int(row[0]) for row in ids]


def insert_rows(tx: Transaction, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows that are known to be new."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        _executemany(tx, table, _insert(table, columns), columns, rows)
    elif len(rows) <= SMALL:
        _executemany(tx, table, _insert(table, columns, mark="%s"), columns, rows)
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
    if tx.dialect.name == "sqlite" or len(rows) <= SMALL:
        mark = "?" if tx.dialect.name == "sqlite" else "%s"
        assignments = ", ".join(f'"{name}" = {mark}' for name in changed)
        moved = [(*row[:place], *row[place + 1 :], row[place]) for row in rows]
        statement = f'UPDATE "{table.name}" SET {assignments} WHERE "{key}" = {mark}'  # noqa: S608 names of our own
        _executemany(tx, table, statement, [*changed, key], moved)
        return
    staged = _stage(tx, table, columns, rows)
    assignments = ", ".join(f'"{name}" = s."{name}"' for name in changed)
    tx.exec_driver_sql(
        f'UPDATE "{table.name}" t SET {assignments} FROM {staged} s '  # noqa: S608 names of our own
        f'WHERE t."{key}" = s."{key}"'
    )
    _drop(tx, staged)


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
        _executemany(tx, table, _insert(table, columns) + conflict, columns, rows)
    elif len(rows) <= SMALL:
        _executemany(tx, table, _insert(table, columns, mark="%s") + conflict, columns, rows)
    else:
        staged = _stage(tx, table, columns, rows)
        names = _names(columns)
        tx.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {staged}{conflict}'  # noqa: S608 names of our own
        )
        _drop(tx, staged)


def delete_rows(tx: Transaction, table: Table, column: str, values: Iterable[Any]) -> None:
    """Delete the rows whose `column` has one of these values."""
    mark = "?" if tx.dialect.name == "sqlite" else "%s"
    wanted = [(value,) for value in values]
    if wanted:
        statement = f'DELETE FROM "{table.name}" WHERE "{column}" = {mark}'  # noqa: S608 names of our own
        _executemany(tx, table, statement, [column], wanted)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _insert(table: Table, columns: Sequence[str], mark: str = "?") -> str:
    marks = ", ".join([mark] * len(columns))
    return f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks})'  # noqa: S608 names of our own


def _on_conflict(tx: Transaction, table: Table, columns: Sequence[str], key: Sequence[str]) -> str:
    changed = [name for name in columns if name not in key]
    if not changed:
        return f" ON CONFLICT ({_names(key)}) DO NOTHING"
    differs = "IS NOT" if tx.dialect.name == "sqlite" else "IS DISTINCT FROM"
    assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    guard = " OR ".join(f'"{table.name}"."{name}" {differs} excluded."{name}"' for name in changed)
    return f" ON CONFLICT ({_names(key)}) DO UPDATE SET {assignments} WHERE {guard}"


def _executemany(
    tx: Transaction, table: Table, statement: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    ready = _for_sqlite(table, columns, rows) if tx.dialect.name == "sqlite" else rows
    tx.exec_driver_sql(statement, [tuple(row) for row in ready])


def _for_sqlite(table: Table, columns: Sequence[str], rows: Sequence[Row]) -> Iterable[Row]:
    """Rows with times as the text SQLAlchemy stores; the driver takes all else as it is."""
    times = [i for i, name in enumerate(columns) if isinstance(table.c[name].type, UtcDateTime)]
    if not times:
        return rows
    return (_with_times_as_text(row, times) for row in rows)


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


def _stage(tx: Transaction, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Copy the rows into a temporary table with those columns; returns its name."""
    staged = f'"staged_{table.name}"'
    tx.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS "  # noqa: S608 names of our own
        f'SELECT {_names(columns)} FROM "{table.name}" WITH NO DATA'
    )
    _copy(tx, staged.strip('"'), columns, rows)
    return staged


def _drop(tx: Transaction, staged: str) -> None:
    tx.exec_driver_sql(f"DROP TABLE {staged}")


def _copy(tx: Transaction, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    cursor: Any = tx.connection.cursor()
    try:
        with cursor.copy(f'COPY "{name}" ({_names(columns)}) FROM STDIN') as copy:
            write: Callable[[Row], None] = copy.write_row
            for row in rows:
                write(row)
    finally:
        cursor.close()
