"""How far each run has come with each of its streams."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select, update

from daifuku.records import Receipt, StreamPhase, StreamRun
from daifuku.records.runs import LANDING_COUNTERS
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import stream_run, sync_run

_READ_WHOLE = (StreamPhase.COMPLETE, StreamPhase.EMPTY)
_UNDER_WAY = (StreamPhase.WAITING, StreamPhase.READING)
_WRITTEN = (
    *("state", "checkpoints", "expected", "rate", "started_at"),
    *("checkpoint_at", "ended_at", "error", "error_kind"),
)
_SAVE = (
    update(stream_run)
    .where(
        stream_run.c.run_id == bindparam("of_run"), stream_run.c.stream == bindparam("of_stream")
    )
    .values({name: bindparam(name) for name in (*LANDING_COUNTERS, *_WRITTEN)})
)
"""Built once: it is run at every checkpoint."""


def begin(tx: Transaction, run_id: int, streams: Sequence[StreamRun]) -> None:
    """Note the streams of a run, in the order in which they are read."""
    rows = [
        {"run_id": run_id, "stream": one.stream, "place": place} | _values(one)
        for place, one in enumerate(streams)
    ]
    if rows:
        tx.execute(insert(stream_run), rows)


def save(tx: Transaction, run_id: int, run: StreamRun) -> None:
    """Write how far a stream has come; do so in the transaction that lands what it counts."""
    tx.execute(_SAVE, {"of_run": run_id, "of_stream": run.stream, **_values(run)})


def leave(tx: Transaction, run_ids: Collection[int], at: datetime) -> None:
    """Say of the streams that these runs, now ended, had not read to their end that it is so."""
    if not run_ids:
        return
    tx.execute(
        update(stream_run)
        .where(stream_run.c.run_id.in_(run_ids), stream_run.c.state.in_(_UNDER_WAY))
        .values(state=StreamPhase.INCOMPLETE, ended_at=at)
    )


def deleted_so_far(tx: Transaction, source: str, stream: str) -> int:
    """How many deletions readings of the stream have landed since one came to its end well."""
    wanted = select(func.sum(stream_run.c.deleted)).where(
        stream_run.c.stream == stream,
        stream_run.c.run_id.in_(readings_since_whole(source, stream)),
    )
    return int(tx.execute(wanted).scalar() or 0)


def readings_since_whole(source: str, stream: str) -> Select[tuple[int]]:
    """Runs that read the stream since one last came to its end well."""
    of_source = (
        select(stream_run.c.run_id)
        .join(sync_run, sync_run.c.id == stream_run.c.run_id)
        .where(sync_run.c.source == source, stream_run.c.stream == stream)
    )
    whole = of_source.where(stream_run.c.state.in_(_READ_WHOLE), stream_run.c.error.is_(None))
    last = whole.order_by(stream_run.c.run_id.desc()).limit(1).scalar_subquery()
    return of_source.where(
        stream_run.c.run_id > func.coalesce(last, 0),
        stream_run.c.state != StreamPhase.DELIVERED,
    )


def of_runs(tx: Transaction, run_ids: Collection[int]) -> dict[int, list[StreamRun]]:
    """Run -> its streams, in the order in which they are read."""
    found: defaultdict[int, list[StreamRun]] = defaultdict(list)
    if run_ids:
        wanted = select(stream_run).where(stream_run.c.run_id.in_(run_ids))
        for row in tx.execute(wanted.order_by(stream_run.c.run_id, stream_run.c.place)):
            found[row.run_id].append(_stream_run(row))
    return found


def _values(run: StreamRun) -> dict[str, Any]:
    counts = {name: getattr(run.receipt, name) for name in LANDING_COUNTERS}
    return counts | {name: getattr(run, name) for name in _WRITTEN}


def _stream_run(row: Row[Any]) -> StreamRun:
    values = {name: getattr(row, name) for name in _WRITTEN}
    values["state"] = StreamPhase(row.state)
    receipt = Receipt(**{name: getattr(row, name) for name in LANDING_COUNTERS})
    return StreamRun(stream=row.stream, receipt=receipt, **values)
