"""Kills whatever works for a hub while its sources change, then lets it come to rest."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, jobs, sources
from daifuku.storage.repositories.landing import pending_exists
from daifuku.storage.tables import job
from demo.hub import DemoHub
from sync.jobs.asking import ask_sync
from sync.schedules import Schedule
from sync.sources import add_source
from sync.worker import Role
from tests.chaos.landscape import Landscape
from tests.chaos.processes import Broker, Kept, broker, kept
from tests.support.deadline import until
from tests.support.scripted import BOX

LEASE = 2.0
REST_SECONDS = 120.0
"""How long the hub may take to come to rest."""
EVERY = Schedule(interval_seconds=1.5, jitter_seconds=0.5)
UNPOLLED = ("form",)
"""Sources that only take deliveries."""


@dataclass(slots=True)
class Story:
    """What was done to the hub, and the longest that a job was held up by it."""

    kills: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    waves: int = 0
    longest_dead: float = 0.0
    """Seconds for which a job's lease had run out before another worker had it."""
    longest_due: float = 0.0
    """Seconds for which a job was due before a worker had it."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is killed, and how often beside the others."""

    name: str
    weight: int
    kill: Callable[[], None]
    start: Callable[[], None]


def weather(
    store: Store, landscape: Landscape, folder: Path, *, seconds: float, seed: int
) -> Story:
    """Let a storm of so many seconds pass over a hub on this store; returns once it rests."""
    for setup in landscape.setups():
        schedule = None if setup.name in UNPOLLED else EVERY
        add_source(
            store,
            BOX,
            setup.name,
            setup.connector,
            setup.config,
            mapping=setup.mapping,
            schedule=schedule,
        )
    hub = DemoHub(Settings(home=folder), store, BOX)
    with hub.serving() as url, _working(store) as targets:
        story = _rage(store, landscape, url, targets, seconds=seconds, seed=seed)
        _come_to_rest(store, landscape)
    return story


@contextmanager
def _working(store: Store) -> Iterator[Sequence[Target]]:
    """One process on SQLite; a broker, a scheduler and three workers on PostgreSQL."""
    if store.is_sqlite:
        hub = Kept("hub", store.url, None, None, LEASE)
        with kept(hub):
            yield [Target("hub", 1, hub.kill, hub.start)]
        return
    with broker() as middle:
        scheduler = Kept("scheduler", store.url, middle.url, Role.SCHEDULER, LEASE)
        hands = [Kept("worker", store.url, middle.url, Role.JOBS, LEASE) for _ in range(3)]
        with kept(scheduler, *hands):
            yield [
                _broker_target(middle),
                Target("scheduler", 1, scheduler.kill, scheduler.start),
                *(Target("worker", 2, hand.kill, hand.start) for hand in hands),
            ]


def _broker_target(middle: Broker) -> Target:
    return Target("broker", 1, middle.kill, middle.start)


def _rage(
    store: Store,
    landscape: Landscape,
    url: str,
    targets: Sequence[Target],
    *,
    seconds: float,
    seed: int,
) -> Story:
    story, chance = Story(), random.Random(seed)
    begun = time.monotonic()
    kill_at, push_every = 1.0, max(seconds / 10, 1.0)
    while (now := time.monotonic() - begun) < seconds:
        landscape.change(story.changes)
        story.changes += 1
        if now >= story.waves * push_every:
            landscape.push(url, story.waves)
            story.waves += 1
        if now >= kill_at:
            (target,) = chance.choices(targets, [each.weight for each in targets])
            target.kill()
            story.kills[target.name] += 1
            time.sleep(chance.uniform(0, 0.4))
            target.start()
            kill_at = now + chance.uniform(0.4, 2.0)
        _look(store, story)
        time.sleep(0.1)
    return story


def _look(store: Store, story: Story) -> None:
    """Note how long jobs wait."""
    now = datetime.now(UTC)
    columns = job.c
    with store.read() as tx:
        dead, due = (
            tx.execute(select(func.min(column)).where(columns.state == state)).scalar_one()
            for column, state in (
                (columns.lease_until, jobs.RUNNING),
                (columns.due_at, jobs.QUEUED),
            )
        )
    story.longest_dead = max(story.longest_dead, _since(dead, now))
    story.longest_due = max(story.longest_due, _since(due, now))


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment) / timedelta(seconds=1))


def _come_to_rest(store: Store, landscape: Landscape) -> None:
    """Wait until each source was read once more, and nothing is left to do."""
    names = [setup.name for setup in landscape.setups() if setup.name not in UNPOLLED]
    now = datetime.now(UTC)
    with store.write() as tx:
        sources.set_next_runs(tx, dict.fromkeys(names, (None, None)))
        for name in names:
            ask_sync(tx, name, now)
    until(lambda: _rests(store), seconds=REST_SECONDS, what="the hub to come to rest")


def _rests(store: Store) -> bool:
    time.sleep(0.1)
    with store.read() as tx:
        return not (
            jobs.in_states(tx, *jobs.LIVE, limit=1)
            or pending_exists(tx)
            or inbox.sources_waiting(tx)
        )
