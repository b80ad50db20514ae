"""A source that tells of deletions: so many at once that it looks like a mistake are held."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from connectors.protocol import Checkpoint, Message, Record, Status, StreamStatus
from daifuku.errors import TransientError
from daifuku.records import RunState, SyncRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources, states
from daifuku.storage.tables import source_record
from sync.runner import RunOptions, run_sync
from sync.runs import reading
from tests.support.scripted import BOX, add_scripted, play

pytestmark = pytest.mark.usefixtures("scripted")

RECORDS = 100
ALLOWED = RunOptions(allow_deletions=True, streams=["orders"])


def order(number: int) -> Record:
    return Record("orders", str(number), {"customer": "1", "at": "2026-04-01", "number": "N"})


def gone(numbers: Iterable[int]) -> list[Record]:
    return [Record("orders", str(number), {}, deleted=True) for number in numbers]


def at(page: int) -> Checkpoint:
    return Checkpoint("orders", {"page": page})


class Shop:
    """A source of a hundred orders, which all were read."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = store
        self._patch = monkeypatch
        add_scripted(store)
        assert self.sync(*map(order, range(RECORDS)), at(0)).state is RunState.SUCCEEDED

    def sync(self, *messages: Message | Exception, options: RunOptions | None = None) -> SyncRun:
        """Sync a stream of orders that tells this."""
        ends = Status("orders", StreamStatus.STARTED), Status("orders", StreamStatus.COMPLETE)
        script = play(self._patch, ends[0], *messages, ends[1])
        with self.store.write() as tx:
            config = {"script": script, "token": "x"}
            sources.set_config(tx, "shop", config, datetime.now(UTC))
        return run_sync(self.store, BOX, "shop", options or RunOptions(streams=["orders"]))

    @property
    def live(self) -> int:
        wanted = select(func.count()).where(source_record.c.deleted.is_(False))
        with self.store.read() as tx:
            return int(tx.execute(wanted).scalar_one())

    @property
    def page(self) -> object:
        with self.store.read() as tx:
            return states.load(tx, "shop")["orders"]["page"]


@pytest.fixture
def shop(store: Store, scripted: None, monkeypatch: pytest.MonkeyPatch) -> Shop:
    del scripted  # it makes the connector known
    return Shop(store, monkeypatch)


def test_few_are_made(shop: Shop) -> None:
    assert shop.sync(*gone(range(30)), at(1)).state is RunState.SUCCEEDED
    assert (shop.live, shop.page) == (70, 1)


def test_too_many_are_held_and_the_cursor_stays(shop: Shop) -> None:
    run = shop.sync(order(100), at(1), *gone(range(40)), order(101), at(2))
    assert (run.state, run.error_kind) == (RunState.PARTIAL, "deletion_brake")
    assert run.streams == {"orders": "failed"}
    assert "shop/orders tells of 40 deletions among 102 records: all are held" in str(run.error)
    assert (shop.live, shop.page) == (RECORDS + 1, 1)
    assert run.reconciles


def test_they_are_held_again_until_they_are_allowed(shop: Shop) -> None:
    told: list[Message] = [*gone(range(40)), at(1)]
    for _ in range(2):
        assert shop.sync(*told).error_kind == "deletion_brake"
        assert shop.live == RECORDS
    assert shop.sync(*told, options=ALLOWED).state is RunState.SUCCEEDED
    assert (shop.live, shop.page) == (60, 1)


def test_page_by_page_they_are_held_from_where_they_are_too_many(shop: Shop) -> None:
    told: list[Message] = []
    for start in range(0, 100, 20):
        told += [*gone(range(start, start + 20)), at(start)]
    run = shop.sync(*told)
    assert "tells of 40 deletions among 100 records: the last 20 are held" in str(run.error)
    assert (shop.live, shop.page) == (80, 0)


def test_a_run_that_goes_on_with_it_goes_on_counting(shop: Shop) -> None:
    """Else each try would delete as many again as are just not too many."""
    broken = TransientError("502.")
    assert shop.sync(*gone(range(25)), at(1), broken).error_kind == "transient"
    assert shop.sync(*gone(range(25, 50)), at(2)).error_kind == "deletion_brake"
    assert (shop.live, shop.page) == (75, 1)


def test_readings_that_came_to_their_end_count_for_themselves(shop: Shop) -> None:
    for page in range(3):
        run = shop.sync(*gone(range(20 * page, 20 * page + 20)), at(page))
        assert run.state is RunState.SUCCEEDED
    assert shop.live == 40


def test_what_is_gone_already_counts_for_nothing(shop: Shop) -> None:
    told: list[Message] = [*gone(range(20)), *gone(range(500, 900)), at(1)]
    for _ in range(2):
        assert shop.sync(*told).state is RunState.SUCCEEDED
    assert shop.live == 80


def test_those_found_together_are_judged_together_however_many(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 10)
    shop.sync(*gone(range(90)), at(1))
    assert shop.live == RECORDS


def test_the_other_streams_go_on(shop: Shop) -> None:
    customers: list[Message] = [
        Status("customers", StreamStatus.STARTED),
        Record("customers", "1", {"name": "客"}),
        Status("customers", StreamStatus.COMPLETE),
    ]
    both = RunOptions(streams=["orders", "customers"])
    run = shop.sync(*gone(range(90)), at(1), *customers, options=both)
    assert run.streams == {"customers": "complete", "orders": "failed"}
