"""Whether a store came out of a storm as if nothing had happened."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select, update

from daifuku.records import Receipt
from daifuku.settings import Settings
from daifuku.storage.engine import Store, Transaction, open_store
from daifuku.storage.repositories import attempts, jobs, runs, sources
from daifuku.storage.repositories.jobs import Job
from daifuku.storage.tables import (
    change_event,
    golden_key,
    inbox,
    job,
    job_attempt,
    source_record,
    sync_run,
)
from daifuku.storage.upgrade import upgrade
from demo.hub import DemoHub
from demo.world.documents import FORM, LINE
from sync.inbox import RECEIVED_AT, process_inbox
from sync.resolution import resolve_pending
from tests.chaos.landscape import Landscape
from tests.chaos.storm import UNPOLLED, Story
from tests.support.contents import landed
from tests.support.hub import Hub
from tests.support.landed import partition
from tests.support.scripted import BOX

HELD_UP = 20.0
"""Seconds for which a job may be held up: two leases, a restart of the broker and of a worker."""


def faults(store: Store, landscape: Landscape, folder: Path, story: Story) -> list[str]:
    """What is wrong with the store, in words; nothing if the storm left no trace."""
    calm = undisturbed(store, landscape, folder, story)
    try:
        found = [*_differences(store, calm, landscape), *_accounts(store), *_work(store)]
    finally:
        calm.close()
    if story.longest_dead > HELD_UP:
        found.append(f"a dead worker's job waited {story.longest_dead:.1f} s")
    return found


def undisturbed(store: Store, landscape: Landscape, folder: Path, story: Story) -> Store:
    """A store filled from the same systems, one after the other, with nothing killed."""
    url = f"sqlite:///{folder}/undisturbed.sqlite"
    upgrade(url)
    hub = Hub(open_store(url))
    for setup in landscape.setups():
        hub.add(setup.name, setup.connector, setup.config, setup.mapping)
    with DemoHub(Settings(home=folder), hub.store, BOX).serving() as address:
        for wave in range(story.waves):
            landscape.push(address, wave)
    _receive_when(store, hub.store)
    for name in (FORM, LINE):
        process_inbox(hub.store, BOX, name)
    for setup in landscape.setups():
        if setup.name not in UNPOLLED:
            hub.synced(setup.name)
    resolve_pending(hub.store)
    return hub.store


def _receive_when(store: Store, calm: Store) -> None:
    """Let the deliveries of one store have come when those of the other did: records say when."""
    columns = inbox.c
    with store.read() as tx:
        came = {(row.source, row.delivery_id): row.received_at for row in tx.execute(select(inbox))}
    with calm.write() as tx:
        for row in tx.execute(select(inbox)).all():
            at = came[row.source, row.delivery_id]
            headers = {**orjson.loads(row.headers), RECEIVED_AT: str(int(at.timestamp()))}
            changed = update(inbox).where(columns.id == row.id)
            tx.execute(changed.values(received_at=at, headers=orjson.dumps(headers)))


def _differences(store: Store, calm: Store, landscape: Landscape) -> Iterator[str]:
    for setup in landscape.setups():
        here, there = (landed(each, setup.name, without=("observed_at",)) for each in (store, calm))
        for table, rows in there.items():
            if here[table] != rows:
                yield f"{table} of {setup.name}: {_few(here[table], rows)}"
    if partition(store) != partition(calm):
        yield f"clusters: {_few(*map(_groups, (store, calm)))}"
    if served(store) != served(calm):
        yield f"golden records: {_few(served(store), served(calm))}"


def _groups(store: Store) -> list[Any]:
    return sorted(sorted(group) for group in partition(store))


def _few(here: list[Any], there: list[Any]) -> str:
    """How two lists differ, and one example of each side."""
    ours, theirs = Counter(map(repr, here)), Counter(map(repr, there))
    more, less = list((ours - theirs).elements()), list((theirs - ours).elements())
    return f"{len(more)} too many, {len(less)} missing: {more[:1]} instead of {less[:1]}"


def served(store: Store) -> list[Any]:
    """What the golden records say, and what they are looked up by, without ids and times."""
    keys = select(golden_key.c.kind, golden_key.c.value)
    with store.read() as tx:
        lookups = sorted(tuple(row) for row in tx.execute(keys))
    goldens = sorted((sorted(g.records), repr(g.fields)) for g in Hub(store).goldens())
    return [*lookups, *goldens]


def _accounts(store: Store) -> Iterator[str]:
    """What the receipts of all runs, killed ones too, add up to."""
    columns = source_record.c
    held = select(columns.source, func.count().label("held")).group_by(columns.source)
    with store.read() as tx:
        every = runs.latest(tx, limit=1_000_000)
        stored = {row.source: row.held for row in tx.execute(held)}
    for run in every:
        if not run.state.ended:
            yield f"run {run.id} of {run.source} has not ended"
        if not run.receipt.reconciles:
            yield f"the receipt of run {run.id} does not reconcile: {run.receipt}"
    for source, count in stored.items():
        total = sum((run.receipt for run in every if run.source == source), Receipt())
        if total.new + total.rejected < count or total.new > count:
            yield f"{source} has {count} records, and its receipts count {total}"


def _work(store: Store) -> Iterator[str]:
    """What became of jobs, deliveries and the feed."""
    columns = job_attempt.c
    twice = (
        select(columns.job_id)
        .where(columns.outcome == "done")
        .group_by(columns.job_id)
        .having(func.count() > 1)
    )
    with store.read() as tx:
        for each in jobs.in_states(tx, *jobs.LIVE, jobs.FAILED, jobs.PARKED):
            yield f"job {each.id} ({each.kind}) is {each.state}: {_story(tx, each)}"
        for job_id in tx.execute(twice).scalars():
            yield f"job {job_id} was done twice"
        for row in sources.list_all(tx):
            if row.paused:
                yield f"{row.id} is paused: {row.paused_reason}"
        waiting = select(func.count()).where(inbox.c.state != "landed")
        if count := tx.execute(waiting).scalar_one():
            yield f"{count} deliveries did not land"
    if not feed_is_whole(store):
        yield "the feed does not tell each version of each golden record"


def _story(tx: Transaction, one: Job) -> str:
    """How the attempts at a job ended, and how long they took."""
    return ", ".join(
        f"{each.outcome} after {each.ended_at - each.began_at} ({each.error})"
        for each in attempts.of_job(tx, one.id)
        if each.ended_at
    )


def feed_is_whole(store: Store) -> bool:
    """Whether the feed tells each golden record's versions, one after the other, to the last."""
    told: dict[str, int] = {}
    with store.read() as tx:
        for row in tx.execute(select(change_event).order_by(change_event.c.sequence)):
            if row.version != told.get(row.golden_id, 0) + 1:
                return False
            told[row.golden_id] = row.version
    return all(told[golden.id] == golden.version for golden in Hub(store).goldens())


def totals(store: Store) -> dict[str, int]:
    """How much the hub did: jobs, attempts, those that died, runs, golden records."""
    died = select(func.count()).where(job_attempt.c.outcome == "died")
    with store.read() as tx:
        counts = {
            "jobs": tx.execute(select(func.count()).select_from(job)).scalar_one(),
            "attempts that died": tx.execute(died).scalar_one(),
            "runs": tx.execute(select(func.count()).select_from(sync_run)).scalar_one(),
            "records": tx.execute(select(func.count()).select_from(source_record)).scalar_one(),
        }
    return {**counts, "golden records": len(Hub(store).goldens())}
