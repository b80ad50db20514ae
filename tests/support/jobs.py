"""Jobs of the queue, as tests put them there and look at them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs
from daifuku.storage.repositories.jobs import Job
from sync.jobs.kinds import Work
from tests.support.deadline import until

NOW = datetime(2026, 4, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
LEASE = 0.03

Probe = Callable[[Callable[[Work], None]], None]
"""Makes jobs of kind `probe` do this."""


def enqueue(store: Store, kind: str = "probe", dedup_key: str | None = None) -> int | None:
    """The id of a new job, none where a live one has the key."""
    with store.write() as tx:
        return jobs.enqueue(tx, kind, {"source": "shop"}, now=NOW, dedup_key=dedup_key)


def claim(store: Store, job_id: int, now: datetime = NOW) -> Job | None:
    """The job, held for ten seconds; none if it is not to be had."""
    with store.write() as tx:
        return jobs.claim(tx, job_id, now=now, lease_until=now + timedelta(seconds=10))


def get(store: Store, job_id: int) -> Job:
    """A job that is there."""
    with store.read() as tx:
        found = jobs.get(tx, job_id)
    assert found is not None
    return found


def story(store: Store, job_id: int) -> list[tuple[int, str | None, str | None]]:
    """The number, outcome and error of each attempt at a job."""
    with store.read() as tx:
        return [(each.attempt, each.outcome, each.error) for each in attempts.of_job(tx, job_id)]


class Leases:
    """A clock that goes by leases, whatever the machine has to do."""

    def __init__(self) -> None:
        self.now = 0.0
        self.renewed = 0

    def go_by(self, leases: float) -> None:
        """Let so many leases go by, in which a hold is renewed, or lost, at least once."""
        self.now += leases * LEASE
        before = self.renewed
        until(lambda: self.renewed > before)
