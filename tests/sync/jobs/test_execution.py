"""A job is done, tried again with backoff, or parked when hopeless, under a lease it keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs, runs
from daifuku.storage.tables import job as job_table
from sync.jobs import kinds
from sync.jobs.execute import MAX_FAILURES, Executor, backoff, spread
from sync.jobs.kinds import AgainError, Work
from tests.support.deadline import until as wait_until
from tests.support.jobs import LATER, LEASE, NOW, Leases, Probe, enqueue, get, story
from tests.support.scripted import BOX


def test_done(store: Store, executor: Executor, probe: Probe) -> None:
    probe(lambda _: None)
    job_id = enqueue(store) or 0
    assert executor.execute(job_id)
    assert get(store, job_id).state == jobs.DONE
    assert not executor.execute(job_id)


def test_a_fault_is_tried_again_with_backoff_and_parked_in_the_end(
    store: Store, executor: Executor, probe: Probe
) -> None:
    def fail(_: Work) -> None:
        raise KeyError("someone@example.com")

    probe(fail)
    job_id = enqueue(store) or 0
    for _ in range(MAX_FAILURES):
        with store.write() as tx:
            tx.execute(update(job_table).values(due_at=NOW))
        executor.execute(job_id)

    parked = get(store, job_id)
    assert (parked.state, parked.error) == (
        jobs.PARKED,
        "The job failed: KeyError. The log has the details.",
    )


def test_backoff_doubles_up_to_an_hour() -> None:
    waits = [backoff(failures).total_seconds() for failures in (1, 2, 3, 20)]
    assert waits == [2, 4, 8, 3600]


def test_jobs_that_failed_together_come_back_apart() -> None:
    waits = {spread(timedelta(seconds=60)) for _ in range(20)}
    assert len(waits) > 1
    assert timedelta(seconds=30) <= min(waits) <= max(waits) <= timedelta(seconds=60)


def test_a_job_that_kills_its_workers_is_parked(
    store: Store, executor: Executor, probe: Probe
) -> None:
    probe(lambda _: pytest.fail("it must not run again"))
    job_id = enqueue(store) or 0
    with store.write() as tx:
        tx.execute(update(job_table).values(failures=MAX_FAILURES))
    executor.execute(job_id)
    assert get(store, job_id).state == jobs.PARKED


def test_a_job_without_progress_is_given_to_another_and_its_end_no_longer_counts(
    store: Store, probe: Probe
) -> None:
    executor = Executor(store, BOX, 0.1, hung_leases=3)
    probe(lambda work: wait_until(lambda: get(store, work.job.id).state == jobs.QUEUED))
    job_id = enqueue(store) or 0

    executor.execute(job_id)

    job = get(store, job_id)
    assert (job.state, job.failures) == (jobs.QUEUED, 1)
    assert executor.hung.is_set()
    assert story(store, job_id) == [(1, attempts.HUNG, "It made no progress for 0.3 seconds.")]


def test_a_sync_that_hangs_holds_its_source_no_longer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(work: Work) -> None:
        until = datetime.now(UTC) + timedelta(hours=1)
        with work.store.write() as tx:
            runs.begin(tx, "shop", now=NOW, lease_until=until)
        wait_until(lambda: get(store, work.job.id).state == jobs.QUEUED)

    monkeypatch.setattr(kinds, "KINDS", {"sync": hang})
    job_id = enqueue(store, "sync") or 0
    Executor(store, BOX, 0.1, hung_leases=3).execute(job_id)
    with store.write() as tx:
        assert runs.begin(tx, "shop", now=NOW, lease_until=LATER)


def test_progress_is_written_down_at_once_for_a_worker_that_is_killed_soon_after(
    store: Store, executor: Executor, probe: Probe
) -> None:
    def work(work: Work) -> None:
        work.progressed()
        wait_until(lambda: get(store, work.job.id).failures == 0)

    probe(work)
    job_id = enqueue(store) or 0
    with store.write() as tx:
        tx.execute(update(job_table).values(failures=MAX_FAILURES - 1))
    executor.execute(job_id)
    assert get(store, job_id).state == jobs.DONE


def test_what_is_not_committed_yet_is_no_progress_but_a_sign_of_life(
    store: Store, probe: Probe, leases: Leases
) -> None:
    executor = Executor(store, BOX, LEASE, hung_leases=2)

    def work_for_long(work: Work) -> None:
        for _ in range(5):
            work.alive()
            leases.go_by(1.5)
        raise AgainError("502.")

    probe(work_for_long)
    job_id = enqueue(store) or 0
    with store.write() as tx:
        tx.execute(update(job_table).values(failures=5))
    executor.execute(job_id)
    assert (get(store, job_id).failures, executor.hung.is_set()) == (6, False)


def test_a_job_that_goes_on_for_long_does_not_hang(
    store: Store, probe: Probe, leases: Leases
) -> None:
    executor = Executor(store, BOX, LEASE, hung_leases=2)

    def work_for_long(work: Work) -> None:
        for _ in range(5):
            work.progressed()
            leases.go_by(1.5)

    probe(work_for_long)
    job_id = enqueue(store) or 0
    executor.execute(job_id)
    assert get(store, job_id).state == jobs.DONE


def test_an_unknown_kind_is_said_to_be_one(store: Store, executor: Executor) -> None:
    job_id = enqueue(store, "future") or 0
    executor.execute(job_id)
    assert "no kind of job 'future'" in str(get(store, job_id).error)
