"""A backup holds everything, and gives everything back on either database, or says why not."""

import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from daifuku.errors import UserError
from daifuku.storage.archive import (
    read_manifest,
    restore_archive,
    verify_archive,
    write_archive,
)
from daifuku.storage.bulk import allocate_ids
from daifuku.storage.engine import Store, open_store
from daifuku.storage.revision import is_current
from daifuku.storage.tables import metadata, source_record
from daifuku.storage.upgrade import upgrade
from tests.support.hub import Hub

CUSTOMERS = """番号,氏名,電話番号,メールアドレス
A1,山田 太郎,090-1234-5678,taro@example.jp
A2,山田太郎,09012345678,
A3,高橋 花子,,hanako@example.jp
A4,,,
"""

MAPPING = """
version: 1
connector: file
streams:
  "*":
    records:
      - entity: person
        fields: {name: 氏名, emails: メールアドレス, phones: 電話番号}
"""


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """A store with a source, its secrets, its records and golden records."""
    table = tmp_path / "customers.csv"
    table.write_text(CUSTOMERS, encoding="utf-8")
    hub = Hub(store)
    hub.add("shop", "file", {"path": str(table), "id_column": "番号"}, MAPPING)
    hub.sync("shop")
    return store


@pytest.fixture
def backup(filled: Store, tmp_path: Path) -> Path:
    path = tmp_path / "hub.backup"
    write_archive(filled, path, key_id="abc123")
    return path


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in one order on every database."""
    with store.read() as tx:
        return {
            table.name: sorted((tuple(row) for row in tx.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def next_id(store: Store) -> int:
    with store.write() as tx:
        return next(iter(allocate_ids(tx, source_record, 1)))


def test_a_restored_store_holds_every_row_on_either_database(
    filled: Store, backup: Path, empty_database: str
) -> None:
    restore_archive(empty_database, backup)
    with closing(open_store(empty_database)) as restored:
        assert contents(restored) == contents(filled)
        assert is_current(restored)


def test_an_id_is_never_given_out_again(backup: Path, filled: Store, empty_database: str) -> None:
    restore_archive(empty_database, backup)
    with closing(open_store(empty_database)) as restored:
        assert next_id(restored) > max(row[0] for row in contents(filled)["source_record"])


def test_work_goes_on_where_the_backup_was_taken(
    backup: Path, empty_database: str, tmp_path: Path
) -> None:
    restore_archive(empty_database, backup)
    (tmp_path / "customers.csv").write_text(
        CUSTOMERS + "A5,高橋花子,,hanako@example.jp\n", encoding="utf-8"
    )
    with closing(open_store(empty_database)) as restored:
        run = Hub(restored).synced("shop")
        assert (run.receipt.unchanged, run.receipt.new, run.receipt.linked) == (3, 1, 1)


def test_a_backup_is_its_owners_alone_and_says_what_it_holds(backup: Path, filled: Store) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    manifest = verify_archive(backup)
    assert manifest == read_manifest(backup)
    assert manifest.key_id == "abc123"
    assert manifest.tables["source_record"].rows == len(contents(filled)["source_record"])


def test_a_backup_never_overwrites_a_file(filled: Store, backup: Path) -> None:
    with pytest.raises(UserError, match="there already"):
        write_archive(filled, backup, key_id="abc123")


def test_what_the_database_holds_is_not_lost_unasked(
    filled: Store, backup: Path, new_database: str
) -> None:
    restore_archive(new_database, backup)
    with pytest.raises(UserError, match="not empty"):
        restore_archive(new_database, backup)
    restore_archive(new_database, backup, replace=True)
    with closing(open_store(new_database)) as restored:
        assert contents(restored) == contents(filled)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def alter_a_byte(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("tables/source_record.arrows").header_offset
    data = bytearray(path.read_bytes())
    data[place + 1_500] ^= 1
    path.write_bytes(data)


def leave_a_table_out(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            if name != "tables/source_record.arrows":
                archive.writestr(name, data)


def write_something_else(path: Path) -> None:
    path.write_text("no backup at all")


@pytest.mark.parametrize("damage", [cut_off, alter_a_byte, leave_a_table_out, write_something_else])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    backup: Path, new_database: str, damage: Callable[[Path], None]
) -> None:
    damage(backup)
    with pytest.raises(UserError, match=r"hub\.backup"):
        verify_archive(backup)
    with pytest.raises(UserError, match=r"hub\.backup"):
        restore_archive(new_database, backup)
    upgrade(new_database)
    with closing(open_store(new_database)) as untouched:
        assert not any(contents(untouched).values())


@pytest.fixture
def new_database(tmp_path: Path) -> str:
    """A database without any table; which kind does not matter."""
    return f"sqlite:///{tmp_path}/new.sqlite"
