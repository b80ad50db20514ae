"""Runs of sources. The row of a running run is its lease and its fence."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from daifuku.errors import ConflictError, NotFoundError
from daifuku.records import Receipt, RunState, SyncRun
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import forgotten, stream_runs
from daifuku.storage.tables import sync_run

COUNTERS = tuple(f.name for f in fields(Receipt))
_RUNNING = sync_run.c.state == RunState.RUNNING
_COUNT = (
    update(sync_run)
    .where(sync_run.c.id == bindparam("of"), _RUNNING)
    .values(
        lease_until=bindparam("until"),
        **{name: sync_run.c[name] + bindparam(f"add_{name}") for name in COUNTERS},
    )
)
"""Built once: it is run at every checkpoint."""


def begin(
    tx: Transaction, source: str, *, now: datetime, lease_until: datetime, attempt: int = 1
) -> int:
    """Open a run and return its id, closing one that died: what that committed stays counted.

    Raises:
        ConflictError: another run of the source is alive.
    """
    _close_dead(tx, source, now)
    values = {
        "source": source,
        "state": RunState.RUNNING,
        "attempt": attempt,
        "lease_until": lease_until,
        "started_at": now,
    }
    try:
        with tx.begin_nested():
            statement = insert(sync_run).values(values).returning(sync_run.c.id)
            return int(tx.execute(statement).scalar_one())
    except IntegrityError:
        raise ConflictError(
            f"A sync of {source} is running already.",
            hint=f"Have another one follow it: daifuku source run-now {source}",
        ) from None


def record(tx: Transaction, source: str, at: datetime) -> int:
    """Note a run that is over already, such as the landing of deliveries; returns its id.

    It comes before what it lands, which names it; `credit` then says what that came to.
    """
    values = {
        "source": source,
        "state": RunState.SUCCEEDED,
        "started_at": at,
        "ended_at": at,
    }
    return int(tx.execute(insert(sync_run).values(values).returning(sync_run.c.id)).scalar_one())


def credit(tx: Transaction, run_id: int, receipt: Receipt) -> None:
    """Add to the receipt of a run, whether or not it has ended."""
    tx.execute(update(sync_run).where(sync_run.c.id == run_id).values(_added(receipt)))


def doubt(tx: Transaction, run_id: int, *, error: str, error_kind: str) -> None:
    """Say of a run that is over, and landed what it had, that not all is well with it."""
    values = {"state": RunState.PARTIAL, "error": error, "error_kind": error_kind}
    tx.execute(update(sync_run).where(sync_run.c.id == run_id).values(values))


def count(tx: Transaction, run_id: int, receipt: Receipt, lease_until: datetime) -> bool:
    """Add to the run's receipt and extend its lease; False if the run is no longer ours."""
    values = {f"add_{name}": getattr(receipt, name) for name in COUNTERS}
    result = tx.execute(_COUNT, {"of": run_id, "until": lease_until, **values})
    return result.rowcount == 1


def renew(tx: Transaction, run_id: int, lease_until: datetime) -> bool:
    """Extend the lease of a running run; False if the run is no longer ours."""
    return _touch(tx, run_id, lease_until=lease_until)


def finish(
    tx: Transaction,
    run_id: int,
    state: RunState,
    *,
    at: datetime,
    error: str | None = None,
    error_kind: str | None = None,
) -> bool:
    """Close a running run; False if the run is no longer ours. `error` is redacted."""
    return _touch(
        tx,
        run_id,
        state=state,
        error=error,
        error_kind=error_kind,
        ended_at=at,
        lease_until=None,
    )


def cancel(tx: Transaction, run_id: int, at: datetime) -> bool:
    """End a running run from outside: it stops at its next message. False if it has ended."""
    if not _touch(tx, run_id, state=RunState.CANCELLED, ended_at=at, lease_until=None):
        return False
    stream_runs.leave(tx, [run_id], at)
    return True


def add_outcome(tx: Transaction, run_id: int, *, linked: int, created: int, held: int) -> None:
    """Count what resolution made of the run's records, whether or not the run has ended."""
    tx.execute(
        update(sync_run)
        .where(sync_run.c.id == run_id)
        .values(
            linked=sync_run.c.linked + linked,
            created=sync_run.c.created + created,
            held=sync_run.c.held + held,
        )
    )


def get(tx: Transaction, run_id: int) -> SyncRun:
    """The run.

    Raises:
        NotFoundError: no run has that id.
    """
    row = tx.execute(select(sync_run).where(sync_run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no sync run {run_id}.")
    return _runs(tx, [row])[0]


def latest(
    tx: Transaction, source: str | None = None, *, before: int | None = None, limit: int = 20
) -> list[SyncRun]:
    """The newest runs first, of one source or of all, with ids below `before`."""
    wanted = select(sync_run).order_by(sync_run.c.id.desc()).limit(limit)
    if source is not None:
        wanted = wanted.where(sync_run.c.source == source)
    if before is not None:
        wanted = wanted.where(sync_run.c.id < before)
    return _runs(tx, tx.execute(wanted).all())


def clean(tx: Transaction, before: datetime, limit: int = 1_000) -> int:
    """Forget runs that began before then and have ended, up to `limit`; returns how many.

    What they came to stays in the counts of all runs.
    """
    oldest = select(sync_run.c.id, sync_run.c.started_at, sync_run.c.ended_at)
    some = oldest.order_by(sync_run.c.id).limit(limit).subquery()
    old = select(some.c.id).where(some.c.started_at < before, some.c.ended_at.is_not(None))
    columns = [sync_run.c.source, sync_run.c.state, *(sync_run.c[name] for name in COUNTERS)]
    gone = tx.execute(delete(sync_run).where(sync_run.c.id.in_(old)).returning(*columns)).all()
    if gone:
        forgotten.add(
            tx, ((name, state, dict(zip(COUNTERS, n, strict=True))) for name, state, *n in gone)
        )
    return len(gone)


def _close_dead(tx: Transaction, source: str, now: datetime) -> None:
    died = tx.execute(
        update(sync_run)
        .where(sync_run.c.source == source, _RUNNING, sync_run.c.lease_until < now)
        .values(
            state=RunState.FAILED,
            error="The process that ran it ended. The next run goes on from its last checkpoint.",
            error_kind="interrupted",
            ended_at=now,
            lease_until=None,
        )
        .returning(sync_run.c.id)
    )
    stream_runs.leave(tx, [run_id for (run_id,) in died], now)


def _added(receipt: Receipt) -> dict[str, ColumnElement[int]]:
    return {name: sync_run.c[name] + getattr(receipt, name) for name in COUNTERS}


def _touch(tx: Transaction, run_id: int, **values: Any) -> bool:
    result = tx.execute(update(sync_run).where(sync_run.c.id == run_id, _RUNNING).values(values))
    return result.rowcount == 1


def _runs(tx: Transaction, rows: Sequence[Row[Any]]) -> list[SyncRun]:
    by_run = stream_runs.of_runs(tx, [row.id for row in rows])
    return [
        SyncRun(
            id=row.id,
            source=row.source,
            state=RunState(row.state),
            receipt=Receipt(**{name: getattr(row, name) for name in COUNTERS}),
            started_at=row.started_at,
            ended_at=row.ended_at,
            by_stream={one.stream: one for one in by_run[row.id]},
            error=row.error,
            error_kind=row.error_kind,
            lease_until=row.lease_until,
        )
        for row in rows
    ]
