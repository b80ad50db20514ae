"""Forgets runs that ended long ago, their logs first."""

from datetime import datetime, timedelta

from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, runs

LOGS_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=400)
"""So that a run can be compared with that of a year ago."""


def clean_runs(store: Store, now: datetime) -> int:
    """Forget some of those whose time is over; returns how many rows. Call it now and then."""
    with store.write() as tx:
        return run_log.clean(tx, now - LOGS_KEPT) + runs.clean(tx, now - RUNS_KEPT)
