"""Notices what is amiss with sources, and when it is over; each is told once."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from daifuku.errors import NotFoundError, UserError
from daifuku.records import RunState, SyncRun
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import figures, jobs, notices, runs, sources
from daifuku.storage.repositories.figures import SourceFigures
from daifuku.storage.repositories.notices import Incident, IncidentKind
from daifuku.storage.repositories.sources import SourceRow
from sync.sources import schedule_of

NOTICE = "notice"
"""The kind of job that delivers a notice."""

PASSING = frozenset({"transient", "rate_limited", "busy", "interrupted", "run_lost", "again"})
"""Kinds of errors that the hub tries to get over by itself ..."""
FAILED = (RunState.FAILED, RunState.PARTIAL)
PATIENCE = 3
"""... until so many runs in a row have failed."""

MOST = 10_000
"""Lasting incidents that are looked through."""

MISSED = 2
"""A source is stale when so many of its scheduled times have passed without success ..."""
GRACE = timedelta(minutes=15)
"""... and this long on top."""


def run_ended(tx: Transaction, run: SyncRun, at: datetime) -> None:
    """Open or close the source's incidents by how its run ended, and have people told."""
    if run.state is RunState.SUCCEEDED:
        _tell(tx, notices.close_incidents(tx, run.source, at), at, over=True)
    elif run.state in FAILED and _needs_somebody(tx, run):
        _open(tx, run.source, IncidentKind.FAILED, message=run.error or "", at=at, run=run.id)


def over(tx: Transaction, source: str, error_kind: str, at: datetime) -> None:
    """Close the incident of a run of the source that ended so: its owner has seen to it."""
    lasting = notices.incidents(tx, lasting=True, limit=MOST)
    for one in lasting:
        if one.source == source and one.run_id is not None and one.kind is IncidentKind.FAILED:
            with suppress(NotFoundError):  # runs are forgotten in time
                if runs.get(tx, one.run_id).error_kind == error_kind:
                    closed = notices.close_incidents(tx, source, at, IncidentKind.FAILED)
                    _tell(tx, closed, at, over=True)


def find_stale(store: Store, now: datetime) -> int:
    """Open an incident for each source that has not succeeded for too long; returns how many."""
    with store.read() as tx:
        told = {
            one.source
            for one in notices.incidents(tx, lasting=True, limit=MOST)
            if one.kind is IncidentKind.STALE
        }
        known = {row.id: row for row in sources.list_all(tx)}
        late = [
            (one.id, since)
            for one in figures.by_source(tx)
            if one.id not in told and (since := _stale_since(known[one.id], one, now))
        ]
    if late:
        with store.write() as tx:
            for source, since in late:
                message = f"It was last read whole at {since:%Y-%m-%d %H:%M} UTC."
                _open(tx, source, IncidentKind.STALE, message=message, at=now)
    return len(late)


def _needs_somebody(tx: Transaction, run: SyncRun) -> bool:
    if run.error_kind not in PASSING:
        return True
    latest = figures.latest_readings(tx, run.source, PATIENCE)
    return len(latest) == PATIENCE and all(state in FAILED for state in latest)


def _stale_since(row: SourceRow, figures: SourceFigures, now: datetime) -> datetime | None:
    """When the source last succeeded, if that is too long ago; paused ones are meant to wait."""
    since = figures.last_success_at or row.created_at
    try:
        schedule = schedule_of(row)
        if schedule is None or row.paused or since is None:
            return None
        awaited = since
        for _ in range(MISSED):
            awaited = schedule.next_after(awaited)
    except UserError:
        return None
    return since if awaited + GRACE < now else None


def _open(
    tx: Transaction,
    source: str,
    kind: IncidentKind,
    *,
    message: str,
    at: datetime,
    run: int | None = None,
) -> None:
    opened = notices.open_incident(tx, source, kind, message=message, at=at, run_id=run)
    if opened is not None:
        _tell(tx, [notices.get_incident(tx, opened)], at, over=False)


def _tell(tx: Transaction, incidents: Iterable[Incident], at: datetime, *, over: bool) -> None:
    """Queue a notice to every target, in the transaction that keeps the incident."""
    for incident in incidents:
        for target in notices.targets(tx):
            args = {"target": target.name, "incident": incident.id, "over": over}
            key = f"{NOTICE}:{target.name}:{incident.id}:{'over' if over else 'open'}"
            jobs.enqueue(tx, NOTICE, args, now=at, dedup_key=key)
