"""The queries: a table or SELECT from a position on, in the order of cursor and primary key."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, false, literal_column, or_, select, text
from sqlalchemy import table as table_clause
from sqlalchemy.sql.expression import FromClause, TextClause

from connectors.builtin.sql.config import SqlStream


def some(stream: SqlStream, limit: int) -> Select[Any]:
    """Any rows, a few."""
    return _all_of(stream).limit(limit)


def everything(stream: SqlStream) -> Select[Any]:
    """All rows, in the order of the primary key."""
    return _all_of(stream).order_by(*_keys(stream))


def without_cursor_value(stream: SqlStream, cursor: str) -> Select[Any]:
    """The rows whose cursor is NULL: no position would ever reach them."""
    return _all_of(stream).where(column(cursor).is_(None)).order_by(*_keys(stream))


def since(stream: SqlStream, cursor: str, value: Any, after: tuple[Any, ...] | None) -> Select[Any]:
    """The rows from `value` of the cursor on; None is the beginning.

    Rows tied at `value` are all read, or those after the primary key `after` where it is given.
    """
    rows = _all_of(stream).where(column(cursor).is_not(None))
    order: ColumnElement[Any] = column(cursor)
    if value is not None and after is None:
        rows = rows.where(order >= value)
    elif value is not None and after is not None:
        rows = rows.where(or_(order > value, and_(order == value, _beyond(stream, after))))
    return rows.order_by(order, *_keys(stream))


def _beyond(stream: SqlStream, after: tuple[Any, ...]) -> ColumnElement[bool]:
    """Primary key > `after`, spelt out for databases without row values."""
    condition: ColumnElement[bool] = false()
    for key, value in reversed(list(zip(_keys(stream), after, strict=True))):
        condition = or_(key > value, and_(key == value, condition))
    return condition


def _keys(stream: SqlStream) -> list[ColumnElement[Any]]:
    return [column(name) for name in stream.primary_key]


def _all_of(stream: SqlStream) -> Select[Any]:
    return select(literal_column("*")).select_from(_origin(stream))


def _origin(stream: SqlStream) -> FromClause | TextClause:
    if stream.query is not None:
        query = stream.query.strip().removesuffix(";").replace(":", r"\:")
        return text(f"({query}\n) AS source_rows")
    schema, _, name = (stream.table or "").rpartition(".")
    return table_clause(name, schema=schema or None)
