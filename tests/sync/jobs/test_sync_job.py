"""The job that syncs a source: what its errors make of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from daifuku.errors import RateLimitedError, TransientError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, sources
from daifuku.storage.repositories.jobs import Job
from daifuku.storage.tables import job as job_table
from sync.jobs.asking import ask_sync
from sync.jobs.execute import MAX_FAILURES, Executor
from tests.support.jobs import NOW, get
from tests.support.scripted import BOX, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")


def test_one_that_kills_its_workers_pauses_its_source(store: Store, executor: Executor) -> None:
    add_scripted(store)
    with store.write() as tx:
        job_id = ask_sync(tx, "shop", NOW).job
        tx.execute(update(job_table).values(failures=MAX_FAILURES))
    executor.execute(job_id)
    with store.read() as tx:
        row = sources.get(tx, "shop")
    assert row.paused
    assert f"daifuku jobs show {job_id}" in str(row.paused_reason)


def sync(store: Store, executor: Executor) -> Job:
    with store.write() as tx:
        job_id = ask_sync(tx, "shop", NOW).job
    executor.execute(job_id)
    return get(store, job_id)


def test_a_rate_limit_puts_it_off_and_counts_as_no_failure(
    store: Store, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = RateLimitedError("Wait.", retry_after=600)
    add_scripted(store, script=play(monkeypatch, limited))

    job = sync(store, executor)

    assert (job.state, job.failures) == (jobs.QUEUED, 0)
    assert job.due_at > datetime.now(UTC) + timedelta(seconds=500)


def test_a_transient_error_is_tried_again(
    store: Store, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store, script=play(monkeypatch, TransientError("502.")))
    job = sync(store, executor)
    assert (job.state, job.failures, job.error) == (jobs.QUEUED, 1, "502.")


def test_a_stopping_worker_leaves_the_job_for_the_next(store: Store) -> None:
    add_scripted(store, records=40)
    stopping = threading.Event()
    stopping.set()
    job = sync(store, Executor(store, BOX, 30.0, stopping))
    assert (job.state, job.failures) == (jobs.QUEUED, 0)
