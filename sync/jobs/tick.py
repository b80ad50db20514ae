"""The heartbeat of a worker: queues what is due, and tells workers of what is queued.

Any number of processes may tick at once: rows are claimed by lock, so nothing runs twice,
and there is no leader whose death would be missed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daifuku.errors import UserError
from daifuku.logs import get_logger
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import inbox, jobs, sources
from daifuku.storage.repositories.landing import pending_exists
from sync.jobs.kinds import INBOX, RESOLVE, SYNC
from sync.sources import schedule_of

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """One beat, for the store; `send` hands a job id to a worker.

    A job that no worker took within `nudge_again` is sent again: messages may get lost.
    """

    store: Store
    send: Callable[[int], None]
    nudge_again: timedelta

    def beat(self) -> int:
        """Queue what is due and tell workers of it; returns how many jobs were sent."""
        now = datetime.now(UTC)
        self._schedule(now)
        self._sweep(now)
        return self._nudge(now)

    def _schedule(self, now: datetime) -> None:
        with self.store.read() as tx:
            if not sources.any_due(tx, now):
                return
        with self.store.write() as tx:
            for row in sources.due(tx, now):
                enqueue_sync(tx, row.id, now)
                try:
                    schedule = schedule_of(row)
                    coming = schedule.next_after(now) if schedule else None
                except UserError as error:
                    log.warning("a schedule cannot be kept", source=row.id, error=str(error))
                    coming = None
                sources.set_next_run(tx, row.id, coming)

    def _sweep(self, now: datetime) -> None:
        """Queue what rows await but no job is there for, whatever became of the one there was."""
        with self.store.read() as tx:
            wanted = [
                (f"inbox:{name}", INBOX, {"source": name}) for name in inbox.sources_waiting(tx)
            ]
            if pending_exists(tx):
                wanted.append((RESOLVE, RESOLVE, {}))
            missing = [each for each in wanted if not jobs.unfinished(tx, each[0])]
        if missing:
            with self.store.write() as tx:
                for dedup_key, kind, args in missing:
                    jobs.enqueue(tx, kind, args, now=now, dedup_key=dedup_key)

    def _nudge(self, now: datetime) -> int:
        nudged_before = now - self.nudge_again
        with self.store.read() as tx:
            if not jobs.any_ready(tx, now=now, nudged_before=nudged_before):
                return 0
        with self.store.write() as tx:
            ids = jobs.to_nudge(tx, now=now, nudged_before=nudged_before)
            for job_id in ids:
                self.send(job_id)  # inside: if it fails, none counts as told
        return len(ids)


def enqueue_sync(tx: Transaction, source: str, now: datetime) -> int | None:
    """Queue a sync of the source; None if one is queued or running."""
    return jobs.enqueue(tx, SYNC, {"source": source}, now=now, dedup_key=f"sync:{source}")
