"""What is asked for while a sync of the same source is under way is done right after it, once."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from connectors.protocol import Checkpoint, Message, Record, Status, StreamState, StreamStatus
from daifuku.records import RunState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, runs, states
from daifuku.storage.repositories.jobs import Job
from sync.jobs.asking import Asked, ask_sync, ask_syncs
from sync.jobs.execute import Executor
from sync.jobs.tick import schedule_due
from sync.jobs.wishes import Wish
from sync.runner import RunOptions, run_sync
from sync.runs.cancelling import cancel_run
from sync.schedules import CatchUp
from tests.support.jobs import LATER, NOW, claim, get
from tests.support.scheduling import due_every_hour
from tests.support.scripted import BOX, SCRIPTS, Config, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")

ORDERS = Wish(streams=("orders",))
FULL = Wish(full=True)
BACKFILL = Wish(since=datetime(2026, 1, 1, tzinfo=UTC))


def ask(store: Store, wish: Wish = ORDERS, now: datetime = NOW) -> Asked:
    with store.write() as tx:
        return ask_sync(tx, "shop", now, wish)


def running(store: Store, wish: Wish = ORDERS) -> int:
    """A sync job that a worker has just claimed."""
    job_id = ask(store, wish).job
    assert claim(store, job_id)
    return job_id


def end(store: Store, job_id: int, state: str = jobs.DONE) -> Job | None:
    """The live job after this one has ended so."""
    with store.write() as tx:
        jobs.finish(tx, job_id, get(store, job_id).attempt, state=state, at=NOW)
        return jobs.live(tx, "sync:shop")


def test_what_a_run_under_way_has_read_past_is_read_by_the_one_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = ["1"]

    def script(
        _config: Config, _streams: Sequence[str], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        read = int(state.get("customers", {}).get("read", 0))
        found = held[read:]
        if not read:
            held.append("2")  # it comes too late for this run
            ask(store, Wish(), datetime.now(UTC))
        yield Status("customers", StreamStatus.STARTED)
        yield from (Record("customers", name, {"name": name}) for name in found)
        yield Checkpoint("customers", {"read": read + len(found)})
        yield Status("customers", StreamStatus.COMPLETE)

    monkeypatch.setitem(SCRIPTS, "late", script)
    add_scripted(store, script="late")
    executor = Executor(store, BOX, 30.0)
    executor.execute(ask(store, Wish(streams=("customers",))).job)
    with store.read() as tx:
        after = jobs.live(tx, "sync:shop")
        assert states.load(tx, "shop") == {"customers": {"read": 1}}
    assert after is not None
    executor.execute(after.id)
    with store.read() as tx:
        assert states.load(tx, "shop") == {"customers": {"read": 2}}
        assert jobs.live(tx, "sync:shop") is None


def test_many_wishes_make_one_run_that_does_what_the_strongest_asks(store: Store) -> None:
    job_id = running(store)
    for wish in (ORDERS, BACKFILL, Wish(streams=("customers",)), FULL):
        assert ask(store, wish) == Asked(job_id, NOW, follows=True)
    after = end(store, job_id)
    assert after is not None
    assert Wish.of(after.args) == Wish(full=True, asked_at=NOW)
    assert (after.args["source"], after.due_at, after.follow_up) == ("shop", NOW, None)
    assert end(store, claimed(store, after)) is None


def claimed(store: Store, job: Job) -> int:
    assert claim(store, job.id)
    return job.id


def test_a_job_that_waits_does_what_it_covers(store: Store) -> None:
    first = ask(store, Wish())
    assert ask(store, ORDERS) == first
    assert get(store, first.job).follow_up is None


def test_and_is_followed_by_what_it_does_not(store: Store) -> None:
    """A full re-sync of one stream does not become one of all for someone who wants the news."""
    first = ask(store, Wish(streams=("orders",), full=True))
    assert ask(store, Wish()).follows
    job = get(store, first.job)
    assert job.args["streams"] == ["orders"]
    assert job.follow_up == {"source": "shop"}


def test_a_job_that_waits_for_later_still_does(store: Store) -> None:
    """The source asked for that, or failed: who knows better lets the job run at once."""
    job_id = running(store, Wish())
    with store.write() as tx:
        jobs.put_back(tx, job_id, 1, due_at=LATER, failures=1)
    assert ask(store) == Asked(job_id, LATER)


@pytest.mark.parametrize("wish", [FULL, BACKFILL])
def test_a_stream_is_read_again_that_was_so_after_the_first_wish_and_before_the_second(
    store: Store, wish: Wish
) -> None:
    add_scripted(store, records=3)
    first = ask(store, wish)
    run_sync(store, BOX, "shop", RunOptions(full=True))
    assert ask(store, wish, datetime.now(UTC)).job == first.job
    Executor(store, BOX, 30.0).execute(first.job)
    with store.read() as tx:
        assert runs.latest(tx, "shop")[0].receipt.unchanged > 0


@pytest.mark.parametrize("state", [jobs.DONE, jobs.FAILED])
def test_it_follows_however_the_run_ends(store: Store, state: str) -> None:
    job_id = running(store)
    ask(store)
    assert end(store, job_id, state) is not None


def test_it_follows_a_run_that_is_cancelled_and_a_job_that_is_discarded(store: Store) -> None:
    add_scripted(store)
    running(store)
    ask(store)
    with store.write() as tx:
        run_id = runs.begin(tx, "shop", now=NOW, lease_until=LATER)
    assert cancel_run(store, run_id).state is RunState.CANCELLED
    with store.write() as tx:
        waiting = jobs.live(tx, "sync:shop")
        assert waiting is not None
        jobs.follow_up_with(tx, waiting.id, {"source": "shop", "full": True})
        jobs.discard(tx, waiting.id, NOW)
        after = jobs.live(tx, "sync:shop")
    assert after is not None
    assert after.args["full"]


def test_it_stays_with_a_job_that_is_parked_until_that_is_done_again(store: Store) -> None:
    job_id = running(store)
    ask(store)
    assert end(store, job_id, jobs.PARKED) is None
    with store.write() as tx:
        assert jobs.revive(tx, job_id, NOW)
    claim(store, job_id)
    assert end(store, job_id) is not None


@pytest.mark.parametrize("catch_up", CatchUp)
def test_a_time_by_schedule_is_made_up_for_or_left_out_as_the_schedule_says(
    store: Store, catch_up: CatchUp
) -> None:
    add_scripted(store)
    now = datetime.now(UTC)
    due_every_hour(store, "shop", now, catch_up=catch_up)
    job_id = running(store)
    with store.write() as tx:
        assert schedule_due(tx, now) == 1
    assert (end(store, job_id) is not None) is (catch_up is CatchUp.ONCE)


def test_many_are_asked_at_once(store: Store) -> None:
    job_id = running(store)
    with store.write() as tx:
        ask_syncs(tx, ["shop", "crm"], NOW)
        crm = jobs.live(tx, "sync:crm")
    assert crm is not None
    assert get(store, job_id).follow_up == {"source": "shop"}


def test_nothing_is_lost_where_jobs_end_while_others_ask(store: Store) -> None:
    done: set[str] = set()
    all_asked = threading.Event()

    def work() -> None:
        while (job := live(store)) or not all_asked.is_set():
            if job and (mine := claim(store, job.id)):
                done.update(mine.args["streams"])
                end(store, job.id)

    worker = threading.Thread(target=work)
    worker.start()
    streams = {f"stream{number}" for number in range(40)}
    for stream in streams:
        ask(store, Wish(streams=(stream,)))
    all_asked.set()
    worker.join()
    assert done == streams


def live(store: Store) -> Job | None:
    with store.read() as tx:
        return jobs.live(tx, "sync:shop")
