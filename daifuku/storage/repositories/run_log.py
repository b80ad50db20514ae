"""What happened in each run, line by line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from daifuku.records import LogLine
from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import run_log


def append(tx: Transaction, run_id: int, lines: Sequence[LogLine]) -> None:
    """Add lines to the log of a run; their words are redacted already."""
    rows = [(run_id, line.at, line.level, line.stream, line.words) for line in lines]
    insert_rows(tx, run_log, ("run_id", "at", "level", "stream", "words"), rows)


def of_run(tx: Transaction, run_id: int, *, after: int = 0, limit: int = 1_000) -> list[LogLine]:
    """The lines of a run in their order, those after the line with the id `after`."""
    wanted = (
        select(run_log)
        .where(run_log.c.run_id == run_id, run_log.c.id > after)
        .order_by(run_log.c.id)
        .limit(limit)
    )
    return [LogLine(row.at, row.level, row.words, row.stream, row.id) for row in tx.execute(wanted)]


def clean(tx: Transaction, before: datetime, limit: int = 10_000) -> int:
    """Forget lines written before then, up to `limit`, the oldest first; returns how many."""
    oldest = select(run_log.c.id, run_log.c.at).order_by(run_log.c.id).limit(limit).subquery()
    old = select(oldest.c.id).where(oldest.c.at < before)
    return tx.execute(delete(run_log).where(run_log.c.id.in_(old))).rowcount
