"""The last ids that tables have given out: a restored store must not give one out again."""

from collections.abc import Mapping

from sqlalchemy import Column, Table, func, select

from daifuku.storage.driver import execute, fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import metadata


def last_ids(tx: Transaction) -> dict[str, int]:
    """By table, the last id given out; tables that number nothing, or have not yet, are absent."""
    if tx.dialect.name == "sqlite":
        found = fetch(tx, "SELECT name, seq FROM sqlite_sequence")
        return {str(name): int(last) for name, last in found}
    last = {}
    for table, column in _numbering():
        (name,) = fetch(tx, "SELECT pg_get_serial_sequence(?, ?)", (table.name, column.name))[0]
        if name is not None:
            rows = fetch(tx, f"SELECT last_value FROM {name} WHERE is_called")  # noqa: S608 the database's own name
            if rows:
                last[table.name] = int(rows[0][0])
    return last


def restore_last_ids(tx: Transaction, last: Mapping[str, int | None]) -> None:
    """Go on numbering after these ids, and after those of the rows that are there."""
    for table, column in _numbering():
        highest = tx.execute(select(func.max(column))).scalar()
        reached = max(last.get(table.name) or 0, highest or 0)
        if not reached:
            continue
        if tx.dialect.name != "sqlite":
            sequence = "pg_get_serial_sequence(?, ?)"
            fetch(tx, f"SELECT setval({sequence}, ?)", (table.name, column.name, reached))
        elif table.dialect_options["sqlite"]["autoincrement"]:
            execute(tx, "DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            row = (table.name, reached)
            execute(tx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", row)


def _numbering() -> list[tuple[Table, Column[int]]]:
    """The tables whose ids the database hands out, each with its column."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        if (column := table.autoincrement_column) is not None
    ]
