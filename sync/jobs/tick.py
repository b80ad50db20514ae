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
from daifuku.storage.repositories.sources import SourceRow
from sync.jobs.asking import ask_syncs, begin_syncs
from sync.jobs.kinds import INBOX, RESOLVE
from sync.models.force import described_otherwise
from sync.schedules import CatchUp
from sync.sources import schedule_of

log = get_logger(__name__)


BATCH = 500
"""Due sources queued by one transaction."""
ROOM = 100
"""Jobs sent at most by a beat, where nobody says how many workers can take."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One beat, for the store; `send` hands a job id to a worker, `room` says how many it may.

    A job that no worker took within `nudge_again` is sent again: messages may get lost.
    """

    store: Store
    send: Callable[[int], None]
    nudge_again: timedelta
    room: Callable[[], int] = lambda: ROOM

    def beat(self) -> int:
        """Queue what is due and tell workers of it; returns how many jobs were sent."""
        now = datetime.now(UTC)
        self._schedule(now)
        self._sweep(now)
        return self._nudge(now)

    def _schedule(self, now: datetime) -> None:
        while self._any_due(now):
            with self.store.write() as tx:
                if not schedule_due(tx, now):
                    return  # others are at it

    def _any_due(self, now: datetime) -> bool:
        with self.store.read() as tx:
            return sources.any_due(tx, now)

    def _sweep(self, now: datetime) -> None:
        """Queue what rows await but no job is there for, whatever became of the one there was."""
        with self.store.read() as tx:
            wanted = [
                (f"inbox:{name}", INBOX, {"source": name}) for name in inbox.sources_waiting(tx)
            ]
            if pending_exists(tx) or _to_describe(tx):
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
        room = self.room()
        if room <= 0:
            return 0
        with self.store.write() as tx:
            ids = jobs.to_nudge(tx, now=now, nudged_before=nudged_before, limit=room)
            for job_id in ids:
                self.send(job_id)  # inside: if it fails, none counts as told
        return len(ids)


def _to_describe(tx: Transaction) -> bool:
    """Whether an older version described the hub's records."""
    otherwise = described_otherwise(tx)
    return otherwise is not None and not otherwise.newer


def schedule_due(tx: Transaction, now: datetime, limit: int = BATCH) -> int:
    """Queue syncs of the sources that are due, and set when each runs next; returns how many.

    Their rows are locked until the transaction ends, so that no other scheduler takes them. A
    source whose schedule cannot be kept any more is paused. A run that is due while another goes
    on is missed: it follows that one where the schedule makes up for what was missed.
    """
    plans = [_planned(tx, row, now) for row in sources.due(tx, now, limit)]
    begins = [plan for plan in plans if plan.begins]
    ask_syncs(tx, [plan.source for plan in begins if plan.makes_up], now)
    begin_syncs(tx, [plan.source for plan in begins if not plan.makes_up], now)
    if plans:
        sources.set_next_runs(tx, {plan.source: (plan.at, plan.due) for plan in plans})
    return len(plans)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whether a due source runs now, also after a run under way, and when it runs next."""

    source: str
    begins: bool
    makes_up: bool = True
    at: datetime | None = None
    due: datetime | None = None


def _planned(tx: Transaction, row: SourceRow, now: datetime) -> _Plan:
    was_due = row.next_run_at or now
    try:
        schedule = schedule_of(row)
        if schedule is None:
            return _Plan(row.id, begins=True)
        coming = schedule.after(row.id, row.occurrence_at or was_due, now)
    except UserError as error:
        log.warning("a schedule cannot be kept", source=row.id, error=str(error))
        sources.pause(tx, row.id, str(error), now)
        return _Plan(row.id, begins=False)
    begins = schedule.makes_up_for(was_due, now)
    return _Plan(row.id, begins, schedule.catch_up is CatchUp.ONCE, coming.at, coming.due)
