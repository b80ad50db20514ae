"""A store that fails in the middle of a run: it is gone on with, and no fault of a connector."""

import logging
from typing import Any

import pytest
import redis

from daifuku.errors import TransientError
from daifuku.records import RunState
from daifuku.storage.engine import Store, StoreUnavailable, Transaction
from daifuku.storage.repositories import sources
from sync.landing import land
from sync.runner import RunOptions, run_source, run_sync
from sync.worker import EmbeddedWorker
from tests.support.deadline import until
from tests.support.scripted import BOX, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def breaks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second landing finds the database gone, or without room; then it is well again."""
    calls = iter([False, True])

    def breaking(tx: Transaction, *args: Any, **more: Any) -> Any:
        if next(calls, False):
            fail(tx)
        return land(tx, *args, **more)

    monkeypatch.setattr("sync.runs.reading.land", breaking)


def fail(tx: Transaction) -> None:
    """Have the database fail as it does in life: PostgreSQL stops, SQLite's disk is full."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return
    tx.exec_driver_sql("PRAGMA max_page_count = 1")
    try:
        tx.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000) AS filling")
    finally:
        tx.exec_driver_sql("PRAGMA max_page_count = 1073741823")


@pytest.mark.usefixtures("breaks_once")
def test_the_run_is_to_be_tried_again_and_goes_on_from_its_checkpoint(store: Store) -> None:
    add_scripted(store, records=30, page=10)
    broken = run_source(store, BOX, "shop", RunOptions(streams=["customers"]))
    assert isinstance(broken.error, TransientError)
    assert (broken.run.state, broken.run.error_kind) == (RunState.PARTIAL, "interrupted")
    assert "database" in str(broken.run.error)
    with store.read() as tx:
        assert not sources.get(tx, "shop").paused
    again = run_sync(store, BOX, "shop", RunOptions(streams=["customers"]))
    assert again.state is RunState.SUCCEEDED
    assert broken.run.receipt.fetched + again.receipt.fetched == 30
    assert again.receipt.unchanged == 0


class Down:
    """A tick that finds the database or the broker down for a while."""

    def __init__(self, error: Exception) -> None:
        self.beats = 0
        self.error = error

    def beat(self) -> int:
        self.beats += 1
        if self.beats <= 5:
            raise self.error
        return 0


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("database", StoreUnavailable("", None, Exception("Connection refused"))),
        ("broker", redis.ConnectionError("Connection refused")),
    ],
)
def test_a_worker_says_once_what_is_down_and_once_that_it_is_back(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    what: str,
    error: Exception,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr("sync.worker.TICK_SECONDS", 0.01)
    worker, tick = EmbeddedWorker(store, BOX, threads=1), Down(error)
    monkeypatch.setattr(worker, "_tick", tick)
    with worker:
        until(lambda: tick.beats > 7)
    said = [line for line in caplog.messages if "cannot be used" in line or "again" in line]
    assert len(said) == 2
    assert f"the {what} cannot be used" in said[0]
    assert "Connection refused" in said[0]
    assert "Traceback" not in caplog.text
