"""Statements that are not waited for do what they would have done, and fail as they would have."""

from datetime import UTC, datetime
from select import select as wait_for

import psycopg
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from daifuku.storage import postgres
from daifuku.storage.bulk import insert_rows
from daifuku.storage.driver import execute, fetch
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.tables import stream_state

COLUMNS = ("source", "stream", "state", "generation", "updated_at")
SEEN = datetime(2026, 4, 1, tzinfo=UTC)


def put(tx: Transaction, first: int, many: int = 1) -> None:
    rows = [("shop", f"s{first + n}", b"{}", first + n, SEEN) for n in range(many)]
    insert_rows(tx, stream_state, COLUMNS, rows)


def stored(store: Store) -> int:
    with store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(stream_state)).scalar_one())


def assert_usable_and_empty(store: Store) -> None:
    """Nothing was kept, and the next block is kept as ever."""
    with store.write(many=True) as tx:
        put(tx, 1)
    assert stored(store) == 1


def test_statements_of_every_kind_follow_each_other(store: Store) -> None:
    with store.write(many=True) as tx:
        put(tx, 0)
        execute(tx, "UPDATE stream_state SET generation = 7")
        assert fetch(tx, "SELECT generation FROM stream_state") == [(7,)]
        put(tx, 1, 500)
        values = {"source": "shop", "stream": "core", "state": b"", "generation": 1}
        tx.execute(insert(stream_state).values(**values, updated_at=SEEN))
        assert tx.execute(select(func.count()).select_from(stream_state)).scalar_one() == 502
        put(tx, 600)
    assert stored(store) == 503


def test_what_is_wrong_with_a_statement_is_said_by_the_next_query(store: Store) -> None:
    def work(tx: Transaction) -> None:
        put(tx, 0)
        put(tx, 0)
        fetch(tx, "SELECT 1")

    with pytest.raises(IntegrityError) as caught:
        store.transact(work, many=True)
    assert "parameters: [" not in str(caught.value)
    assert stored(store) == 0


def test_what_is_wrong_stays_what_is_raised_whatever_is_answered_after_it(store: Store) -> None:
    def work(tx: Transaction) -> None:
        put(tx, 0)
        put(tx, 0)
        if not store.is_sqlite:
            assert wait_for([tx.connection.driver_connection.fileno()], (), (), 10)[0]
        fetch(tx, "SELECT 1")

    with pytest.raises(IntegrityError):
        store.transact(work, many=True)
    assert_usable_and_empty(store)


def test_what_is_wrong_with_the_last_statement_is_said_at_the_end(store: Store) -> None:
    def work(tx: Transaction) -> None:
        put(tx, 0)
        put(tx, 0)

    with pytest.raises(IntegrityError):
        store.transact(work, many=True)
    assert stored(store) == 0


def test_a_block_that_fails_keeps_nothing_and_the_next_one_begins_anew(store: Store) -> None:
    def work(tx: Transaction) -> None:
        put(tx, 0)
        raise KeyError

    with pytest.raises(KeyError):
        store.transact(work, many=True)
    assert_usable_and_empty(store)


def test_a_block_that_fails_after_a_statement_did_leaves_the_store_usable(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def work(tx: Transaction) -> None:
        put(tx, 0)
        put(tx, 0)
        raise KeyError

    with pytest.raises((KeyError, IntegrityError)):
        store.transact(work, many=True)
    assert "s0" not in caplog.text
    assert_usable_and_empty(store)


@pytest.mark.parametrize("idle_seconds", [-1.0, 3600.0], ids=["long ago", "just now"])
def test_a_connection_that_was_cut_while_idle_is_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch, idle_seconds: float
) -> None:
    if store.is_sqlite:
        pytest.skip("a file has no connections to cut")
    monkeypatch.setattr(postgres, "IDLE_SECONDS", idle_seconds)
    with store.write() as tx:
        put(tx, 0)
    assert stored(store) == 1
    cut_all(store)
    with store.write(many=True) as tx:
        put(tx, 1)
    assert stored(store) == 2


def cut_all(store: Store) -> None:
    """Have the server end every connection of the store."""
    url = store.url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
