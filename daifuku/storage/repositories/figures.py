"""What an installation's monitoring asks of the store: counts and times, no records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from daifuku.records import Receipt, RunState, StreamPhase
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import forgotten
from daifuku.storage.tables import (
    change_event,
    inbox,
    job,
    mapped_record,
    rejected_record,
    review_task,
    source,
    stream_run,
    sync_run,
)

COUNTERS = tuple(field.name for field in fields(Receipt))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """A source, and when it was last read; what was delivered to it is no reading."""

    id: str
    connector: str
    paused: bool
    next_run_at: datetime | None
    last_run_at: datetime | None
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the first one does."""

    count: int
    since: datetime


def by_source(tx: Transaction) -> list[SourceFigures]:
    """Every source, by name."""
    columns = (source.c.id, source.c.connector, source.c.paused, source.c.next_run_at)
    last = (
        _last_end().label("last_run_at"),
        _last_end(sync_run.c.state == RunState.SUCCEEDED).label("last_success_at"),
    )
    found = tx.execute(select(*columns, *last).order_by(source.c.id))
    return [SourceFigures(**row._asdict()) for row in found]


def latest_readings(tx: Transaction, source_id: str, limit: int) -> list[RunState]:
    """How the last runs of a source ended that read it, the newest first."""
    latest = (
        select(sync_run.c.state)
        .where(sync_run.c.source == source_id, sync_run.c.ended_at.is_not(None), ~_DELIVERED)
        .order_by(sync_run.c.id.desc())
        .limit(limit)
    )
    return [RunState(state) for state in tx.execute(latest).scalars()]


def runs_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many runs have ended by (source, state), those that are forgotten among them."""
    columns = (sync_run.c.source, sync_run.c.state)
    ended = select(*columns, func.count()).where(sync_run.c.ended_at.is_not(None))
    counts = Counter(forgotten.by_state(tx))
    for name, state, count in tx.execute(ended.group_by(*columns)):
        counts[name, state] += count
    return dict(counts)


def receipts(tx: Transaction) -> dict[str, Mapping[str, int]]:
    """By source, the sum of the receipts of its runs, those that are forgotten among them."""
    sums = [func.sum(sync_run.c[name]).label(name) for name in COUNTERS]
    found = tx.execute(select(sync_run.c.source, *sums).group_by(sync_run.c.source))
    kept = {row.source: {name: int(getattr(row, name)) for name in COUNTERS} for row in found}
    before = forgotten.receipts(tx)
    return {
        name: {
            counter: before.get(name, {}).get(counter, 0) + kept.get(name, {}).get(counter, 0)
            for counter in COUNTERS
        }
        for name in before.keys() | kept.keys()
    }


def jobs_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many jobs there are by (kind, state)."""
    found = tx.execute(
        select(job.c.kind, job.c.state, func.count()).group_by(job.c.kind, job.c.state)
    )
    return {(kind, state): count for kind, state, count in found}


def due_jobs(tx: Transaction, now: datetime) -> dict[str, Waiting]:
    """By kind, the jobs that are due and that no worker has taken."""
    due = (job.c.state == "queued", job.c.due_at <= now)
    columns = (job.c.kind, func.count(), func.min(job.c.due_at))
    found = tx.execute(select(*columns).where(*due).group_by(job.c.kind))
    return {kind: Waiting(count, since) for kind, count, since in found}


def waiting_deliveries(tx: Transaction) -> dict[str, Waiting]:
    """By source, the deliveries that are not landed yet."""
    columns = (inbox.c.source, func.count(), func.min(inbox.c.received_at))
    found = tx.execute(select(*columns).where(inbox.c.state == "received").group_by(inbox.c.source))
    return {name: Waiting(count, since) for name, count, since in found}


def rejected_by_source(tx: Transaction) -> dict[str, int]:
    """By source, the records that could not be read or mapped."""
    found = tx.execute(
        select(rejected_record.c.source, func.count()).group_by(rejected_record.c.source)
    )
    return dict(found.all())


def pending_records(tx: Transaction) -> int:
    """Mapped records that await resolution."""
    waiting = select(func.count()).select_from(mapped_record).where(mapped_record.c.pending)
    return int(tx.execute(waiting).scalar_one())


def open_reviews(tx: Transaction) -> dict[str, int]:
    """By kind, the review tasks that await a steward."""
    found = tx.execute(
        select(review_task.c.kind, func.count())
        .where(review_task.c.state == "open")
        .group_by(review_task.c.kind)
    )
    return dict(found.all())


def last_event(tx: Transaction) -> int:
    """The sequence number of the newest event of the change feed; 0 before the first."""
    return int(tx.execute(select(func.max(change_event.c.sequence))).scalar() or 0)


_DELIVERED = (
    select(stream_run.c.run_id)
    .where(stream_run.c.run_id == sync_run.c.id, stream_run.c.state == StreamPhase.DELIVERED)
    .exists()
)
"""Whether a run is the landing of deliveries."""


def _last_end(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """When the last run of a source that read it ended."""
    return (
        select(sync_run.c.ended_at)
        .where(sync_run.c.source == source.c.id, sync_run.c.ended_at.is_not(None))
        .where(~_DELIVERED, *conditions)
        .order_by(sync_run.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
