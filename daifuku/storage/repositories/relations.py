"""How golden records find those they relate to: by the keys stored with them, by stated ties."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from daifuku.records import RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.by_key import select_by_key
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import golden_key, golden_record, mapped_record


def keys_of(tx: Transaction, golden_id: str) -> list[tuple[str, str]]:
    """Every (kind, value) a golden record is found by, sorted."""
    query = select(golden_key.c.kind, golden_key.c.value).where(golden_key.c.golden_id == golden_id)
    return sorted((row.kind, row.value) for row in tx.execute(query))


def holders(tx: Transaction, kind: str, limit: int) -> dict[str, list[str]]:
    """The values of a kind by the golden record that holds them, of at most `limit` entries."""
    columns = golden_key.c
    query = select(columns.golden_id, columns.value).where(columns.kind == kind)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in tx.execute(query.order_by(columns.value, columns.golden_id).limit(limit)):
        found[row.golden_id].append(row.value)
    return dict(found)


def golden_of(tx: Transaction, keys: Iterable[RecordKey]) -> dict[RecordKey, tuple[str, str]]:
    """The golden record each of these records belongs to, as (id, entity), where there is one."""
    columns = mapped_record.c
    query = select(
        columns.source,
        columns.stream,
        columns.external_id,
        columns.part,
        golden_record.c.id,
        golden_record.c.entity,
    ).join(golden_record, golden_record.c.id == columns.golden_id)
    return {
        RecordKey(row.source, row.stream, row.external_id, row.part): (row.id, row.entity)
        for row in select_by_key(tx, query, mapped_record, keys)
    }


def bodies(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, bytes]:
    """The JSON of these golden records, as far as they are in use."""
    columns = golden_record.c
    query = select(columns.id, columns.body)
    rows = select_in(tx, query, columns.id, golden_ids, columns.state == "active")
    return {row.id: row.body for row in rows}
