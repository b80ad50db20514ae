"""Statements sent straight to the database's driver, for the paths where each microsecond counts.

Statements mark parameters as `?`. `IN (*)` stands for a list of values of any length. What
comes back are the driver's own tuples: times as text on SQLite, see `moment`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from daifuku.storage.engine import Transaction
from daifuku.storage.known_errors import as_known, driver_errors
from daifuku.storage.pipeline import is_pipelined

Row = tuple[Any, ...]
Answer = Callable[[], list[Row]]
"""Gives the rows of a query, once."""

_SIZES = (1, 4, 16, 64, 256, 1024, 4096)
"""Lengths of value lists on SQLite: few, so that the driver knows most statements already."""


def fetch(tx: Transaction, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query."""
    return _fetched(tx, _marked(tx.dialect.name, statement), parameters)


def fetch_in(tx: Transaction, statement: str, values: Iterable[Any]) -> list[Row]:
    """The rows of a query in which each `IN (*)` stands for these values, and that has no `?`.

    It may answer in pieces: what it finds for one value must not depend on the others.
    """
    wanted = [*values]
    if not wanted:
        return []
    lists = statement.count("IN (*)")
    if tx.dialect.name != "sqlite":
        return _fetched(tx, _marked(tx.dialect.name, statement), (wanted,) * lists)
    found: list[Row] = []
    for piece in _pieces(wanted):
        found += _fetched(tx, _listed(statement, len(piece)), piece * lists)
    return found


def ask(tx: Transaction, statement: str, parameters: Sequence[Any] = ()) -> Answer:
    """The answer to a query, to be called for when it is needed.

    In a pipeline other queries go along until then; elsewhere it is here already.
    """
    return _asked(tx, _marked(tx.dialect.name, statement), parameters)


def ask_in(tx: Transaction, statement: str, values: Iterable[Any]) -> Answer:
    """What `fetch_in` gives, to be called for when it is needed (see `ask`)."""
    if tx.dialect.name == "sqlite":
        return _here(fetch_in(tx, statement, values))
    wanted = [*values]
    if not wanted:
        return _here([])
    lists = statement.count("IN (*)")
    return _asked(tx, _marked(tx.dialect.name, statement), (wanted,) * lists)


def execute(tx: Transaction, statement: str, parameters: Sequence[Any] = ()) -> None:
    """Run a statement."""
    _run(tx, _marked(tx.dialect.name, statement), parameters)


def execute_in(tx: Transaction, statement: str, values: Iterable[Any]) -> None:
    """Run a statement with one `IN (*)`, which stands for these values, and no `?`."""
    wanted = [*values]
    if not wanted:
        return
    if tx.dialect.name != "sqlite":
        _run(tx, _marked(tx.dialect.name, statement), (wanted,))
        return
    for piece in _pieces(wanted):
        _run(tx, _listed(statement, len(piece)), piece)


def execute_many(tx: Transaction, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement once for each row of parameters."""
    cursor: Any = tx.connection.cursor()
    try:
        cursor.executemany(_marked(tx.dialect.name, statement), rows)
    except tx.dialect.loaded_dbapi.Error as error:
        raise as_known(tx, error) from error
    finally:
        cursor.close()


def moment(value: datetime | str) -> datetime:
    """A time as the driver gives it, as an aware datetime in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _asked(tx: Transaction, statement: str, parameters: Sequence[Any]) -> Answer:
    if not is_pipelined(tx):
        return _here(_fetched(tx, statement, parameters))
    cursor: Any = tx.connection.cursor()
    with driver_errors(tx):
        cursor.execute(statement, parameters)

    def rows() -> list[Row]:
        with driver_errors(tx), cursor:
            found: list[Row] = cursor.fetchall()
            return found

    return rows


def _here(rows: list[Row]) -> Answer:
    return lambda: rows


def _fetched(tx: Transaction, statement: str, parameters: Sequence[Any]) -> list[Row]:
    """The rows of a statement in the driver's own words."""
    cursor: Any = tx.connection.cursor()
    try:
        cursor.execute(statement, parameters)
        rows: list[Row] = cursor.fetchall()
        return rows
    except tx.dialect.loaded_dbapi.Error as error:
        raise as_known(tx, error) from error
    finally:
        cursor.close()


def _run(tx: Transaction, statement: str, parameters: Sequence[Any]) -> None:
    """Run a statement in the driver's own words."""
    cursor: Any = tx.connection.cursor()
    try:
        cursor.execute(statement, parameters)
    except tx.dialect.loaded_dbapi.Error as error:
        raise as_known(tx, error) from error
    finally:
        cursor.close()


def _pieces(values: list[Any]) -> Iterator[list[Any]]:
    """The values in pieces of a few sizes, the last one filled up with a value it has."""
    for start in range(0, len(values), _SIZES[-1]):
        piece = values[start : start + _SIZES[-1]]
        size = _SIZES[bisect_left(_SIZES, len(piece))]
        yield piece + piece[-1:] * (size - len(piece))


@lru_cache(maxsize=512)
def _listed(statement: str, size: int) -> str:
    return statement.replace("IN (*)", f"IN ({', '.join('?' * size)})")


@lru_cache(maxsize=512)
def _marked(dialect: str, statement: str) -> str:
    if dialect == "sqlite":
        return statement
    return statement.replace("IN (*)", "= ANY(?)").replace("?", "%s")
