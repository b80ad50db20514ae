"""Schedulers in processes of their own, which queue what is due until nothing is."""

import multiprocessing
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import orjson
from sqlalchemy import insert

from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import sources
from daifuku.storage.tables import source
from sync.jobs.tick import schedule_due
from sync.schedules import CatchUp
from tests.support.deadline import until

BATCH = 100


def add_due_sources(store: Store, count: int, at: datetime) -> None:
    """Sources `s0`, `s1` ... that were to run every hour from then on."""
    row = {
        "connector": "file",
        "config": b"{}",
        "interval_seconds": 3600.0,
        "catch_up": "once",
        "occurrence_at": at,
        "next_run_at": at,
        "created_at": at,
        "updated_at": at,
    }
    with store.write() as tx:
        tx.execute(insert(source), [row | {"id": f"s{number}"} for number in range(count)])


def run_schedulers(
    url: str, processes: int, folder: Path, *, batch: int = BATCH
) -> Sequence[dict[str, float]]:
    """What each scheduler did: how many sources it `took`, and its `cpu` seconds.

    They begin together, and end once nothing is due.
    """
    started = [_start(url, folder, number, batch) for number in range(processes)]
    until(lambda: len(list(folder.glob("ready*"))) == processes, what="the schedulers to be ready")
    (folder / "go").touch()
    for process in started:
        process.join()
        assert process.exitcode == 0
    return [orjson.loads(file.read_bytes()) for file in sorted(folder.glob("took*"))]


def _start(url: str, folder: Path, number: int, batch: int) -> ForkServerProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_schedule, args=(url, folder, number, batch))
    process.start()
    return process


def _schedule(url: str, folder: Path, number: int, batch: int) -> None:
    store = open_store(url)
    now = datetime.now(UTC)
    with store.read() as tx:
        sources.any_due(tx, now - timedelta(days=999))
    (folder / f"ready{number}").touch()
    until((folder / "go").exists)
    took, before = 0, time.process_time()
    while _any_due(store, now):
        with store.write() as tx:
            took += schedule_due(tx, now, batch)
    figures = {"took": took, "cpu": time.process_time() - before}
    (folder / f"took{number}").write_bytes(orjson.dumps(figures))
    store.close()


def _any_due(store: Store, now: datetime) -> bool:
    with store.read() as tx:
        return sources.any_due(tx, now)


def due_every_hour(
    store: Store, source: str, at: datetime, catch_up: CatchUp = CatchUp.ONCE
) -> None:
    """Have the source run every hour, for the next time at `at`."""
    with store.write() as tx:
        sources.set_schedule(
            tx,
            source,
            interval_seconds=3600,
            cron=None,
            time_zone=None,
            catch_up=catch_up,
            next_run_at=at,
            at=at,
        )
