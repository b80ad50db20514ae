"""Records that are delivered and change: they land all the same, and their owner is told."""

import itertools
from datetime import UTC, datetime

import orjson
import pytest

from daifuku.records import Receipt, RunState, SyncRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, notices, run_log, runs, schema_changes, states
from daifuku.storage.repositories.schema_changes import SchemaChange
from sync.inbox import process_inbox, receive
from sync.runner import run_sync
from sync.runs.drift import accept
from sync.runs.fields import WITNESSES
from tests.support.scripted import BOX, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")

EMAIL = {"email": "a@example.com"}
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _shop(store: Store, scripted: None) -> None:
    del scripted  # it makes the connector known
    add_scripted(store)


def deliver(store: Store, count: int, **data: object) -> SyncRun:
    """Land so many customers of one delivery; returns the run of it."""
    numbers = list(itertools.islice(_numbers, count))
    body = orjson.dumps([{"id": str(n), "name": f"客{n}", **data} for n in numbers])
    headers = {"x-signature": "good", "x-delivery": str(numbers[0])}
    receive(store, BOX, "shop", headers, body)
    assert process_inbox(store, BOX, "shop") == Receipt(fetched=count, new=count)
    with store.read() as tx:
        assert inbox.counts(tx, "shop").keys() == {inbox.LANDED}
        return runs.latest(tx, "shop", limit=1)[0]


def changes(store: Store) -> list[SchemaChange]:
    with store.read() as tx:
        return schema_changes.of_source(tx, "shop")


def lasting(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.message for one in notices.incidents(tx, lasting=True)]


def test_a_new_field_is_noted(store: Store) -> None:
    deliver(store, WITNESSES)
    run = deliver(store, 1, age=7)
    (change,) = changes(store)
    assert (change.kind, change.field, change.after) == ("added", "age", "number")
    assert run.state is RunState.SUCCEEDED
    with store.read() as tx:
        words = [line.words for line in run_log.of_run(tx, run.id)]
    assert words == ["A field was added: age (number)."]


def test_what_comes_first_is_how_the_stream_is(store: Store) -> None:
    deliver(store, 10)
    deliver(store, 10, **EMAIL)
    deliver(store, 2 * WITNESSES)
    assert changes(store) == []


class TestGone:
    """The mapping reads a field that comes no more."""

    @pytest.fixture
    def drifted(self, store: Store, _shop: None) -> SyncRun:
        deliver(store, WITNESSES, **EMAIL)
        return deliver(store, WITNESSES)

    def test_all_land_and_it_is_told_as_of_a_run(self, store: Store, drifted: SyncRun) -> None:
        assert (drifted.state, drifted.error_kind) == (RunState.PARTIAL, "schema_drift")
        assert "shop/customers no longer sends `email`" in str(drifted.error)
        assert "daifuku source accept-drift shop customers" in str(drifted.error)
        assert drifted.by_stream["customers"].error_kind == "schema_drift"
        assert lasting(store) == [drifted.error]
        with store.read() as tx:
            assert states.of_source(tx, "shop")["customers"].paused_reason == "schema_drift"

    @pytest.mark.usefixtures("drifted")
    def test_it_is_told_once_and_deliveries_go_on(self, store: Store) -> None:
        again = deliver(store, WITNESSES)
        assert again.state is RunState.SUCCEEDED
        assert [change.kind for change in changes(store)] == ["gone"]

    @pytest.mark.usefixtures("drifted")
    def test_runs_leave_the_stream_out(self, store: Store) -> None:
        assert run_sync(store, BOX, "shop").streams["customers"] == "paused"

    @pytest.mark.usefixtures("drifted")
    def test_once_it_is_accepted_it_is_over(self, store: Store) -> None:
        with store.write() as tx:
            assert accept(tx, "shop", "customers", datetime.now(UTC))
        assert lasting(store) == []
        assert deliver(store, WITNESSES).state is RunState.SUCCEEDED
        assert all(change.accepted_at for change in changes(store))
