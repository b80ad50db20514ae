"""Ends a run from outside."""

from datetime import UTC, datetime

from daifuku.errors import ConflictError
from daifuku.records import LogLine, SyncRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, run_log, runs
from sync.jobs.asking import sync_key


def cancel_run(store: Store, run_id: int, *, by: str = "") -> SyncRun:
    """Cancel a run; returns it as it is now.

    What it has committed stays. Its process stops at its next message; if that is dead, there is
    nothing to wait for. The job it belongs to is not done again; one that was asked for after it
    follows at once. `by` is told in its log.

    Raises:
        NotFoundError: there is no such run.
        ConflictError: it has ended already.
    """
    now = datetime.now(UTC)
    with store.write() as tx:
        run = runs.get(tx, run_id)
        if not runs.cancel(tx, run_id, now):
            raise ConflictError(f"Run {run_id} has ended already: it {run.state}.")
        jobs.cancel(tx, sync_key(run.source), now)
        words = f"The run was cancelled by {by}." if by else "The run was cancelled."
        run_log.append(tx, run_id, [LogLine(now, "warning", words)])
        return runs.get(tx, run_id)
