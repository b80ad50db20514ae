"""A store that others have for too long: no job is lost for it, and none fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.protocol import Message, Record
from daifuku.errors import BusyError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, sources
from sync.jobs.asking import ask_sync
from sync.jobs.execute import Executor
from sync.jobs.tick import Tick
from tests.support.busy import Other
from tests.support.jobs import NOW, Probe, enqueue, get
from tests.support.scripted import BOX, SCRIPTS, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def executor(busy_store: Store) -> Executor:
    return Executor(busy_store, BOX, 30.0)


def test_a_sync_job_is_done_again_soon_and_that_counts_as_no_failure(
    busy_store: Store, other: Other, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Iterator[Message]:
        other.keep(1)
        yield Record("customers", "1", {"name": "客"})

    monkeypatch.setitem(SCRIPTS, "keeping", read)
    add_scripted(busy_store, script="keeping")
    with busy_store.write() as tx:
        job_id = ask_sync(tx, "shop", NOW).job
    executor.execute(job_id)
    job = get(busy_store, job_id)
    assert (job.state, job.failures) == (jobs.QUEUED, 0)
    wait = job.due_at - datetime.now(UTC)
    assert timedelta() < wait <= timedelta(seconds=BusyError.retry_after)


@pytest.mark.parametrize("kind", ["inbox", "resolve"])
def test_so_is_every_other_job(
    busy_store: Store, other: Other, executor: Executor, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(*_: object, **__: object) -> None:
        other.keep(1)
        with busy_store.write():
            pass

    for work in ("process_inbox", "resolve_due"):
        monkeypatch.setattr(f"sync.jobs.kinds.{work}", keep)
    job_id = enqueue(busy_store, kind) or 0
    executor.execute(job_id)
    job = get(busy_store, job_id)
    assert (job.state, job.failures) == (jobs.QUEUED, 0)


def test_a_job_that_could_not_be_claimed_is_claimed_later(
    busy_store: Store, other: Other, executor: Executor, probe: Probe
) -> None:
    probe(lambda _: None)
    job_id = enqueue(busy_store) or 0
    other.keep(1)
    assert not executor.execute(job_id)
    assert executor.execute(job_id)
    assert get(busy_store, job_id).state == jobs.DONE


def test_a_job_that_is_done_is_so_once_that_can_be_written(
    busy_store: Store, other: Other, executor: Executor, probe: Probe
) -> None:
    probe(lambda _: other.keep(3))
    job_id = enqueue(busy_store) or 0
    executor.execute(job_id)
    assert get(busy_store, job_id).state == jobs.DONE


def test_a_tick_leaves_what_is_due_to_the_next(busy_store: Store, other: Other) -> None:
    sent: list[int] = []
    add_scripted(busy_store)
    with busy_store.write() as tx:
        sources.set_next_run(tx, "shop", NOW)
    tick = Tick(busy_store, sent.append, timedelta(seconds=30))
    other.keep(1)
    with pytest.raises(BusyError):
        tick.beat()
    assert tick.beat() == len(sent) == 1
