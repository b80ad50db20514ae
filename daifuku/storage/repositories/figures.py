"""What an installation's monitoring asks of the store: counts and times, no records."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import (
    change_event,
    inbox,
    job,
    mapped_record,
    rejected_record,
    review_task,
    source,
    sync_run,
)

COUNTERS = tuple(field.name for field in fields(Receipt))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """A source, and when it last got anywhere."""

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
    last_run = _latest(tx)
    last_success = _latest(tx, RunState.SUCCEEDED)
    columns = (source.c.id, source.c.connector, source.c.paused, source.c.next_run_at)
    return [
        SourceFigures(
            **row._asdict(),
            last_run_at=last_run.get(row.id),
            last_success_at=last_success.get(row.id),
        )
        for row in tx.execute(select(*columns).order_by(source.c.id))
    ]


def runs_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many runs there are by (source, state)."""
    columns = (sync_run.c.source, sync_run.c.state)
    found = tx.execute(select(*columns, func.count()).group_by(*columns))
    return {(name, state): count for name, state, count in found}


def receipts(tx: Transaction) -> dict[str, Mapping[str, int]]:
    """By source, the sum of the receipts of its runs."""
    sums = [func.sum(sync_run.c[name]).label(name) for name in COUNTERS]
    found = tx.execute(select(sync_run.c.source, *sums).group_by(sync_run.c.source))
    return {row.source: {name: int(getattr(row, name)) for name in COUNTERS} for row in found}


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


def _latest(tx: Transaction, state: RunState | None = None) -> dict[str, datetime]:
    """By source, when the newest run that has ended did so."""
    wanted = select(sync_run.c.source, func.max(sync_run.c.ended_at)).where(
        sync_run.c.ended_at.is_not(None)
    )
    if state is not None:
        wanted = wanted.where(sync_run.c.state == state)
    found = tx.execute(wanted.group_by(sync_run.c.source))
    return dict(found.all())
