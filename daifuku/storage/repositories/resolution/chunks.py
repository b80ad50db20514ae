"""Long lists of values in pieces a statement can carry."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select
from sqlalchemy.sql.elements import SQLColumnExpression

from daifuku.storage.engine import Transaction

T = TypeVar("T")

CHUNK = 5_000
"""Values per statement: SQLite takes 32,766 parameters, PostgreSQL 65,535."""


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece


def select_in(
    tx: Transaction,
    query: Select[Any],
    column: SQLColumnExpression[Any],
    values: Iterable[Any],
    *also: ColumnElement[bool],
) -> Iterator[Row[Any]]:
    """The rows of `query` in which `column` has one of `values` and `also` holds."""
    for piece in chunks(values):
        yield from tx.execute(query.where(column.in_(piece), *also)).fetchall()
