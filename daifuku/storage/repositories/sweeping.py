"""Finds and deletes what a complete pass over a stream no longer lists."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.stream_runs import readings_since_whole
from daifuku.storage.tables import interaction, mapped_record, rejected_record, source_record


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many of a stream's `live` records the pass did not list."""

    unseen: int
    live: int


@dataclass(frozen=True, slots=True)
class Gone:
    """How many records of a stream were deleted by readings, and how many are `live`."""

    gone: int
    live: int


def count_gone(tx: Transaction, source: str, stream: str) -> Gone:
    """What readings have deleted since one came to its end well, of records that were there."""
    s = source_record.c
    told = and_(s.deleted, s.first_seen_at < s.observed_at)
    gone = and_(told, s.run_id.in_(readings_since_whole(source, stream)))
    wanted = select(func.count().filter(gone), func.count().filter(~s.deleted))
    counted = tx.execute(wanted.where(s.source == source, s.stream == stream)).one()
    return Gone(*map(int, counted))


def count_unseen(tx: Transaction, source: str, stream: str, generation: int) -> Unseen:
    """What deleting the records that the pass `generation` did not list would do."""
    s = source_record.c
    wanted = select(func.count().filter(s.generation < generation), func.count()).where(
        s.source == source, s.stream == stream, s.deleted.is_(False)
    )
    unseen, live = tx.execute(wanted).one()
    return Unseen(unseen=int(unseen), live=int(live))


def delete_unseen(
    tx: Transaction, source: str, stream: str, *, generation: int, run_id: int, at: datetime
) -> int:
    """Turn the records the pass did not list into tombstones; returns how many."""
    unseen = _unseen(source, stream, generation)
    ids = select(source_record.c.id).where(unseen)
    tx.execute(
        update(mapped_record)
        .where(mapped_record.c.removed.is_(False), mapped_record.c.source_record_id.in_(ids))
        .values(removed=True, pending=True, revision=mapped_record.c.revision + 1)
    )
    for table in (interaction, rejected_record):
        tx.execute(delete(table).where(table.c.source_record_id.in_(ids)))
    result = tx.execute(
        update(source_record).where(unseen).values(deleted=True, observed_at=at, run_id=run_id)
    )
    return result.rowcount


def _unseen(source: str, stream: str, generation: int) -> ColumnElement[bool]:
    s = source_record.c
    return and_(
        s.source == source,
        s.stream == stream,
        s.deleted.is_(False),
        s.generation < generation,
    )
