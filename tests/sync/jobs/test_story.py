"""What became of each attempt at a job, for whoever has to look."""

from daifuku.errors import TransientError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs
from sync.jobs.execute import Executor
from sync.jobs.kinds import AgainError, Work
from tests.support.jobs import LATER, NOW, Probe, enqueue, get, story


def test_it_tells_of_each_attempt_who_made_it_and_how_it_ended(
    store: Store, executor: Executor, probe: Probe
) -> None:
    ends = iter([TransientError("502."), None])

    def work(_: Work) -> None:
        if (error := next(ends)) is not None:
            raise AgainError(str(error), seconds=-1)

    probe(work)
    job_id = enqueue(store) or 0
    for _ in range(2):
        executor.execute(job_id)

    assert story(store, job_id) == [(1, "again", "502."), (2, "done", None)]
    with store.read() as tx:
        first = attempts.of_job(tx, job_id)[0]
    assert first.worker == executor.worker == get(store, job_id).worker
    assert first.ended_at is not None
    assert first.ended_at >= first.began_at


def test_a_worker_that_died_is_named_by_the_next_one(
    store: Store, executor: Executor, probe: Probe
) -> None:
    probe(lambda _: None)
    job_id = enqueue(store) or 0
    with store.write() as tx:
        claimed = jobs.claim(tx, job_id, now=NOW, lease_until=LATER, worker="dead:1")
        assert claimed is not None
        attempts.begin(tx, job_id, claimed.attempt, "dead:1", NOW)
    executor.execute(job_id)
    assert story(store, job_id) == [(1, "died", None), (2, "done", None)]


def test_it_keeps_the_latest_attempts(store: Store) -> None:
    job_id = enqueue(store) or 0
    with store.write() as tx:
        for number in range(1, 31):
            attempts.begin(tx, job_id, number, "host:1", NOW)
    numbers = [attempt for attempt, _, _ in story(store, job_id)]
    assert numbers == list(range(31 - attempts.KEPT, 31))
