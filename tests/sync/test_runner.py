"""A run: what it lands, how it ends, and what its receipt says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamState,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    ConflictError,
    NotFoundError,
    RateLimitedError,
    TransientError,
)
from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, runs, sources, states
from daifuku.storage.tables import source, source_record
from sync.runner import RunOptions, run_sync
from sync.sources import opened_config
from tests.support.scripted import BOX, SCRIPTS, Config, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")

STARTED = Status("customers", StreamStatus.STARTED)
COMPLETE = Status("customers", StreamStatus.COMPLETE)
FULL = Status("customers", StreamStatus.COMPLETE, full_pass=True)


def customer(number: int, **data: Any) -> Record:
    return Record("customers", str(number), {"name": f"客{number}"} | data)


def listed(store: Store) -> set[str]:
    with store.read() as tx:
        rows = tx.execute(select(source_record.c.external_id).where(~source_record.c.deleted))
        return set(rows.scalars())


def test_a_run_reads_each_stream_after_those_it_depends_on_and_accounts_for_all(
    store: Store,
) -> None:
    add_scripted(store, records=40)
    seen: list[str] = []

    run = run_sync(store, BOX, "shop", RunOptions(progress=lambda stream, _: seen.append(stream)))

    assert run.state is RunState.SUCCEEDED
    assert run.receipt == Receipt(fetched=80, new=77, rejected=3)
    assert run.streams == {"customers": "complete", "orders": "complete"}
    assert seen == sorted(seen)
    with store.read() as tx:
        assert jobs.unfinished(tx, "resolve")


def test_the_next_run_goes_on_from_the_cursor(store: Store) -> None:
    add_scripted(store, records=25)
    run_sync(store, BOX, "shop")

    assert run_sync(store, BOX, "shop").receipt == Receipt()


def test_a_stream_from_which_nothing_ever_came_says_so(store: Store) -> None:
    add_scripted(store, records=0)

    run = run_sync(store, BOX, "shop")

    assert run.streams == {"customers": "empty", "orders": "empty"}


def test_chosen_streams_only(store: Store) -> None:
    add_scripted(store, records=5)

    run = run_sync(store, BOX, "shop", RunOptions(streams=["orders"]))

    assert run.streams == {"orders": "complete"}


def test_a_failed_stream_leaves_the_others_be_and_makes_the_run_partial(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = StreamFailure("orders", TransientError("502 from the server."))
    ended = Status("orders", StreamStatus.INCOMPLETE)
    add_scripted(store, script=play(monkeypatch, STARTED, customer(1), COMPLETE, failure, ended))

    run = run_sync(store, BOX, "shop")

    assert run.state is RunState.PARTIAL
    assert run.streams == {"customers": "complete", "orders": "failed"}
    assert (run.error_kind, run.error) == ("transient", "502 from the server.")


@pytest.mark.parametrize(
    ("error", "paused"),
    [
        (ConfigError("401: planted-token is refused."), True),
        (AuthExpiredError("Sign in again."), True),
        (TransientError("502."), False),
        (RateLimitedError("Wait.", retry_after=60), False),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_an_error_that_its_owner_must_mend_pauses_the_source(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, paused: bool
) -> None:
    add_scripted(store, script=play(monkeypatch, error))

    run = run_sync(store, BOX, "shop")

    assert run.state is RunState.FAILED
    assert run.error is not None
    assert "planted" not in run.error
    with store.read() as tx:
        assert sources.get(tx, "shop").paused is paused


def test_a_fault_in_a_connector_ends_the_run_without_its_details_in_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store, script=play(monkeypatch, STARTED, KeyError("someone@example.com")))

    run = run_sync(store, BOX, "shop")

    assert (run.state, run.error_kind) == (RunState.FAILED, "system")
    assert "someone" not in str(run.error)


def test_the_cursor_covers_what_is_landed_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = play(
        monkeypatch,
        STARTED,
        customer(1),
        Checkpoint("customers", {"at": 1}),
        customer(2),
        TransientError("gone"),
    )
    add_scripted(store, script=script)

    run = run_sync(store, BOX, "shop")

    assert listed(store) == {"1", "2"}
    assert run.receipt == Receipt(fetched=2, new=2)
    with store.read() as tx:
        assert states.load(tx, "shop") == {"customers": {"at": 1}}


def test_an_unreadable_record_is_rejected_and_the_rest_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Unreadable("customers", "1", "bad_charset", "The text cannot be decoded.")
    add_scripted(store, script=play(monkeypatch, STARTED, broken, customer(2), COMPLETE))

    assert run_sync(store, BOX, "shop").receipt == Receipt(fetched=2, new=1, rejected=1)


def test_a_rotated_credential_is_stored_sealed_before_reading_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(
        _config: Config, _streams: Sequence[str], _state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        yield ConfigUpdate({"token": "planted-rotated"})
        with store.read() as tx:
            row = sources.get(tx, "shop")
            raw = tx.execute(select(source.c.config)).scalar_one()
        assert opened_config(BOX, row)["token"] == "planted-rotated"
        assert b"planted" not in raw

    monkeypatch.setitem(SCRIPTS, "rotating", script)
    add_scripted(store, script="rotating")

    assert run_sync(store, BOX, "shop").error is None


class TestFullPass:
    def run(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, *numbers: int, end: Status = FULL
    ) -> Any:
        script = play(monkeypatch, STARTED, *(customer(n) for n in numbers), end)
        with store.write() as tx:
            fresh = tx.execute(select(source.c.id)).first() is None
        if fresh:
            add_scripted(store, script=script)
        else:
            with store.write() as tx:
                sources.set_config(tx, "shop", {"script": script, "token": "x"}, datetime.now(UTC))
        options = RunOptions(streams=["customers"])
        return run_sync(store, BOX, "shop", options)

    def test_what_a_complete_pass_no_longer_lists_is_gone(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.run(store, monkeypatch, 1, 2, 3, 4)

        run = self.run(store, monkeypatch, 1, 3, 4)

        assert run.receipt == Receipt(fetched=3, unchanged=3, deleted=1)
        assert listed(store) == {"1", "3", "4"}

    @pytest.mark.parametrize("end", [COMPLETE, Status("customers", StreamStatus.INCOMPLETE)])
    def test_a_pass_that_is_not_whole_deletes_nothing(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, end: Status
    ) -> None:
        self.run(store, monkeypatch, 1, 2)
        self.run(store, monkeypatch, 1, end=end)
        assert listed(store) == {"1", "2"}

    def test_an_interrupted_pass_does_not_count_towards_the_next(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.run(store, monkeypatch, 1, 2)
        self.run(store, monkeypatch, 2, end=Status("customers", StreamStatus.INCOMPLETE))
        self.run(store, monkeypatch, 1)
        assert listed(store) == {"1"}

    def test_a_brake_stops_a_pass_that_would_delete_too_much(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.run(store, monkeypatch, *range(60))

        run = self.run(store, monkeypatch, *range(30))

        assert (run.state, run.error_kind) == (RunState.PARTIAL, "deletion_brake")
        assert "30 of 60 would be deleted" in run.error
        assert len(listed(store)) == 60
        with store.read() as tx:
            assert not sources.get(tx, "shop").paused

    def test_the_brake_can_be_taken_off(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.run(store, monkeypatch, *range(60))
        self.run(store, monkeypatch, *range(30))

        run = run_sync(store, BOX, "shop", RunOptions(streams=["customers"], allow_deletions=True))

        assert run.receipt.deleted == 30


class TestLease:
    def begin(self, store: Store, *, ago: float) -> int:
        now = datetime.now(UTC) - timedelta(seconds=ago)
        with store.write() as tx:
            until = now + timedelta(seconds=10)
            run = runs.begin(tx, "shop", now=now, lease_until=until)
            runs.count(tx, run, Receipt(fetched=7, new=7), until)
        return run

    def test_two_runs_of_a_source_at_once_are_refused(self, store: Store) -> None:
        add_scripted(store, records=1)
        self.begin(store, ago=0)
        with pytest.raises(ConflictError, match=r"running already.*run-now shop"):
            run_sync(store, BOX, "shop")

    def test_a_run_that_died_is_closed_and_what_it_committed_stays_counted(
        self, store: Store
    ) -> None:
        add_scripted(store, records=1)
        dead = self.begin(store, ago=60)

        run_sync(store, BOX, "shop")

        with store.read() as tx:
            closed = runs.get(tx, dead)
        assert (closed.state, closed.error_kind) == (RunState.FAILED, "interrupted")
        assert closed.receipt == Receipt(fetched=7, new=7)

    def test_a_cancelled_run_stops_at_its_next_checkpoint_and_writes_nothing_more(
        self, store: Store
    ) -> None:
        add_scripted(store, records=40)

        def cancel(_stream: str, receipt: Receipt) -> None:
            if receipt.fetched == 20:
                with store.write() as tx:
                    runs.cancel(tx, runs.latest(tx)[0].id, datetime.now(UTC))

        run = run_sync(store, BOX, "shop", RunOptions(progress=cancel))

        assert run.state is RunState.CANCELLED
        assert run.receipt.fetched == len(listed(store)) == 20

    def test_a_stopping_process_ends_the_run_at_a_checkpoint(self, store: Store) -> None:
        add_scripted(store, records=40)
        stop = Event()
        stop.set()

        run = run_sync(store, BOX, "shop", RunOptions(stop=stop))

        assert (run.state, run.error_kind) == (RunState.PARTIAL, "interrupted")
        assert run.receipt.fetched == 10


def test_no_such_source(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no source named 'shop'"):
        run_sync(store, BOX, "shop")


def test_runs_are_listed_newest_first(store: Store) -> None:
    add_scripted(store, records=1)
    first, second = run_sync(store, BOX, "shop"), run_sync(store, BOX, "shop")
    with store.read() as tx:
        assert [run.id for run in runs.latest(tx, "shop")] == [second.id, first.id]
        assert runs.latest(tx, before=second.id)[0].ended_at is not None
