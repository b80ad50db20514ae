"""A stream whose records change: what is new goes on, what its mapping would miss waits."""

from datetime import UTC, datetime

import pytest

from connectors.protocol import Checkpoint, Message, Record, Status, StreamStatus
from daifuku.records import RunState, SyncRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, schema_changes, sources, states
from sync.runner import run_sync
from sync.runs.drift import accept
from tests.support.scripted import BOX, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")

COUNT = 60


def page(start: int, **data: object) -> list[Message]:
    """`COUNT` customers from `start` on, and the checkpoint after them."""
    found: list[Message] = [
        Record("customers", str(number), {"name": f"客{number}"} | data)
        for number in range(start, start + COUNT)
    ]
    return [*found, Checkpoint("customers", {"next": start + COUNT})]


def stream(name: str, *messages: Message) -> list[Message]:
    started, complete = StreamStatus.STARTED, StreamStatus.COMPLETE
    return [Status(name, started), *messages, Status(name, complete)]


def orders() -> list[Message]:
    order = {"customer": "1", "at": "2026-04-01", "number": "N1"}
    return stream("orders", Record("orders", "1", order), Checkpoint("orders", {"next": 1}))


def sync(store: Store, monkeypatch: pytest.MonkeyPatch, *messages: Message) -> SyncRun:
    script = play(monkeypatch, *messages)
    with store.write() as tx:
        known = any(row.id == "shop" for row in sources.list_all(tx))
        if known:
            config = {"script": script, "token": "x"}
            sources.set_config(tx, "shop", config, datetime.now(UTC))
    if not known:
        add_scripted(store, script=script)
    return run_sync(store, BOX, "shop")


def test_a_new_field_is_noted_and_the_stream_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(store, monkeypatch, *stream("customers", *page(0)), *orders())

    run = sync(store, monkeypatch, *stream("customers", *page(60, age=7)), *orders())

    assert run.state is RunState.SUCCEEDED
    with store.read() as tx:
        (change,) = schema_changes.of_source(tx, "shop")
        words = [line.words for line in run_log.of_run(tx, run.id)]
    assert (change.kind, change.field, change.after) == ("added", "age", "number")
    assert "A field was added: age (number)." in words


class TestPaused:
    @pytest.fixture
    def drifted(self, scripted: None, store: Store, monkeypatch: pytest.MonkeyPatch) -> SyncRun:
        """A run in which the e-mail addresses stop after one good page."""
        del scripted  # it has made the connector known
        known = {"email": "a@example.com"}
        sync(store, monkeypatch, *stream("customers", *page(0, **known)), *orders())
        return sync(
            store,
            monkeypatch,
            *stream("customers", *page(60, **known), *page(120), *page(180)),
            *orders(),
        )

    def test_a_field_the_mapping_uses_stops_its_stream_alone(self, drifted: SyncRun) -> None:
        assert drifted.state is RunState.PARTIAL
        assert drifted.streams == {"customers": "paused", "orders": "complete"}
        assert drifted.error_kind == "schema_drift"
        assert drifted.error is not None
        assert "shop/customers no longer sends `email`" in drifted.error
        assert "120 records had it, and the last 60 have not" in drifted.error

    @pytest.mark.usefixtures("drifted")
    def test_nothing_of_it_lands_and_the_cursor_stays_at_the_last_good_checkpoint(
        self, store: Store
    ) -> None:
        with store.read() as tx:
            row = states.of_source(tx, "shop")["customers"]
        assert (row.state, row.paused_reason) == ({"next": 120}, "schema_drift")

    @pytest.mark.usefixtures("drifted")
    def test_it_is_left_out_until_its_owner_accepts(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left_out = sync(store, monkeypatch, *orders())
        with store.write() as tx:
            assert accept(tx, "shop", "customers", datetime.now(UTC))
            assert not accept(tx, "shop", "orders", datetime.now(UTC))

        gone_on = sync(store, monkeypatch, *stream("customers", *page(120)), *orders())

        assert left_out.streams == {"customers": "paused", "orders": "complete"}
        assert (left_out.state, left_out.error_kind) == (RunState.PARTIAL, "schema_drift")
        assert "daifuku source accept-drift shop customers" in str(left_out.error)
        assert gone_on.state is RunState.SUCCEEDED
        assert gone_on.by_stream["customers"].receipt.new == COUNT
        with store.read() as tx:
            assert all(change.accepted_at for change in schema_changes.of_source(tx, "shop"))

    @pytest.mark.usefixtures("drifted")
    def test_a_source_all_of_whose_streams_wait_reads_nothing(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with store.write() as tx:
            states.set_paused(tx, "shop", "orders", "schema_drift", datetime.now(UTC))

        run = sync(store, monkeypatch, *stream("customers", *page(120)))

        assert (run.state, run.receipt.fetched) == (RunState.FAILED, 0)


def test_a_field_that_few_records_have_may_be_missing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [*page(0, email="a@example.com"), *page(60), *page(120)]
    sync(store, monkeypatch, *stream("customers", *some), *orders())

    run = sync(store, monkeypatch, *stream("customers", *page(180), *page(240)), *orders())

    assert run.state is RunState.SUCCEEDED
