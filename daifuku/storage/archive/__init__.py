"""Backups of a store in one file, and the way back."""

from daifuku.storage.archive.file import (
    Manifest,
    TableEntry,
    read_manifest,
    verify_archive,
    write_archive,
)
from daifuku.storage.archive.restore import restore_archive

__all__ = [
    "Manifest",
    "TableEntry",
    "read_manifest",
    "restore_archive",
    "verify_archive",
    "write_archive",
]
