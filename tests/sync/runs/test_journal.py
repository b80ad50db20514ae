"""The log of a run: in order, without secrets, bounded."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.protocol import Log, Status, StreamStatus
from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, runs
from sync.runner import RunOptions, run_sync
from sync.runs.journal import KEPT_FOR_TROUBLE, MOST_LINES, Journal
from tests.support.scripted import BOX, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")


def words(store: Store, run_id: int) -> list[str]:
    with store.read() as tx:
        return [line.words for line in run_log.of_run(tx, run_id)]


def begun(store: Store) -> int:
    now = datetime.now(UTC)
    with store.write() as tx:
        return runs.begin(tx, "shop", now=now, lease_until=now + timedelta(minutes=1))


def test_a_run_tells_what_happened_in_its_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = play(
        monkeypatch,
        Status("customers", StreamStatus.STARTED),
        Log("warning", "Page 3 came with planted-token in it."),
        Status("customers", StreamStatus.COMPLETE),
    )
    add_scripted(store, script=script)

    run = run_sync(store, BOX, "shop", RunOptions(streams=["customers"]))

    assert words(store, run.id) == [
        "customers reads from the beginning.",
        "Page 3 came with ******** in it.",
        "The run succeeded: 0 fetched = 0 new + 0 changed + 0 unchanged + 0 rejected + "
        "0 suppressed, 0 deleted.",
    ]


def test_a_run_keeps_a_thousand_lines_and_room_for_trouble(store: Store) -> None:
    run_id = begun(store)
    journal = Journal(run_id)
    for number in range(2 * MOST_LINES):
        journal.note("info", f"page {number}")
    journal.note("error", "The server is gone.")

    with store.write() as tx:
        journal.close(tx)

    kept = words(store, run_id)
    assert len(kept) == MOST_LINES - KEPT_FOR_TROUBLE + 2
    assert kept[-2:] == [
        "The server is gone.",
        "1,100 more lines were left out: a run keeps 1,000.",
    ]


def test_lines_of_a_transaction_that_failed_wait_for_the_next(store: Store) -> None:
    run_id = begun(store)
    journal = Journal(run_id)
    journal.note("info", "first")

    def fail() -> None:
        with store.write() as tx:
            journal.write(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    journal.note("info", "second")

    with store.write() as tx:
        written = journal.write(tx)
    journal.committed(written)
    with store.write() as tx:
        journal.close(tx)

    assert words(store, run_id) == ["first", "second"]


def test_lines_are_read_on_from_the_last_one_seen(store: Store) -> None:
    run_id = begun(store)
    journal = Journal(run_id)
    for number in range(3):
        journal.note("info", str(number))
    with store.write() as tx:
        journal.close(tx)

    with store.read() as tx:
        first = run_log.of_run(tx, run_id, limit=1)
        rest = run_log.of_run(tx, run_id, after=first[0].id)
    assert [line.words for line in rest] == ["1", "2"]
