"""Backups: every table of a store in one file, readable on SQLite and PostgreSQL alike.

A backup is a ZIP file of one Arrow IPC stream a table (zstd inside) and `manifest.json`, which
comes last: a file that was cut off has none. It shows one state of the store, taken while the
hub goes on working. Secrets in it stay encrypted; their key is not in it.
"""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa
from pyarrow import ipc
from sqlalchemy import Table

import daifuku
from daifuku.errors import UserError
from daifuku.storage.archive.files import Hashed, private_file
from daifuku.storage.archive.ids import last_ids, restore_last_ids
from daifuku.storage.archive.rows import insert_batch, read_batches, schema_of
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.revision import head
from daifuku.storage.tables import metadata

FORMAT = 1
_MANIFEST = "manifest.json"

Progress = Callable[[str, int], None]
"""Told after each piece: the table, and how many of its rows are done."""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table in a backup: its rows, the last id it ever gave out, SHA-256 of its stream."""

    rows: int
    last_id: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `key_id` names the key that its secrets are encrypted with."""

    format: int
    version: str
    revision: str
    made_at: datetime
    key_id: str
    tables: dict[str, TableEntry]


def write_archive(
    store: Store, path: Path, *, key_id: str, progress: Progress = lambda _table, _rows: None
) -> Manifest:
    """Write a backup of the store to `path`, which appears only when it is whole.

    Raises:
        UserError: the file cannot be written, or is there already.
    """
    if path.exists():
        raise UserError(f"{path} is there already.", hint="Name another file.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with private_file(draft) as file:
            manifest = _write(store, file, key_id, progress)
        draft.rename(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """What the backup holds, by its own account.

    Raises:
        UserError: the file is no backup, was cut off, or is of a later format.
    """
    with _opened(path) as archive:
        return _manifest(archive, path)


def verify_archive(path: Path, progress: Progress = lambda _table, _rows: None) -> Manifest:
    """Read the whole backup and compare it with its manifest.

    Raises:
        UserError: it is not whole, or was altered; the message names the table.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive, path)
        for name, entry in manifest.tables.items():
            rows = 0
            for batch in _table(archive, path, name, entry):
                rows += batch.num_rows
                progress(name, rows)
    return manifest


def load_archive(
    tx: Transaction, path: Path, progress: Progress = lambda _table, _rows: None
) -> Manifest:
    """Fill the tables of the store, which must be empty and of the backup's revision.

    Raises:
        UserError: as `verify_archive`; the caller's transaction then must not commit.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive, path)
        for name, entry in manifest.tables.items():
            rows = 0
            for batch in _table(archive, path, name, entry):
                insert_batch(tx, name, batch)
                rows += batch.num_rows
                progress(name, rows)
        restore_last_ids(tx, {name: entry.last_id for name, entry in manifest.tables.items()})
    return manifest


def _write(store: Store, file: IO[bytes], key_id: str, progress: Progress) -> Manifest:
    entries: dict[str, TableEntry] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with store.read() as tx:
            last = last_ids(tx)
            for table in metadata.sorted_tables:
                with archive.open(_member(table.name), "w", force_zip64=True) as member:
                    rows, digest = _write_table(tx, table, member, progress)
                entries[str(table.name)] = TableEntry(rows, last.get(table.name), digest)
        made_at = datetime.now(UTC)
        manifest = Manifest(FORMAT, daifuku.__version__, head(), made_at, key_id, entries)
        archive.writestr(_MANIFEST, orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
    return manifest


def _write_table(
    tx: Transaction, table: Table, member: IO[bytes], progress: Progress
) -> tuple[int, str]:
    """Write the table's stream; returns its rows and the stream's digest."""
    sink, rows = Hashed(member), 0
    options = ipc.IpcWriteOptions(compression="zstd")
    with ipc.new_stream(pa.PythonFile(sink, "w"), schema_of(table), options=options) as stream:
        for batch in read_batches(tx, table):
            stream.write_batch(batch)
            rows += batch.num_rows
            progress(table.name, rows)
    return rows, sink.digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except zipfile.BadZipFile:
        raise UserError(
            f"{path} is no backup of Daifuku, or only a part of one.", hint="Use another backup."
        ) from None


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        said = orjson.loads(archive.read(_MANIFEST))
        newer = int(said["format"]) > FORMAT
        said["tables"] = {name: TableEntry(**entry) for name, entry in said["tables"].items()}
        said["made_at"] = datetime.fromisoformat(said["made_at"])
        manifest = Manifest(**said)
    except (KeyError, ValueError, TypeError):
        raise UserError(f"{path} is no backup of Daifuku.", hint="Use another file.") from None
    if newer:
        raise UserError(
            f"{path} was made by Daifuku {manifest.version}, which this version cannot read.",
            hint="Restore it with that version or a later one.",
        )
    return manifest


def _table(
    archive: zipfile.ZipFile, path: Path, name: str, entry: TableEntry
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, checked against the manifest when the last one has been taken."""
    rows = 0
    try:
        with archive.open(_member(name)) as member:
            source = Hashed(member)
            with ipc.open_stream(pa.PythonFile(source, mode="r")) as stream:
                for batch in stream:
                    rows += batch.num_rows
                    yield batch
            while source.read(1 << 16):
                pass
    except (KeyError, EOFError, pa.ArrowInvalid, zipfile.BadZipFile):
        raise _altered(path, name) from None
    if rows != entry.rows or source.digest.hexdigest() != entry.sha256:
        raise _altered(path, name)


def _altered(path: Path, table: str) -> UserError:
    return UserError(
        f"{path} is damaged: its table {table} is not as it was written.",
        hint="Use another backup.",
    )


def _member(table: str) -> str:
    return f"tables/{table}.arrows"
