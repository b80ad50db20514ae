"""Rows by the records they name, so that an index finds them.

SQLite reads a whole table for `(a, b, c) IN (VALUES ...)`; one column `IN` and the others equal
takes the index.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, Table, and_

from daifuku.records import RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import chunks


def conditions(
    table: Table, keys: Iterable[RecordKey], prefix: str = ""
) -> Iterator[ColumnElement[bool]]:
    """Conditions that together hold for the rows of `table` that name one of these records.

    The key is in the columns source, stream, external_id and part, each with `prefix`. No row
    meets two of them.
    """
    alike: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for key in keys:
        alike[key.source, key.stream, key.part].add(key.external_id)
    source, stream, part, external_id = (
        _column(table, prefix, name) for name in ("source", "stream", "part", "external_id")
    )
    for names, ids in alike.items():
        same = and_(source == names[0], stream == names[1], part == names[2])
        for piece in chunks(sorted(ids)):
            yield and_(same, external_id.in_(piece))


def select_by_key(
    tx: Transaction,
    query: Select[Any],
    table: Table,
    keys: Iterable[RecordKey],
    prefix: str = "",
) -> Iterator[Row[Any]]:
    """The rows of `query` in which `table` names one of these records."""
    for condition in conditions(table, keys, prefix):
        yield from tx.execute(query.where(condition)).fetchall()


def _column(table: Table, prefix: str, name: str) -> Column[Any]:
    return table.c[prefix + name]
