"""Fills a database from a backup, all or nothing."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text

from daifuku.errors import UserError
from daifuku.storage.archive.file import Manifest, Progress, load_archive, read_manifest
from daifuku.storage.engine import Store, Transaction, lock, open_store
from daifuku.storage.revision import head, stored_revision
from daifuku.storage.tables import metadata
from daifuku.storage.upgrade import upgrade


def restore_archive(
    url: str, path: Path, *, replace: bool = False, progress: Progress = lambda _table, _rows: None
) -> Manifest:
    """Fill the database at `url` from a backup and bring it to this version's schema.

    The database is empty, or `replace` says that what it holds may go. Either everything is
    restored or nothing is changed. Nothing else may use the database meanwhile.

    Raises:
        UserError: the backup cannot be read or is damaged, or the database is not empty.
        SettingsError: the URL names no database that can be used.
    """
    manifest = read_manifest(path)
    _prepare_schema(url, manifest)
    with closing(open_store(url)) as store, store.write() as tx:
        lock(tx, "migrations")
        _empty(tx, replace=replace)
        load_archive(tx, path, progress)
    upgrade(url)
    return manifest


def _prepare_schema(url: str, manifest: Manifest) -> None:
    """Give a database without tables those of the backup's revision; refuse any other."""
    if manifest.revision > head():
        raise UserError(
            f"The backup was made by Daifuku {manifest.version}, which is later than this one.",
            hint="Restore it with that version.",
        )
    with closing(open_store(url)) as store:
        revision = _revision(store)
    if revision is None:
        upgrade(url, manifest.revision)
    elif revision != manifest.revision:
        raise UserError(
            "The database has the schema of another version than the backup.",
            hint="Restore into a database without tables: it is then brought up to date.",
        )


def _revision(store: Store) -> str | None:
    with store.read() as tx:
        return stored_revision(tx)


def _empty(tx: Transaction, *, replace: bool) -> None:
    """Delete every row where that is allowed.

    Raises:
        UserError: there are rows, and they may not go.
    """
    present = set(inspect(tx).get_table_names())
    for table in reversed(metadata.sorted_tables):
        if table.name not in present:
            continue
        name = f'"{table.name}"'
        if not replace and tx.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first():  # noqa: S608 names of our own
            raise UserError(
                "The database is not empty.",
                hint="Name an empty one, or say --replace: what it holds is then lost.",
            )
        tx.execute(text(f"DELETE FROM {name}"))  # noqa: S608 names of our own
