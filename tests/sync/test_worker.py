"""Workers: in this process or over Redis, stopped or killed, the work gets done once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from daifuku.errors import UserError
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import jobs, runs, sources
from sync.inbox import receive
from sync.worker import EmbeddedWorker, Role
from tests.chaos.processes import broker
from tests.support.deadline import until
from tests.support.scripted import BOX, add_scripted
from tests.support.servers import valkey_server
from tests.support.working import start_worker

pytestmark = pytest.mark.usefixtures("scripted")


def enqueue(store: Store, kind: str = "probe") -> int:
    with store.write() as tx:
        return jobs.enqueue(tx, kind, {}, now=datetime.now(UTC)) or 0


def state(store: Store, job_id: int) -> str:
    with store.read() as tx:
        job = jobs.get(tx, job_id)
    return job.state if job else ""


def live(store: Store) -> int:
    with store.read() as tx:
        return len(jobs.in_states(tx, *jobs.LIVE))


def test_an_embedded_worker_syncs_what_is_due_resolves_it_and_lands_deliveries(
    store: Store,
) -> None:
    add_scripted(store, records=20)
    with store.write() as tx:
        sources.set_next_run(tx, "shop", datetime.now(UTC))
    headers = {"x-signature": "good", "x-delivery": "d1"}
    receive(store, BOX, "shop", headers, b'[{"id": "pushed", "name": "x"}]')

    with EmbeddedWorker(store, BOX, threads=2) as worker:
        worker.wake()
        until(lambda: len(_runs(store)) == 2 and live(store) == 0, what="both runs, no job left")

    assert sorted(_runs(store)) == [1, 40]


def _runs(store: Store) -> list[int]:
    with store.read() as tx:
        return [run.receipt.fetched for run in runs.latest(tx) if run.state.ended]


@contextmanager
def workers(*processes: ForkServerProcess) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def test_a_killed_worker_s_job_is_finished_by_another_within_the_lease(
    store: Store, valkey_url: str, tmp_path: Path
) -> None:
    hang = tmp_path / "hang"
    hang.touch()
    job_id = enqueue(store)
    mark = tmp_path / f"job{job_id}"

    victim = start_worker(store.url, valkey_url, tmp_path)
    with workers(victim):
        until(lambda: mark.exists() and mark.read_text(), what="the job to say that it started")
        hang.unlink()
        victim.kill()
        victim.join()
    heir = start_worker(store.url, valkey_url, tmp_path)
    with workers(heir):
        until(lambda: state(store, job_id) == jobs.DONE, what="the heir to finish the job")

    assert mark.read_text().split() == [str(victim.pid), str(heir.pid)]


def test_workers_side_by_side_do_each_job_once(
    store: Store, valkey_url: str, tmp_path: Path
) -> None:
    ids = [enqueue(store) for _ in range(30)]
    with workers(*(start_worker(store.url, valkey_url, tmp_path) for _ in range(2))):
        until(lambda: live(store) == 0, what="all jobs to be done")

    assert {state(store, job_id) for job_id in ids} == {jobs.DONE}
    runs_per_job = [len((tmp_path / f"job{job_id}").read_text().split()) for job_id in ids]
    assert runs_per_job == [1] * len(ids)


def test_a_broker_that_lost_everything_loses_no_job(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    with valkey_server() as first:
        (tmp_path / "hang").touch()
        ids = [enqueue(store) for _ in range(3)]
        with workers(start_worker(store.url, first, tmp_path)):
            until((tmp_path / f"job{ids[1]}").exists, what="two jobs to start")
    (tmp_path / "hang").unlink()
    with valkey_server() as empty, workers(start_worker(store.url, empty, tmp_path)):
        until(lambda: live(store) == 0, what="all jobs to be done")
    store.close()


def test_workers_go_on_when_the_broker_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    with broker() as valkey, workers(start_worker(store.url, valkey.url, tmp_path)):
        before = enqueue(store)
        until(lambda: state(store, before) == jobs.DONE, what="a job before")
        valkey.kill()
        meanwhile = enqueue(store)
        valkey.start()
        until(lambda: state(store, meanwhile) == jobs.DONE, seconds=40, what="the job from then")
    store.close()


def test_a_scheduler_and_a_worker_for_jobs_share_the_work(
    store: Store, valkey_url: str, tmp_path: Path
) -> None:
    add_scripted(store, records=3)
    with store.write() as tx:
        sources.set_next_run(tx, "shop", datetime.now(UTC))
    job_id = enqueue(store)
    scheduler = start_worker(store.url, valkey_url, tmp_path, Role.SCHEDULER)
    hand = start_worker(store.url, valkey_url, tmp_path, Role.JOBS)
    with workers(scheduler, hand):
        until(lambda: _runs(store) == [6] and live(store) == 0, what="the run, no job left")

    assert (tmp_path / f"job{job_id}").read_text().split() == [str(hand.pid)]


@pytest.mark.parametrize("only", Role)
def test_a_part_of_the_work_needs_a_broker(sqlite_url: str, only: Role) -> None:
    store = open_store(sqlite_url)
    with pytest.raises(UserError, match="DAIFUKU_REDIS_URL"):
        EmbeddedWorker(store, BOX, only=only)
    store.close()


def test_a_worker_process_stops_on_sigterm(sqlite_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"DAIFUKU_HOME": str(tmp_path), "DAIFUKU_DATABASE_URL": sqlite_url}
    code = "from daifuku.settings import load_settings; from sync.worker import run_worker"
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", f"{code}; run_worker(load_settings())"],
            env=environment,
            stderr=log,
        )
        until(lambda: "worker started" in (tmp_path / "log").read_text(), what="the start")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert (tmp_path / "secret.key").exists()
