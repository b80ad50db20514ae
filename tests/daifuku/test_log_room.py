"""Room made in SQLite's log holds nothing, takes nothing and survives nothing it should not."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from daifuku.storage.engine import Store, open_store
from daifuku.storage.log_room import LONGEST, SHORTEST, LogRoom
from daifuku.storage.tables import setting
from daifuku.storage.upgrade import upgrade

COMMITS = 120


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    upgrade(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def write(store: Store, number: int) -> None:
    with store.write() as tx:
        tx.execute(insert(setting).values(key=f"k{number}", value=b"v" * 2_000))


def read(path: Path) -> tuple[int, str]:
    """How many settings another program finds, and what it says of the file."""
    with sqlite3.connect(path) as other:
        ((count,),) = other.execute("SELECT count(*) FROM setting")
        ((state,),) = other.execute("PRAGMA integrity_check")
    other.close()
    return count, state


def test_the_log_ends_in_zeros_that_commits_fill(store: Store, path: Path) -> None:
    sizes = set()
    for number in range(COMMITS):
        write(store, number)
        sizes.add(Path(f"{path}-wal").stat().st_size)
    assert len(sizes) < COMMITS / 4
    assert Path(f"{path}-wal").read_bytes().endswith(bytes(4_096))
    assert read(path) == (COMMITS, "ok")


def test_what_a_power_cut_leaves_has_every_commit(store: Store, path: Path, tmp_path: Path) -> None:
    for number in range(COMMITS):
        write(store, number)
    left = tmp_path / "left" / path.name
    left.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{left}{ending}")
    assert read(left) == (COMMITS, "ok")


def test_two_programs_that_write_by_turns_keep_each_other_s_commits(
    store: Store, path: Path
) -> None:
    other = open_store(f"sqlite:///{path}")
    for number in range(COMMITS):
        write((store, other)[number % 2], number)
    other.close()
    assert read(path) == (COMMITS, "ok")


def test_room_is_made_where_the_log_grew_and_only_up_to_a_size(tmp_path: Path) -> None:
    log = tmp_path / "hub.sqlite-wal"
    room = LogRoom(tmp_path / "hub.sqlite", most=20_000_000)
    room.keep()
    log.write_bytes(b"x" * 1_000)
    room.keep()
    assert log.stat().st_size == 1_000
    log.write_bytes(b"x" * 2_000)
    room.keep()
    assert log.read_bytes() == b"x" * 2_000 + bytes(SHORTEST)
    room.keep()
    assert log.stat().st_size == 2_000 + SHORTEST
    log.write_bytes(b"x" * 10_000_000)
    room.keep()
    assert log.stat().st_size == 10_000_000 + LONGEST
    log.write_bytes(b"x" * 20_000_000)
    room.keep()
    assert log.stat().st_size == 20_000_000
