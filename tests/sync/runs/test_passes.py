"""Full re-syncs and backfills: beside the stream's own cursor, gone on with when interrupted."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.protocol import Checkpoint, Message, Record, Status, StreamState, StreamStatus
from daifuku.errors import TransientError
from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, states
from daifuku.storage.repositories.states import StreamRow
from daifuku.storage.tables import source_record
from sync.runner import RunOptions, run_sync
from sync.runs.passes import FULL, since_word, start_of
from tests.support.scripted import BOX, SCRIPTS, Config, ScriptedConnector, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
PAGE = 10


class Table:
    """The customers of a source, by number; a reading goes on after the number in its state."""

    def __init__(self, count: int) -> None:
        self.rows = {number: f"客{number}" for number in range(count)}
        self.fails_at: int | None = None
        self.began: list[StreamState] = []

    def script(
        self, _config: Config, _streams: Sequence[str], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        before = state.get("customers", {})
        self.began.append(before)
        yield Status("customers", StreamStatus.STARTED)
        for count, number in enumerate(n for n in self.rows if n >= before.get("next", 0)):
            if number == self.fails_at:
                raise TransientError("502 from the server.")
            yield Record("customers", str(number), {"name": self.rows[number]})
            if (count + 1) % PAGE == 0:
                yield Checkpoint("customers", {"next": number + 1})
        yield Checkpoint("customers", {"next": max(self.rows) + 1})
        yield Status("customers", StreamStatus.COMPLETE, full_pass=not before)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    """Sixty customers, all of them synced."""
    table = Table(60)
    monkeypatch.setitem(SCRIPTS, "table", table.script)
    return table


@pytest.fixture
def synced(scripted: None, table: Table, store: Store) -> Table:
    """The table after its first sync."""
    del scripted
    add_scripted(store, script="table")
    assert sync(store).state is RunState.SUCCEEDED
    return table


def sync(store: Store, **options: Any) -> Any:
    return run_sync(store, BOX, "shop", RunOptions(streams=["customers"], **options))


def row(store: Store) -> StreamRow:
    with store.read() as tx:
        return states.of_source(tx, "shop")["customers"]


def alive(store: Store) -> set[int]:
    with store.read() as tx:
        rows = tx.execute(select(source_record.c.external_id).where(~source_record.c.deleted))
        return {int(number) for number in rows.scalars()}


class TestFull:
    def test_everything_is_read_again_and_only_then_what_is_gone_is_deleted(
        self, synced: Table, store: Store
    ) -> None:
        del synced.rows[7]
        synced.rows[8] = "改名"
        assert sync(store).receipt == Receipt()

        run = sync(store, full=True)

        assert run.receipt == Receipt(fetched=59, unchanged=58, changed=1, deleted=1)
        assert row(store).state == {"next": 60}
        assert row(store).rereading is None

    def test_interrupted_it_is_gone_on_with_and_nothing_was_emptied_or_lost(
        self, synced: Table, store: Store
    ) -> None:
        synced.fails_at = 35
        failed = sync(store, full=True)

        assert failed.state is RunState.PARTIAL
        assert alive(store) == set(range(60))
        assert (row(store).state, row(store).rereading) == ({"next": 60}, FULL)

        synced.fails_at = None
        run = sync(store)

        assert synced.began[-1] == {"next": 30}
        assert run.receipt == Receipt(fetched=30, unchanged=30)
        assert (row(store).rereading, row(store).state) == (None, {"next": 60})

    def test_a_pass_that_was_interrupted_and_gone_on_with_deletes_nothing(
        self, synced: Table, store: Store
    ) -> None:
        """What its first part listed is not known to be there still, nor what it missed gone."""
        synced.fails_at = 35
        sync(store, full=True)
        synced.fails_at = None
        del synced.rows[3], synced.rows[50]

        run = sync(store)

        assert run.receipt.deleted == 0
        assert alive(store) == set(range(60))
        with store.read() as tx:
            words = [line.words for line in run_log.of_run(tx, run.id)]
        assert any("Deletions were not looked for" in line for line in words)
        assert sync(store, full=True).receipt.deleted == 2

    def test_asked_for_again_while_unfinished_it_goes_on(self, synced: Table, store: Store) -> None:
        synced.fails_at = 35
        sync(store, full=True)
        synced.fails_at = None

        assert sync(store, full=True).receipt.fetched == 30

    def test_done_since_it_was_asked_for_it_is_not_done_twice(
        self, synced: Table, store: Store
    ) -> None:
        asked = datetime.now(UTC) - timedelta(minutes=1)
        sync(store, full=True, asked_at=asked)

        assert sync(store, full=True, asked_at=asked).receipt.fetched == 0
        assert sync(store, full=True, asked_at=datetime.now(UTC)).receipt.fetched == 60
        assert synced.began[-1] == {}


class RewindableConnector(ScriptedConnector):
    """One whose streams can begin at the date SINCE."""

    def rewound(self, _stream: str, _state: StreamState, since: datetime) -> StreamState:
        assert since == SINCE
        return {"next": 40}


class TestSince:
    @pytest.fixture(autouse=True)
    def rewindable(self, scripted: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """The connector can begin at a date: that of SINCE is customer 40."""
        del scripted
        module = sys.modules["connectors.builtin.scripted.connector"]
        monkeypatch.setattr(module, "connect", RewindableConnector)

    def test_what_changed_since_then_is_read_and_the_cursor_stays(
        self, synced: Table, store: Store
    ) -> None:
        synced.rows[45] = "改名"

        run = sync(store, since=SINCE)

        assert run.receipt == Receipt(fetched=20, unchanged=19, changed=1)
        assert (row(store).state, row(store).rereading) == ({"next": 60}, None)

    def test_interrupted_it_is_gone_on_with_and_what_is_new_meanwhile_is_not_lost(
        self, synced: Table, store: Store
    ) -> None:
        synced.fails_at = 55
        sync(store, since=SINCE)
        assert (row(store).state, row(store).rereading) == ({"next": 60}, since_word(SINCE))
        synced.fails_at = None
        synced.rows[60] = "客60"

        sync(store)
        sync(store)

        assert synced.began[-2:] == [{"next": 50}, {"next": 60}]
        assert 60 in alive(store)

    def test_of_a_stream_never_read_it_is_where_reading_begins(
        self, table: Table, store: Store
    ) -> None:
        add_scripted(store, script="table")

        sync(store, since=SINCE)

        assert alive(store) == set(range(40, 60))
        assert row(store).state == {"next": 60}
        assert sync(store).receipt == Receipt()
        assert table.began[0] == {"next": 40}


def test_a_stream_that_cannot_begin_at_a_date_is_read_in_full_and_says_so(
    synced: Table, store: Store
) -> None:
    run = sync(store, since=SINCE)

    assert run.receipt.fetched == 60
    assert synced.began[-1] == {}
    with store.read() as tx:
        first = run_log.of_run(tx, run.id)[0]
    assert "cannot begin at a date" in first.words
    assert "since 2024-01-01" in first.words


def test_an_unfinished_full_pass_covers_a_backfill() -> None:
    unfinished = StreamRow(stream="a", state={"n": 9}, rereading=FULL, reread_state={"n": 3})

    start = start_of(unfinished, full=False, since=SINCE, rewound=lambda *_: {"n": 5})

    assert (start.state, start.rereading) == ({"n": 3}, FULL)


def test_a_backfill_from_another_date_begins_anew() -> None:
    unfinished = StreamRow(
        stream="a", state={"n": 9}, rereading=since_word(SINCE), reread_state={"n": 3}
    )
    later = SINCE + timedelta(days=30)

    start = start_of(unfinished, full=False, since=later, rewound=lambda *_: {"n": 5})

    assert (start.state, start.rereading) == ({"n": 5}, since_word(later))
