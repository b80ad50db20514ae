"""What an operator does about jobs, and what is done with old ones."""

from datetime import datetime, timedelta

import pytest

from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs
from sync.jobs.cleaning import KEPT, clean_jobs
from tests.support.jobs import LATER, NOW, claim, enqueue, story


def end(store: Store, job_id: int, state: str, at: datetime = NOW) -> None:
    with store.write() as tx:
        claimed = jobs.claim(tx, job_id, now=NOW, lease_until=LATER)
        assert claimed is not None
        jobs.finish(tx, job_id, claimed.attempt, state=state, at=at)


@pytest.mark.parametrize(
    ("state", "goes"),
    [(jobs.PARKED, True), (jobs.FAILED, True), (jobs.DONE, False)],
)
def test_what_was_given_up_is_tried_again(store: Store, state: str, *, goes: bool) -> None:
    job_id = enqueue(store) or 0
    end(store, job_id, state)
    with store.write() as tx:
        assert jobs.revive(tx, job_id, NOW) is goes
    assert (claim(store, job_id) is not None) is goes


def test_it_is_not_while_another_with_its_key_is_live(store: Store) -> None:
    parked = enqueue(store, dedup_key="k") or 0
    end(store, parked, jobs.PARKED)
    enqueue(store, dedup_key="k")
    with store.write() as tx:
        assert not jobs.revive(tx, parked, NOW)


def test_a_job_is_discarded_unless_it_runs(store: Store) -> None:
    queued, running = enqueue(store) or 0, enqueue(store) or 0
    claim(store, running)
    with store.write() as tx:
        assert jobs.discard(tx, queued, NOW)
        assert not jobs.discard(tx, running, NOW)
    assert claim(store, queued) is None


def test_old_ones_are_forgotten_with_their_stories_and_parked_ones_are_not(store: Store) -> None:
    old, young, parked = (enqueue(store) or 0 for _ in range(3))
    with store.write() as tx:
        attempts.begin(tx, old, 1, "host:1", NOW)
    now = NOW + KEPT[jobs.DONE] + timedelta(minutes=1)
    end(store, old, jobs.DONE)
    end(store, young, jobs.DONE, at=now)
    end(store, parked, jobs.PARKED)

    assert clean_jobs(store, now) == 1
    with store.read() as tx:
        assert [jobs.get(tx, each) is None for each in (old, young, parked)] == [
            True,
            False,
            False,
        ]
    assert story(store, old) == []
