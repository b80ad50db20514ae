"""Rows are found by the records they name, through an index."""

import pytest
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.dialects import sqlite

from daifuku.records import RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.repositories.resolution.by_key import conditions
from daifuku.storage.tables import decided_pair, mapped_record

KEYS = [
    RecordKey(source, "customers", f"{number}", part)
    for source in ("crm", "shop")
    for number in range(3)
    for part in ("", "bill-to")
]


def plan(store: Store, table: Table, condition: ColumnElement[bool]) -> str:
    query = select(table).where(condition)
    text = query.compile(
        dialect=sqlite.dialect(),  # type: ignore[no-untyped-call] - SQLAlchemy's own
        compile_kwargs={"literal_binds": True},
    )
    with store.read() as tx:
        rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        return " ".join(row[3] for row in rows)


@pytest.mark.parametrize(("table", "prefix"), [(mapped_record, ""), (decided_pair, "b_")])
def test_the_whole_key_is_looked_up_in_the_index(store: Store, table: Table, prefix: str) -> None:
    found = list(conditions(table, KEYS, prefix))
    assert len(found) == 4
    if store.is_sqlite:
        for condition in found:
            assert f"{prefix}part=?" in plan(store, table, condition)
