"""The queue of record: claimed once, fenced, retried with backoff, parked when hopeless."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from daifuku.errors import RateLimitedError, TransientError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import attempts, jobs, runs, sources
from daifuku.storage.repositories.jobs import Job
from daifuku.storage.tables import job as job_table
from daifuku.storage.tables import source as source_table
from sync.jobs import execute, kinds
from sync.jobs.cleaning import KEPT, clean_jobs
from sync.jobs.execute import MAX_FAILURES, Executor, backoff, spread
from sync.jobs.kinds import AgainError, Work
from sync.jobs.tick import Tick, enqueue_sync
from tests.support.deadline import until as wait_until
from tests.support.scripted import BOX, add_scripted, play

NOW = datetime(2026, 4, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)


def enqueue(store: Store, kind: str = "probe", dedup_key: str | None = None) -> int | None:
    with store.write() as tx:
        return jobs.enqueue(tx, kind, {"source": "shop"}, now=NOW, dedup_key=dedup_key)


def claim(store: Store, job_id: int, now: datetime = NOW) -> Job | None:
    with store.write() as tx:
        return jobs.claim(tx, job_id, now=now, lease_until=now + timedelta(seconds=10))


def get(store: Store, job_id: int) -> Job:
    with store.read() as tx:
        found = jobs.get(tx, job_id)
    assert found is not None
    return found


@pytest.fixture
def executor(store: Store) -> Executor:
    return Executor(store, BOX, 30.0)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Work], None]], None]:
    """Makes jobs of kind `probe` do this."""

    def install(work: Callable[[Work], None]) -> None:
        monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, "probe": work})

    return install


Probe = Callable[[Callable[[Work], None]], None]

LEASE = 0.03


class Leases:
    """A clock that goes by leases, whatever the machine has to do."""

    def __init__(self) -> None:
        self.now = 0.0
        self.renewed = 0

    def go_by(self, leases: float) -> None:
        """Let so many leases go by, in which a hold is renewed, or lost, at least once."""
        self.now += leases * LEASE
        before = self.renewed
        wait_until(lambda: self.renewed > before)


@pytest.fixture
def leases(monkeypatch: pytest.MonkeyPatch) -> Leases:
    """The clock by which jobs hang."""
    clock, renew = Leases(), jobs.renew

    def counted(*args: Any, **options: Any) -> bool:
        kept = renew(*args, **options)
        clock.renewed += 1
        return kept

    monkeypatch.setattr(jobs, "renew", counted)
    monkeypatch.setattr(execute, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


class TestQueue:
    def test_a_job_is_claimed_once(self, store: Store) -> None:
        job_id = enqueue(store) or 0
        assert claim(store, job_id) is not None
        assert claim(store, job_id) is None

    def test_many_claim_at_once_and_one_gets_it(self, store: Store) -> None:
        job_id = enqueue(store) or 0
        got: list[Job | None] = []
        threads = [
            threading.Thread(target=lambda: got.append(claim(store, job_id))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(job is not None for job in got) == 1

    def test_one_live_job_per_key(self, store: Store) -> None:
        first = enqueue(store, dedup_key="k")
        assert enqueue(store, dedup_key="k") is None
        held = claim(store, first or 0)
        assert enqueue(store, dedup_key="k") is None
        assert held is not None
        with store.write() as tx:
            jobs.finish(tx, held.id, held.attempt, state=jobs.DONE, at=NOW)
        assert enqueue(store, dedup_key="k") is not None

    def test_a_job_whose_worker_died_is_taken_over_and_the_dead_one_is_fenced_off(
        self, store: Store
    ) -> None:
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

    def test_progress_forgives_failures(self, store: Store) -> None:
        job_id = enqueue(store) or 0
        claim(store, job_id)
        heir = claim(store, job_id, LATER)
        assert heir is not None
        with store.write() as tx:
            jobs.renew(tx, job_id, heir.attempt, LATER, progressed=True)
        assert get(store, job_id).failures == 0


class TestExecution:
    def test_done(self, store: Store, executor: Executor, probe: Probe) -> None:
        probe(lambda _: None)
        job_id = enqueue(store) or 0
        assert executor.execute(job_id)
        assert get(store, job_id).state == jobs.DONE
        assert not executor.execute(job_id)

    def test_a_fault_is_tried_again_with_backoff_and_parked_in_the_end(
        self, store: Store, executor: Executor, probe: Probe
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

    def test_backoff_doubles_up_to_an_hour(self) -> None:
        waits = [backoff(failures).total_seconds() for failures in (1, 2, 3, 20)]
        assert waits == [2, 4, 8, 3600]

    def test_jobs_that_failed_together_come_back_apart(self) -> None:
        waits = {spread(timedelta(seconds=60)) for _ in range(20)}
        assert len(waits) > 1
        assert timedelta(seconds=30) <= min(waits) <= max(waits) <= timedelta(seconds=60)

    def test_a_job_that_kills_its_workers_is_parked(
        self, store: Store, executor: Executor, probe: Probe
    ) -> None:
        probe(lambda _: pytest.fail("it must not run again"))
        job_id = enqueue(store) or 0
        with store.write() as tx:
            tx.execute(update(job_table).values(failures=MAX_FAILURES))
        executor.execute(job_id)
        assert get(store, job_id).state == jobs.PARKED

    def test_a_job_without_progress_is_given_to_another_and_its_end_no_longer_counts(
        self, store: Store, probe: Probe
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
        self, store: Store, monkeypatch: pytest.MonkeyPatch
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
        self, store: Store, executor: Executor, probe: Probe
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
        self, store: Store, probe: Probe, leases: Leases
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
        self, store: Store, probe: Probe, leases: Leases
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

    def test_an_unknown_kind_is_said_to_be_one(self, store: Store, executor: Executor) -> None:
        job_id = enqueue(store, "future") or 0
        executor.execute(job_id)
        assert "no kind of job 'future'" in str(get(store, job_id).error)


def story(store: Store, job_id: int) -> list[tuple[int, str | None, str | None]]:
    with store.read() as tx:
        return [(each.attempt, each.outcome, each.error) for each in attempts.of_job(tx, job_id)]


class TestStory:
    """What became of each attempt at a job, for whoever has to look."""

    def test_it_tells_of_each_attempt_who_made_it_and_how_it_ended(
        self, store: Store, executor: Executor, probe: Probe
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
        self, store: Store, executor: Executor, probe: Probe
    ) -> None:
        probe(lambda _: None)
        job_id = enqueue(store) or 0
        with store.write() as tx:
            claimed = jobs.claim(tx, job_id, now=NOW, lease_until=LATER, worker="dead:1")
            assert claimed is not None
            attempts.begin(tx, job_id, claimed.attempt, "dead:1", NOW)
        executor.execute(job_id)
        assert story(store, job_id) == [(1, "died", None), (2, "done", None)]

    def test_it_keeps_the_latest_attempts(self, store: Store) -> None:
        job_id = enqueue(store) or 0
        with store.write() as tx:
            for number in range(1, 31):
                attempts.begin(tx, job_id, number, "host:1", NOW)
        numbers = [attempt for attempt, _, _ in story(store, job_id)]
        assert numbers == list(range(31 - attempts.KEPT, 31))


class TestCare:
    """What an operator does about jobs, and what is done with old ones."""

    def end(self, store: Store, job_id: int, state: str, at: datetime = NOW) -> None:
        with store.write() as tx:
            claimed = jobs.claim(tx, job_id, now=NOW, lease_until=LATER)
            assert claimed is not None
            jobs.finish(tx, job_id, claimed.attempt, state=state, at=at)

    @pytest.mark.parametrize(
        ("state", "goes"),
        [(jobs.PARKED, True), (jobs.FAILED, True), (jobs.DONE, False)],
    )
    def test_what_was_given_up_is_tried_again(
        self, store: Store, state: str, *, goes: bool
    ) -> None:
        job_id = enqueue(store) or 0
        self.end(store, job_id, state)
        with store.write() as tx:
            assert jobs.revive(tx, job_id, NOW) is goes
        assert (claim(store, job_id) is not None) is goes

    def test_it_is_not_while_another_with_its_key_is_live(self, store: Store) -> None:
        parked = enqueue(store, dedup_key="k") or 0
        self.end(store, parked, jobs.PARKED)
        enqueue(store, dedup_key="k")
        with store.write() as tx:
            assert not jobs.revive(tx, parked, NOW)

    def test_a_job_is_discarded_unless_it_runs(self, store: Store) -> None:
        queued, running = enqueue(store) or 0, enqueue(store) or 0
        claim(store, running)
        with store.write() as tx:
            assert jobs.discard(tx, queued, NOW)
            assert not jobs.discard(tx, running, NOW)
        assert claim(store, queued) is None

    def test_old_ones_are_forgotten_with_their_stories_and_parked_ones_are_not(
        self, store: Store
    ) -> None:
        old, young, parked = (enqueue(store) or 0 for _ in range(3))
        with store.write() as tx:
            attempts.begin(tx, old, 1, "host:1", NOW)
        now = NOW + KEPT[jobs.DONE] + timedelta(minutes=1)
        self.end(store, old, jobs.DONE)
        self.end(store, young, jobs.DONE, at=now)
        self.end(store, parked, jobs.PARKED)

        assert clean_jobs(store, now) == 1
        with store.read() as tx:
            assert [jobs.get(tx, each) is None for each in (old, young, parked)] == [
                True,
                False,
                False,
            ]
        assert story(store, old) == []


@pytest.mark.usefixtures("scripted")
class TestSyncJob:
    def test_one_that_kills_its_workers_pauses_its_source(
        self, store: Store, executor: Executor
    ) -> None:
        add_scripted(store)
        with store.write() as tx:
            job_id = enqueue_sync(tx, "shop", NOW) or 0
            tx.execute(update(job_table).values(failures=MAX_FAILURES))
        executor.execute(job_id)
        with store.read() as tx:
            row = sources.get(tx, "shop")
        assert row.paused
        assert f"daifuku jobs show {job_id}" in str(row.paused_reason)

    def sync(self, store: Store, executor: Executor) -> Job:
        with store.write() as tx:
            job_id = enqueue_sync(tx, "shop", NOW) or 0
        executor.execute(job_id)
        return get(store, job_id)

    def test_a_rate_limit_puts_it_off_and_counts_as_no_failure(
        self, store: Store, executor: Executor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limited = RateLimitedError("Wait.", retry_after=600)
        add_scripted(store, script=play(monkeypatch, limited))

        job = self.sync(store, executor)

        assert (job.state, job.failures) == (jobs.QUEUED, 0)
        assert job.due_at > datetime.now(UTC) + timedelta(seconds=500)

    def test_a_transient_error_is_tried_again(
        self, store: Store, executor: Executor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add_scripted(store, script=play(monkeypatch, TransientError("502.")))
        job = self.sync(store, executor)
        assert (job.state, job.failures, job.error) == (jobs.QUEUED, 1, "502.")

    def test_a_stopping_worker_leaves_the_job_for_the_next(self, store: Store) -> None:
        add_scripted(store, records=40)
        stopping = threading.Event()
        stopping.set()
        job = self.sync(store, Executor(store, BOX, 30.0, stopping))
        assert (job.state, job.failures) == (jobs.QUEUED, 0)


@pytest.mark.usefixtures("scripted")
class TestTick:
    def beat(self, store: Store) -> list[int]:
        sent: list[int] = []
        Tick(store, sent.append, timedelta(seconds=30)).beat()
        return sent

    def test_a_due_source_is_queued_once_and_due_again_later(self, store: Store) -> None:
        add_scripted(store)
        with store.write() as tx:
            sources.set_schedule(
                tx,
                "shop",
                interval_seconds=3600,
                cron=None,
                time_zone=None,
                next_run_at=NOW,
                at=NOW,
            )

        sent = self.beat(store)

        assert get(store, sent[0]).args == {"source": "shop"}
        with store.read() as tx:
            coming = sources.get(tx, "shop").next_run_at
        assert coming is not None
        assert coming > datetime.now(UTC)
        assert self.beat(store) == []

    def test_a_run_that_was_missed_is_left_out_where_the_schedule_says_so(
        self, store: Store
    ) -> None:
        add_scripted(store)
        with store.write() as tx:
            sources.set_schedule(
                tx,
                "shop",
                interval_seconds=3600,
                cron=None,
                time_zone=None,
                catch_up="skip",
                next_run_at=NOW,
                at=NOW,
            )
        assert self.beat(store) == []
        with store.read() as tx:
            coming = sources.get(tx, "shop").next_run_at
        assert coming is not None
        assert (coming - NOW) % timedelta(hours=1) == timedelta()

    def test_a_schedule_that_cannot_be_kept_pauses_its_source_and_no_other(
        self, store: Store
    ) -> None:
        for name in ("broken", "shop"):
            add_scripted(store, name)
            with store.write() as tx:
                sources.set_next_run(tx, name, NOW)
        with store.write() as tx:
            tx.execute(
                update(source_table)
                .where(source_table.c.id == "broken")
                .values(cron="0 0 * * *", time_zone="Asia/Edo")
            )
        assert len(self.beat(store)) == 1
        with store.read() as tx:
            assert "no time zone" in str(sources.get(tx, "broken").paused_reason)

    def test_no_more_are_sent_than_there_is_room_for(self, store: Store) -> None:
        expected = [enqueue(store) or 0 for _ in range(5)]
        sent: list[int] = []
        Tick(store, sent.append, timedelta(seconds=30), room=lambda: 3).beat()
        assert sent == expected[:3]

    def test_a_paused_source_is_left_alone(self, store: Store) -> None:
        add_scripted(store)
        with store.write() as tx:
            sources.set_next_run(tx, "shop", NOW)
            sources.pause(tx, "shop", "wrong password", NOW)
        assert self.beat(store) == []

    def test_a_message_that_could_not_be_sent_is_sent_at_the_next_tick(self, store: Store) -> None:
        job_id = enqueue(store)

        def refuse(_: int) -> None:
            raise ConnectionError("no broker")

        with pytest.raises(ConnectionError):
            Tick(store, refuse, timedelta(seconds=30)).beat()
        assert self.beat(store) == [job_id]

    def test_ticks_side_by_side_send_each_job_once(self, store: Store) -> None:
        expected = sorted(enqueue(store) or 0 for _ in range(20))
        sent: list[int] = []
        tick = Tick(store, sent.append, timedelta(seconds=30))
        threads = [threading.Thread(target=tick.beat) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(sent) == expected
