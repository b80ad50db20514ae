"""SQLite has one writer: where that takes longer than others wait, nothing of theirs is lost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Message,
    Record,
    Status,
    StreamState,
    StreamStatus,
)
from daifuku.errors import BusyError
from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import inbox, notices, runs, sources, states
from daifuku.storage.sqlite import BUSY_SECONDS
from daifuku.storage.upgrade import upgrade
from sync.inbox import process_inbox, receive
from sync.leases import kept_alive
from sync.runner import RunOptions, run_sync
from sync.sources import opened_config
from tests.support.busy import Other
from tests.support.deadline import until
from tests.support.jobs import NOW
from tests.support.scripted import BOX, SCRIPTS, Config, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")

ONLY = RunOptions(streams=["customers"])

Before = Callable[[], Message | None]
"""What happens before the second page is read; a message that it gives is sent."""


@pytest.fixture
def pages(busy_store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[Before], None]:
    """Adds a source of three customers, a page each, of which the second comes after `before`."""

    def add(before: Before) -> None:
        waiting = [before]

        def script(
            _config: Config, _streams: Sequence[str], state: Mapping[str, StreamState]
        ) -> Iterator[Message]:
            yield Status("customers", StreamStatus.STARTED)
            for number in range(int(state.get("customers", {}).get("next", 1)), 4):
                if number == 2 and waiting and (message := waiting.pop()()):
                    yield message
                yield Record("customers", str(number), {"name": f"客{number}"})
                yield Checkpoint("customers", {"next": number + 1})
            yield Status("customers", StreamStatus.COMPLETE)

        monkeypatch.setitem(SCRIPTS, "pages", script)
        add_scripted(busy_store, script="pages")

    return add


def test_whoever_has_waited_for_too_long_is_told(busy_store: Store, other: Other) -> None:
    other.keep()
    with pytest.raises(BusyError, match="daifuku jobs list"), busy_store.write():
        pass


def test_a_worker_that_starts_waits_only_where_the_schema_is_an_older_one(
    busy_store: Store, other: Other
) -> None:
    other.keep()
    upgrade(busy_store.url)
    with pytest.raises(BusyError):
        upgrade(busy_store.url, "0001")


def test_so_is_one_who_waited_for_another_thread(busy_store: Store) -> None:
    with busy_store.write(), pytest.raises(BusyError), busy_store.write():
        pass


def test_one_in_a_hurry_waits_for_less(sqlite_url: str, other_of: Callable[[str], Other]) -> None:
    store = open_store(sqlite_url)
    hurried = store.hurried(0.02)
    with store.write(), pytest.raises(BusyError), hurried.write():
        pass
    other_of(sqlite_url).keep()
    with pytest.raises(BusyError), hurried.write():
        pass
    with hurried.write() as tx:
        assert tx.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == BUSY_SECONDS * 1000
    store.close()


@pytest.mark.parametrize("refusals", [1, 4], ids=["free again", "busy when the run ends, too"])
def test_a_run_goes_on_from_its_last_checkpoint(
    busy_store: Store, other: Other, pages: Callable[[Before], None], refusals: int
) -> None:
    pages(lambda: other.keep(refusals))

    run = run_sync(busy_store, BOX, "shop", ONLY)

    assert (run.state, run.error_kind) == (RunState.PARTIAL, "busy")
    assert run.receipt == Receipt(fetched=1, new=1)
    with busy_store.read() as tx:
        assert states.load(tx, "shop") == {"customers": {"next": 2}}
        assert not sources.get(tx, "shop").paused
        assert not notices.incidents(tx, lasting=True)
    assert run_sync(busy_store, BOX, "shop", ONLY).receipt == Receipt(fetched=2, new=2)


def test_a_credential_that_the_source_changed_waits_until_it_is_stored(
    busy_store: Store, other: Other, pages: Callable[[Before], None]
) -> None:
    def rotate() -> Message:
        other.keep(3)
        return ConfigUpdate({"token": "planted-rotated"})

    pages(rotate)
    assert run_sync(busy_store, BOX, "shop", ONLY).state is RunState.SUCCEEDED
    with busy_store.read() as tx:
        row = sources.get(tx, "shop")
    assert opened_config(BOX, row)["token"] == "planted-rotated"


def test_a_lease_that_could_not_be_renewed_in_time_is_renewed_for_its_whole_length(
    busy_store: Store, other: Other
) -> None:
    """Nobody else could take over either."""
    add_scripted(busy_store)
    ends: list[datetime] = []

    def renew() -> bool:
        with busy_store.write() as tx:
            until_then = datetime.now(UTC) + timedelta(seconds=0.03)
            ends.append(until_then)
            return runs.renew(tx, run_id, until_then)

    with busy_store.write() as tx:
        run_id = runs.begin(tx, "shop", now=NOW, lease_until=NOW)
    other.keep(5)
    with kept_alive(renew, 0.03) as lost:
        until(lambda: other.is_done and ends)
        assert not lost.is_set()


def test_a_delivery_is_stored_when_it_comes_again_and_lands_when_it_can(
    busy_store: Store, other: Other
) -> None:
    add_scripted(busy_store)

    def deliver() -> bool:
        headers = {"x-signature": "good", "x-delivery": "d1"}
        return receive(busy_store, BOX, "shop", headers, b'[{"id": "1", "name": "x"}]')

    other.keep(1)
    with pytest.raises(BusyError):
        deliver()
    assert deliver()

    other.keep(1)
    with pytest.raises(BusyError):
        process_inbox(busy_store, BOX, "shop")
    with busy_store.read() as tx:
        assert inbox.counts(tx, "shop") == {inbox.RECEIVED: 1}
    assert process_inbox(busy_store, BOX, "shop") == Receipt(fetched=1, new=1)
