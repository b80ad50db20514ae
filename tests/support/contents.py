"""The logical content of a store: what two stores must agree on, whatever way each was filled."""

from typing import Any

from sqlalchemy import Table, select

from daifuku.storage.engine import Store
from daifuku.storage.tables import interaction, mapped_record, rejected_record, source_record

_KEY = ("stream", "external_id")
_LANDED = {
    source_record: (*_KEY, "payload", "content_hash", "deleted", "observed_at"),
    mapped_record: (*_KEY, "part", "entity", "body", "observed_at"),
    interaction: (
        *("of_stream", "of_external_id", "of_part", "sequence"),
        *("channel", "kind", "direction", "at", "body"),
    ),
    rejected_record: (*_KEY, "stage", "code", "reason", "field"),
}

Content = dict[str, list[tuple[Any, ...]]]


def landed(store: Store, source: str = "shop", *, without: tuple[str, ...] = ()) -> Content:
    """What landing says of a source now, sorted, without ids, runs, passes and some columns."""
    return {
        table.name: _rows(store, table, source, [name for name in columns if name not in without])
        for table, columns in _LANDED.items()
    }


def _rows(store: Store, table: Table, source: str, columns: list[str]) -> list[tuple[Any, ...]]:
    of = table.c.of_source if table is interaction else table.c.source
    wanted = select(*(table.c[name] for name in columns)).where(of == source)
    if table is mapped_record:
        wanted = wanted.where(mapped_record.c.removed.is_(False))
    with store.read() as tx:
        rows = tx.execute(wanted)
        return sorted((tuple(row) for row in rows), key=repr)
