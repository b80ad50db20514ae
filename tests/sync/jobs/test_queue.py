"""A job is claimed once and fenced, and a key has one live job."""

import threading

from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs
from daifuku.storage.repositories.jobs import Job
from tests.support.jobs import LATER, NOW, claim, enqueue, get


def test_a_job_is_claimed_once(store: Store) -> None:
    job_id = enqueue(store) or 0
    assert claim(store, job_id) is not None
    assert claim(store, job_id) is None


def test_many_claim_at_once_and_one_gets_it(store: Store) -> None:
    job_id = enqueue(store) or 0
    got: list[Job | None] = []
    threads = [threading.Thread(target=lambda: got.append(claim(store, job_id))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(job is not None for job in got) == 1


def test_one_live_job_per_key(store: Store) -> None:
    first = enqueue(store, dedup_key="k")
    assert enqueue(store, dedup_key="k") is None
    held = claim(store, first or 0)
    assert enqueue(store, dedup_key="k") is None
    assert held is not None
    with store.write() as tx:
        jobs.finish(tx, held.id, held.attempt, state=jobs.DONE, at=NOW)
    assert enqueue(store, dedup_key="k") is not None


def test_a_job_whose_worker_died_is_taken_over_and_the_dead_one_is_fenced_off(store: Store) -> None:
    job_id = enqueue(store) or 0
    dead = claim(store, job_id)
    heir = claim(store, job_id, LATER)

    assert dead is not None
    assert heir is not None
    assert (heir.attempt, heir.failures) == (dead.attempt + 1, 1)
    with store.write() as tx:
        assert not jobs.renew(tx, job_id, dead.attempt, LATER)
        assert not jobs.finish(tx, job_id, dead.attempt, state=jobs.DONE, at=NOW)
        assert jobs.finish(tx, job_id, heir.attempt, state=jobs.DONE, at=NOW)


def test_progress_forgives_failures(store: Store) -> None:
    job_id = enqueue(store) or 0
    claim(store, job_id)
    heir = claim(store, job_id, LATER)
    assert heir is not None
    with store.write() as tx:
        jobs.renew(tx, job_id, heir.attempt, LATER, progressed=True)
    assert get(store, job_id).failures == 0
