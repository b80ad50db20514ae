"""The shipped migrations build exactly the schema the code works with."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from daifuku.storage.engine import open_store
from daifuku.storage.revision import head, is_current
from daifuku.storage.tables import metadata
from daifuku.storage.upgrade import upgrade


def test_migrations_and_metadata_agree(empty_database: str) -> None:
    upgrade(empty_database)

    store = open_store(empty_database)
    with store.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert context.get_current_heads() == (head(),)
        assert compare_metadata(context, metadata) == []
    store.close()


def test_upgrading_twice_changes_nothing(empty_database: str) -> None:
    upgrade(empty_database)
    upgrade(empty_database)

    store = open_store(empty_database)
    assert is_current(store)
    store.close()


def test_processes_that_start_together_all_find_the_schema(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_database] * 4))

    store = open_store(empty_database)
    assert is_current(store)
    store.close()


def test_a_store_without_tables_is_not_current(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/new.sqlite")
    assert not is_current(store)
    store.close()
