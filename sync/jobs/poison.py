"""Puts aside what a job should no longer do: kill its workers, or hold its source and hang."""

from datetime import UTC, datetime

from daifuku.errors import NotFoundError
from daifuku.logs import get_logger
from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs, runs, sources
from daifuku.storage.repositories.jobs import Job
from sync.jobs.asking import SYNC

log = get_logger(__name__)

REASON = "Its worker died each time it was tried."


def free_source(store: Store, job: Job) -> None:
    """End the run of a sync that hangs, which would keep its lease, so that another can begin."""
    if job.kind != SYNC:
        return
    with store.write() as tx:
        for run in runs.latest(tx, str(job.args["source"]), limit=1):
            runs.cancel(tx, run.id, datetime.now(UTC))


def park_poison(store: Store, job: Job) -> None:
    """Park the claimed job. A source whose sync it is gets paused, or its schedule queued another.

    `daifuku jobs show` tells its story, `daifuku jobs retry` and `daifuku source resume` go on.
    """
    log.error("a job kills its workers and is parked", job=job.id, kind=job.kind)
    now = datetime.now(UTC)
    with store.write() as tx:
        if not jobs.finish(tx, job.id, job.attempt, state=jobs.PARKED, at=now, error=REASON):
            return
        parked = attempts.PARKED
        attempts.end(tx, job.id, job.attempt, outcome=parked, at=now, error=REASON)
        if job.kind == SYNC:
            reason = f"Its syncs kill their workers. How: daifuku jobs show {job.id}"
            try:
                sources.pause(tx, str(job.args["source"]), reason, now)
            except NotFoundError:
                return
