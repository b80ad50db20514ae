"""Source records and what mapping made of them, written in bulk.

Landing of one source is one at a time in the whole installation (`lock_source`), so that
what was looked up at the start of a transaction still holds at its end.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from daifuku.storage.bulk import (
    Row,
    allocate_ids,
    delete_rows,
    insert_rows,
    update_rows,
    upsert_rows,
)
from daifuku.storage.driver import execute, fetch
from daifuku.storage.engine import Transaction, lock
from daifuku.storage.tables import (
    interaction,
    mapped_record,
    rejected_record,
    source_record,
)

SOURCE_COLUMNS = (
    *("id", "source", "stream", "external_id", "payload", "content_hash"),
    *("first_seen_at", "observed_at", "generation", "deleted", "run_id"),
)
CHANGED_COLUMNS = (
    "id",
    "payload",
    "content_hash",
    "observed_at",
    "generation",
    "deleted",
    "run_id",
)
DELETED_COLUMNS = ("id", "observed_at", "generation", "deleted", "run_id")
MAPPED_COLUMNS = (
    *("source_record_id", "source", "stream", "external_id", "part"),
    *("entity", "body", "observed_at", "pending", "removed", "revision"),
)
REMAPPED_COLUMNS = ("id", "entity", "body", "observed_at", "pending", "removed", "revision")
REMOVED_COLUMNS = ("id", "pending", "removed", "revision")
INTERACTION_COLUMNS = (
    *("source_record_id", "sequence", "of_source", "of_stream", "of_external_id", "of_part"),
    *("channel", "kind", "direction", "at", "body"),
)
REJECTED_COLUMNS = (
    *("source_record_id", "source", "stream", "external_id"),
    *("stage", "code", "reason", "field", "rejected_at", "run_id"),
)


@dataclass(frozen=True, slots=True)
class StoredSource:
    """What landing must know of a source record that is there already."""

    id: int
    content_hash: bytes
    deleted: bool
    observed_at: datetime
    generation: int
    rejected_stage: str | None = None
    rejected_code: str | None = None
    rejected_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StoredMapped:
    """What landing must know of a mapped record that is there already."""

    id: int
    source_record_id: int
    external_id: str
    part: str
    entity: str
    body: bytes
    observed_at: datetime
    removed: bool
    revision: int


@dataclass(slots=True)
class Changes:
    """Rows to write, each a tuple in the order of the columns named above."""

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    deleted: list[Row] = field(default_factory=list)
    listed: list[Row] = field(default_factory=list)
    """(id, generation) of records that are as they were."""
    mapped: list[Row] = field(default_factory=list)
    remapped: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    interactions: list[Row] = field(default_factory=list)
    interactions_of: list[int] = field(default_factory=list)
    """Ids of source records whose interactions are replaced by the ones here."""
    rejected: list[Row] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    """Ids of source records that are no longer rejected."""


def lock_source(tx: Transaction, source: str) -> None:
    """Wait for other landings of this source; they wait for this transaction in turn."""
    lock(tx, f"landing:{source}")


def stored_sources(
    tx: Transaction, source: str, stream: str, external_ids: Collection[str]
) -> dict[str, StoredSource]:
    """External id -> the source record, for those of `external_ids` that are there."""
    s, r = source_record.c, rejected_record.c
    wanted = (
        select(
            *(s.external_id, s.id, s.content_hash, s.deleted, s.observed_at, s.generation),
            *(r.stage, r.code, r.reason),
        )
        .select_from(source_record.outerjoin(rejected_record))
        .where(s.source == source, s.stream == stream, s.external_id.in_(external_ids))
    )
    return {row[0]: StoredSource(*row[1:]) for row in tx.execute(wanted)}


def clean_sources(
    tx: Transaction, source: str, stream: str, external_ids: Sequence[str]
) -> dict[str, tuple[int, bytes, int]]:
    """External id -> (id, content hash, generation), for those of `external_ids` that are there,
    not deleted and not rejected: enough to tell that a record is unchanged."""
    among, ids = _among(tx, external_ids)
    statement = (
        "SELECT s.external_id, s.id, s.content_hash, s.generation FROM source_record s"  # noqa: S608 words of our own
        f" WHERE s.source = ? AND s.stream = ? AND s.external_id {among} AND NOT s.deleted"
        " AND NOT EXISTS (SELECT 1 FROM rejected_record r WHERE r.source_record_id = s.id)"
    )
    return {row[0]: row[1:] for row in fetch(tx, statement, (source, stream, ids))}


def mark_listed(tx: Transaction, ids: Collection[int], generation: int) -> None:
    """Note that the pass `generation` lists these source records, which are as they were."""
    if not ids:
        return
    among, wanted = _among(tx, ids)
    statement = f"UPDATE source_record SET generation = ? WHERE id {among}"  # noqa: S608 words of our own
    execute(tx, statement, (generation, wanted))


def _among(tx: Transaction, values: Collection[str] | Collection[int]) -> tuple[str, Any]:
    """The condition that a column has one of these values, with one parameter, and that."""
    if tx.dialect.name == "sqlite":
        return "IN (SELECT value FROM json_each(?))", orjson.dumps([*values]).decode()
    return "= ANY(?)", [*values]


def stored_mapped(tx: Transaction, source_record_ids: Collection[int]) -> list[StoredMapped]:
    """The mapped records of these source records, removed ones too."""
    if not source_record_ids:
        return []
    m = mapped_record.c
    wanted = select(
        *(m.id, m.source_record_id, m.external_id, m.part, m.entity),
        *(m.body, m.observed_at, m.removed, m.revision),
    ).where(m.source_record_id.in_(source_record_ids))
    return [StoredMapped(*row) for row in tx.execute(wanted)]


def new_source_ids(tx: Transaction, count: int) -> Sequence[int]:
    """Ids for source records about to be written."""
    return allocate_ids(tx, source_record, count) if count else ()


def write(tx: Transaction, changes: Changes) -> None:
    """Write them all."""
    insert_rows(tx, source_record, SOURCE_COLUMNS, changes.new)
    update_rows(tx, source_record, CHANGED_COLUMNS, changes.changed)
    update_rows(tx, source_record, DELETED_COLUMNS, changes.deleted)
    update_rows(tx, source_record, ("id", "generation"), changes.listed)
    insert_rows(tx, mapped_record, MAPPED_COLUMNS, changes.mapped)
    update_rows(tx, mapped_record, REMAPPED_COLUMNS, changes.remapped)
    update_rows(tx, mapped_record, REMOVED_COLUMNS, changes.removed)
    delete_rows(tx, interaction, "source_record_id", changes.interactions_of)
    insert_rows(tx, interaction, INTERACTION_COLUMNS, changes.interactions)
    delete_rows(tx, rejected_record, "source_record_id", changes.accepted)
    upsert_rows(tx, rejected_record, REJECTED_COLUMNS, changes.rejected, key=("source_record_id",))


def has_records(tx: Transaction, source: str, stream: str) -> bool:
    """Whether anything ever came from this stream."""
    wanted = select(source_record.c.id).where(
        source_record.c.source == source, source_record.c.stream == stream
    )
    return tx.execute(wanted.limit(1)).first() is not None


def pending_exists(tx: Transaction) -> bool:
    """Whether a mapped record awaits resolution."""
    return (
        tx.execute(select(mapped_record.c.id).where(mapped_record.c.pending).limit(1)).first()
        is not None
    )
