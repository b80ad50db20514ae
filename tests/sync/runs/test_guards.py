"""Whole passes that look like a mistake: they are held, and delete nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from connectors.protocol import Message, Record, Status, StreamStatus
from daifuku.records import RunState, SyncRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, sources, states
from daifuku.storage.tables import source_record
from sync.runner import RunOptions, run_sync
from sync.runs.guards import Guards
from tests.support.scripted import BOX, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")


def whole(name: str, count: int) -> list[Message]:
    """A whole pass over so many records of a stream."""
    data = {
        "customers": {"name": "客"},
        "orders": {"customer": "1", "at": "2026-04-01", "number": "N1"},
    }
    records = [Record(name, str(number), data[name]) for number in range(count)]
    complete = Status(name, StreamStatus.COMPLETE, full_pass=True)
    return [Status(name, StreamStatus.STARTED), *records, complete]


def run(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    stream: str,
    count: int,
    *,
    allow_deletions: bool = False,
    guards: Guards | None = None,
) -> SyncRun:
    script = play(monkeypatch, *whole(stream, count))
    with store.write() as tx:
        known = any(row.id == "shop" for row in sources.list_all(tx))
        if known:
            config = {"script": script, "token": "x"}
            sources.set_config(tx, "shop", config, datetime.now(UTC))
    if not known:
        add_scripted(store, script=script)
    options = RunOptions(
        streams=[stream], allow_deletions=allow_deletions, guards=guards or Guards()
    )
    return run_sync(store, BOX, "shop", options)


def alive(store: Store) -> int:
    with store.read() as tx:
        rows = tx.execute(select(source_record.c.id).where(~source_record.c.deleted))
        return len(rows.all())


@pytest.mark.parametrize("stream", ["customers", "orders"])
def test_a_stream_that_had_records_and_lists_none_is_held(
    store: Store, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    run(store, monkeypatch, stream, 5)

    held = run(store, monkeypatch, stream, 0)

    assert (held.state, held.error_kind) == (RunState.PARTIAL, "no_records")
    assert held.streams == {stream: "empty"}
    assert held.error is not None
    assert "lists no record, and had 5: nothing was deleted" in held.error
    assert alive(store) == 5


def test_once_its_owner_says_so_the_records_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, monkeypatch, "customers", 5)
    run(store, monkeypatch, "customers", 0)

    allowed = run(store, monkeypatch, "customers", 0, allow_deletions=True)

    assert (allowed.state, allowed.receipt.deleted) == (RunState.SUCCEEDED, 5)
    assert run(store, monkeypatch, "customers", 0).state is RunState.SUCCEEDED


def test_far_fewer_records_than_before_are_held_and_may_be_accepted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, monkeypatch, "orders", 40)

    held = run(store, monkeypatch, "orders", 19)
    again = run(store, monkeypatch, "orders", 19)
    accepted = run(store, monkeypatch, "orders", 19, allow_deletions=True)

    assert (held.state, held.error_kind) == (RunState.PARTIAL, "volume")
    assert again.error_kind == "volume"
    assert accepted.state is RunState.SUCCEEDED
    assert run(store, monkeypatch, "orders", 19).state is RunState.SUCCEEDED


def test_how_few_are_too_few_can_be_set(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run(store, monkeypatch, "orders", 40)

    assert run(store, monkeypatch, "orders", 19, guards=Guards(smallest=0.1)).error is None


def test_few_records_are_not_judged_by_their_volume(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, monkeypatch, "orders", 10)
    assert run(store, monkeypatch, "orders", 1).error is None


def test_far_more_records_than_before_are_told_and_delete_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, monkeypatch, "customers", 25)

    grown = run(store, monkeypatch, "customers", 100)

    assert grown.state is RunState.SUCCEEDED
    with store.read() as tx:
        words = [line.words for line in run_log.of_run(tx, grown.id)]
        assert states.of_source(tx, "shop")["customers"].whole_pass == 100
    assert any("100 records" in line and "25" in line for line in words)


def test_a_pass_that_is_not_whole_is_not_judged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, monkeypatch, "orders", 40)
    script = play(monkeypatch, whole("orders", 0)[0], Status("orders", StreamStatus.COMPLETE))
    with store.write() as tx:
        sources.set_config(tx, "shop", {"script": script, "token": "x"}, datetime.now(UTC))

    assert run_sync(store, BOX, "shop", RunOptions(streams=["orders"])).error is None
