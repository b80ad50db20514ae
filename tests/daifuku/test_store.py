"""The store: one transaction a block, one writer at a time on SQLite, readers never in the way."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from daifuku.errors import SettingsError
from daifuku.storage import sqlite
from daifuku.storage.bulk import allocate_ids, delete_rows, insert_rows, update_rows, upsert_rows
from daifuku.storage.engine import Store, Transaction, lock, open_store
from daifuku.storage.repositories import keys
from daifuku.storage.tables import setting, source_record, stream_state
from daifuku.storage.upgrade import upgrade

NOW = datetime(2026, 4, 1, tzinfo=UTC)
STATE_COLUMNS = ("source", "stream", "state", "generation", "updated_at")


def put(tx: Transaction, key: str) -> None:
    tx.execute(insert(setting).values(key=key, value=b"1"))


def count(store: Store, table: Table = setting) -> int:
    with store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_new_file_that_somebody_looks_at_is_opened_when_they_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "new.sqlite", isolation_level=None)
    other.execute("create table held (number integer)")
    other.execute("begin")
    other.execute("select * from held").fetchall()
    monkeypatch.setattr(sqlite, "sleep", lambda _: other.execute("rollback"))
    store = open_store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with store.write() as tx:
        assert tx.exec_driver_sql("pragma journal_mode").scalar() == "wal"
    store.close()
    other.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, this is quite another kind of file.")
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(SettingsError, match=r"letter\.txt is no SQLite database"), store.read():
        pass
    store.close()


class TestTransactions:
    def test_a_block_commits_at_its_end_and_rolls_back_when_it_fails(self, store: Store) -> None:
        with store.write() as tx:
            put(tx, "kept")
        with pytest.raises(KeyError):
            self.fail_half_way(store)
        assert count(store) == 1

    def fail_half_way(self, store: Store) -> None:
        with store.write() as tx:
            put(tx, "lost")
            raise KeyError

    def test_a_reader_sees_one_state_throughout_and_does_not_wait_for_a_writer(
        self, store: Store
    ) -> None:
        query = select(func.count()).select_from(setting)
        with store.read() as reader:
            assert reader.execute(query).scalar_one() == 0
            with store.write() as tx:
                put(tx, "a")
            assert reader.execute(query).scalar_one() == 0
        assert count(store) == 1

    def test_reading_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError), store.read() as tx:
            put(tx, "a")

    def test_writers_side_by_side_never_fail_for_each_other(self, store: Store) -> None:
        def write(name: str) -> None:
            for number in range(20):
                with store.write() as tx:
                    lock(tx, "settings")
                    tx.execute(select(func.count()).select_from(setting)).scalar_one()
                    put(tx, f"{name}{number}")

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcdefgh"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert count(store) == 160

    @pytest.mark.parametrize("many", [False, True])
    def test_transactions_that_wait_for_each_other_are_begun_anew(
        self, store: Store, many: bool
    ) -> None:
        barrier = threading.Barrier(2, timeout=10)
        tries: list[str] = []

        def work(tx: Transaction, first: str, second: str) -> None:
            tries.append(first)
            _add_one(tx, first)
            if len(tries) <= 2 and not store.is_sqlite:
                barrier.wait()
            _add_one(tx, second)

        with store.write() as tx:
            rows = [("shop", stream, b"{}", 0, NOW) for stream in "ab"]
            insert_rows(tx, stream_state, STATE_COLUMNS, rows)
        threads = [
            threading.Thread(
                target=store.transact,
                args=(lambda tx, p=pair: work(tx, *p),),
                kwargs={"many": many},
            )
            for pair in (("a", "b"), ("b", "a"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as tx:
            assert list(tx.execute(select(stream_state.c.generation)).scalars()) == [2, 2]


def _add_one(tx: Transaction, stream: str) -> None:
    tx.execute(
        update(stream_state)
        .where(stream_state.c.stream == stream)
        .values(generation=stream_state.c.generation + 1)
    )


def test_times_without_a_zone_are_refused(store: Store) -> None:
    with pytest.raises(Exception, match="needs a time zone"), store.write() as tx:
        keys.create(tx, "x", datetime(2026, 4, 1))  # noqa: DTZ001 the subject of the test


def test_an_api_key_is_found_until_it_is_revoked_and_is_not_stored(store: Store) -> None:
    with store.write() as tx:
        key = keys.create(tx, "crm", NOW)
        found = keys.find(tx, key)
        assert found is not None
        assert (found.name, found.created_at) == ("crm", NOW)
        assert keys.find(tx, key + "x") is None
        assert keys.revoke(tx, found.id, NOW)
        assert keys.find(tx, key) is None
        assert not keys.revoke(tx, found.id, NOW)
        assert key.startswith(found.prefix)
        assert len(found.prefix) < len(key) / 2


@pytest.mark.parametrize("rows", [3, 200])
class TestBulk:
    key = ("source", "stream")

    def states(self, rows: int, state: bytes = b"{}") -> list[tuple[Any, ...]]:
        return [("shop", f"s{number}", state, 0, NOW) for number in range(rows)]

    def upsert(self, store: Store, rows: list[tuple[Any, ...]]) -> None:
        with store.write() as tx:
            upsert_rows(tx, stream_state, STATE_COLUMNS, rows, key=self.key)

    def test_what_is_inserted_reads_back(self, store: Store, rows: int) -> None:
        with store.write() as tx:
            insert_rows(tx, stream_state, STATE_COLUMNS, self.states(rows))
        with store.read() as tx:
            columns = [stream_state.c[name] for name in STATE_COLUMNS]
            stored = [tuple(row) for row in tx.execute(select(*columns))]
        assert sorted(stored) == sorted(self.states(rows))

    def test_upserting_inserts_then_changes(self, store: Store, rows: int) -> None:
        self.upsert(store, self.states(rows))
        self.upsert(store, self.states(rows + 1, b"changed"))
        with store.read() as tx:
            states = list(tx.execute(select(stream_state.c.state)).scalars())
        assert states == [b"changed"] * (rows + 1)

    def test_upserting_the_same_again_writes_no_row(self, store: Store, rows: int) -> None:
        self.upsert(store, self.states(rows))
        before = self.versions(store)
        self.upsert(store, self.states(rows))
        assert self.versions(store) == before

    def versions(self, store: Store) -> list[Any]:
        if store.is_sqlite:
            return []
        with store.read() as tx:
            return list(tx.execute(text("SELECT xmin::text FROM stream_state")).scalars())

    def test_updating_and_deleting_touch_only_what_they_name(self, store: Store, rows: int) -> None:
        self.upsert(store, self.states(rows + 2))
        with store.write() as tx:
            changed = [(f"s{number}", b"new") for number in range(rows)]
            update_rows(tx, stream_state, ("stream", "state"), changed, key="stream")
            delete_rows(tx, stream_state, "stream", [f"s{rows}"])
        with store.read() as tx:
            states = list(tx.execute(select(stream_state.c.state)).scalars())
        assert sorted(states) == sorted([b"new"] * rows + [b"{}"])

    def test_ids_are_never_handed_out_again(self, store: Store, rows: int) -> None:
        def land(count: int) -> list[int]:
            with store.write() as tx:
                ids = list(allocate_ids(tx, source_record, count))
                key = ("id", "source", "stream", "external_id")
                content = ("payload", "content_hash", "first_seen_at", "observed_at")
                values = [
                    (number, "shop", "s", str(number), b"{}", b"h", NOW, NOW, 0, False)
                    for number in ids
                ]
                columns = (*key, *content, "generation", "deleted")
                insert_rows(tx, source_record, columns, values)
            return ids

        first = land(rows)
        with store.write() as tx:
            delete_rows(tx, source_record, "id", first)
        assert set(land(rows)).isdisjoint(first)


class TestUrls:
    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("nonsense", "DAIFUKU_DATABASE_URL is no database URL"),
            ("postgresql://u:planted@h:port/d", "DAIFUKU_DATABASE_URL is no database URL"),
            ("mysql://u:planted@h/d", "names a mysql database, which is not supported"),
            ("sqlite://", "needs a file"),
            ("sqlite:////proc/nowhere/x.sqlite", "cannot be opened"),
        ],
    )
    def test_one_that_cannot_be_used_is_refused_with_advice(self, url: str, message: str) -> None:
        with pytest.raises(SettingsError, match=message) as caught:
            open_store(url)
        assert "planted" not in str(caught.value)

    def test_a_new_database_is_its_owners_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "hub.sqlite"
        upgrade(f"sqlite:///{path}")
        assert path.stat().st_mode & 0o777 == 0o600
