"""Forgets jobs that ended long ago, with their stories."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs

KEPT: Mapping[str, timedelta] = {
    jobs.DONE: timedelta(days=3),
    jobs.DISCARDED: timedelta(days=30),
    jobs.FAILED: timedelta(days=30),
}
"""How long a job that ended so is kept. Parked ones stay until somebody looks."""


def clean_jobs(store: Store, now: datetime) -> int:
    """Forget some of those whose time is over; returns how many. Call it now and then."""
    with store.write() as tx:
        return sum(jobs.clean(tx, state, now - kept) for state, kept in KEPT.items())
