"""Asks for a sync of a source, also while another one is under way.

There is one live sync job of a source. What it does not do is kept in its row, and becomes the
next job once it has ended: however much is asked for meanwhile, one run follows.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import jobs
from sync.jobs.wishes import Wish

SYNC = "sync"
"""The kind of job that syncs a source."""

PLAIN = Wish()


@dataclass(frozen=True, slots=True)
class Asked:
    """The job that does what was asked for, or that it `follows`; its run begins at `due_at`."""

    job: int
    due_at: datetime
    follows: bool = False


def ask_sync(tx: Transaction, source: str, now: datetime, wish: Wish = PLAIN) -> Asked:
    """Have a worker sync the source from now on; nothing that was asked for before is lost.

    A job that waits for later, because the source asked for that or failed, waits all the same.
    """
    if wish.rereads:
        wish = replace(wish, asked_at=now)
    key = sync_key(source)
    while True:
        args = {"source": source, **wish.args()}
        job_id = jobs.enqueue(tx, SYNC, args, now=now, dedup_key=key)
        if job_id is not None:
            return Asked(job_id, now)
        live = jobs.live_ones(tx, [key])
        if live:  # it may have ended just now
            return _ask_beside(tx, live[0], wish)


def ask_syncs(tx: Transaction, sources: Collection[str], now: datetime) -> None:
    """As `ask_sync` for each of many sources."""
    live = {str(job.dedup_key): job for job in jobs.live_ones(tx, map(sync_key, sources))}
    for job in live.values():
        _ask_beside(tx, job, PLAIN)
    begin_syncs(tx, [name for name in sources if sync_key(name) not in live], now)


def begin_syncs(tx: Transaction, sources: Collection[str], now: datetime) -> None:
    """Have workers sync these sources, but those of which a sync is under way."""
    wanted = [(sync_key(name), {"source": name}) for name in sources]
    jobs.enqueue_all(tx, SYNC, wanted, now=now)


def sync_key(source: str) -> str:
    """What no two live sync jobs share."""
    return f"sync:{source}"


def _ask_beside(tx: Transaction, live: jobs.Job, wish: Wish) -> Asked:
    """A job that has not begun does what it covers; of one that has, nobody knows how far it is."""
    held = Wish.of(live.args)
    source = {"source": live.args["source"]}
    if live.state == jobs.QUEUED and held.covers(wish):
        if wish.rereads:
            jobs.ask_otherwise(tx, live.id, source | held.joined(wish).args())
        return Asked(live.id, live.due_at)
    if live.follow_up is not None:
        wish = Wish.of(live.follow_up).joined(wish)
    jobs.follow_up_with(tx, live.id, source | wish.args())
    return Asked(live.id, live.due_at, follows=True)
