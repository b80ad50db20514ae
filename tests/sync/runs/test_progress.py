"""What is known of a run while it goes on, and how it is ended from outside."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event

import pytest
from sqlalchemy import update

from connectors.protocol import (
    Checkpoint,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamState,
    StreamStatus,
)
from daifuku.errors import ConflictError, RateLimitedError, SourceError
from daifuku.records import Receipt, RunState, StreamPhase
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, run_log, runs
from daifuku.storage.tables import stream_run
from sync.leases import Renew
from sync.runner import RunOptions, run_source, run_sync
from sync.runs.cancelling import cancel_run
from sync.runs.context import RunLostError
from sync.runs.tally import Tally
from tests.support.scripted import BOX, SCRIPTS, Config, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
STARTED = Status("customers", StreamStatus.STARTED)
COMPLETE = Status("customers", StreamStatus.COMPLETE)


def customer(number: int) -> Record:
    return Record("customers", str(number), {"name": f"客{number}"})


def test_each_stream_tells_how_far_it_is_after_every_checkpoint(store: Store) -> None:
    add_scripted(store, records=25)
    seen: list[tuple[str, int, int]] = []

    def look(_stream: str, _receipt: Receipt) -> None:
        with store.read() as tx:
            (run,) = runs.latest(tx)
        for name, one in run.by_stream.items():
            seen.append((f"{name} {one.state}", one.receipt.fetched, one.checkpoints))

    run = run_sync(store, BOX, "shop", RunOptions(progress=look))

    assert seen[:2] == [("customers reading", 10, 1), ("orders waiting", 0, 0)]
    assert seen[-1] == ("orders complete", 25, 3)
    assert run.reconciles
    assert run.by_stream["orders"].checkpoint_at is not None


def test_a_rate_is_taken_over_the_last_checkpoints_and_gives_an_estimate() -> None:
    tally = Tally("customers")
    tally.adopt(tally.started(NOON, expected=1_000))
    for second in (1, 2, 3):
        at = NOON + timedelta(seconds=second)
        tally.adopt(tally.after(Receipt(fetched=100, unchanged=100), at))

    assert (tally.run.rate, tally.run.seconds_left) == (100.0, 7.0)
    assert tally.ended(StreamPhase.COMPLETE, NOON).seconds_left is None


def test_the_whole_pass_before_says_how_much_there_is_to_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Status("customers", StreamStatus.COMPLETE, full_pass=True)
    add_scripted(store, script=play(monkeypatch, STARTED, customer(1), customer(2), whole))
    options = RunOptions(streams=["customers"])

    first, second = (run_sync(store, BOX, "shop", options) for _ in range(2))

    assert first.by_stream["customers"].expected is None
    assert second.by_stream["customers"].expected == 2


def test_a_cancelled_run_keeps_what_it_landed_and_its_job_is_not_done_again(store: Store) -> None:
    add_scripted(store, records=40)
    now = datetime.now(UTC)
    with store.write() as tx:
        job = jobs.enqueue(tx, "sync", {"source": "shop"}, now=now, dedup_key="sync:shop")
        assert job is not None
        jobs.claim(tx, job, now=now, lease_until=now + timedelta(seconds=30))

    def cancel(_stream: str, receipt: Receipt) -> None:
        if receipt.fetched == 20:
            with store.read() as tx:
                (run,) = runs.latest(tx)
            cancel_run(store, run.id, by="Sato")

    result = run_source(store, BOX, "shop", RunOptions(progress=cancel))

    assert isinstance(result.error, RunLostError)
    assert result.run.state is RunState.CANCELLED
    assert result.run.receipt.fetched == 20
    assert result.run.streams == {"customers": "incomplete", "orders": "incomplete"}
    with store.read() as tx:
        assert jobs.live(tx, "sync:shop") is None
        assert jobs.unfinished(tx, "resolve")
        words = [line.words for line in run_log.of_run(tx, result.run.id)]
    assert "The run was cancelled by Sato." in words


def test_a_run_notices_between_checkpoints_that_it_is_no_longer_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Event()

    @contextmanager
    def kept_alive(_renew: Renew, _seconds: float) -> Iterator[Event]:
        yield lost

    def endless(
        _config: Config, _streams: Sequence[str], _state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        yield STARTED
        with store.read() as tx:
            (run,) = runs.latest(tx)
        cancel_run(store, run.id)
        lost.set()
        yield from map(customer, count())

    monkeypatch.setattr("sync.runner.kept_alive", kept_alive)
    monkeypatch.setitem(SCRIPTS, "endless", endless)
    add_scripted(store, script="endless")

    run = run_sync(store, BOX, "shop")

    assert (run.state, run.receipt) == (RunState.CANCELLED, Receipt())


def test_the_run_of_a_dead_process_is_cancelled_at_once(store: Store) -> None:
    add_scripted(store, records=1)
    past = datetime.now(UTC) - timedelta(hours=1)
    with store.write() as tx:
        run = runs.begin(tx, "shop", now=past, lease_until=past)

    assert cancel_run(store, run).state is RunState.CANCELLED
    with pytest.raises(ConflictError, match="has ended already: it cancelled"):
        cancel_run(store, run)


def test_a_receipt_that_does_not_add_up_is_a_fault_and_not_silence(store: Store) -> None:
    add_scripted(store, records=5)

    def lose_one(_stream: str, receipt: Receipt) -> None:
        if receipt.fetched == 10:
            with store.write() as tx:
                tx.execute(update(stream_run).values(unchanged=1))

    run = run_sync(store, BOX, "shop", RunOptions(progress=lose_one))

    assert (run.state, run.error_kind) == (RunState.PARTIAL, "system")


def test_of_several_failures_the_one_the_hub_can_act_on_decides(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[tuple[str, SourceError]] = [
        ("customers", SourceError("The table is gone.")),
        ("orders", RateLimitedError("Wait.", retry_after=60)),
    ]
    script = [StreamFailure(stream, error) for stream, error in failures]
    add_scripted(store, script=play(monkeypatch, STARTED, *script))

    result = run_source(store, BOX, "shop", RunOptions())

    assert isinstance(result.error, RateLimitedError)
    kinds = {name: one.error_kind for name, one in result.run.by_stream.items()}
    assert kinds == {"customers": "source", "orders": "rate_limited"}


def test_a_connector_that_speaks_of_other_streams_is_at_fault(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store, script=play(monkeypatch, STARTED, Checkpoint("invoices", {})))

    assert run_sync(store, BOX, "shop").error_kind == "system"
