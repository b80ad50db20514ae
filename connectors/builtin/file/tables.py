"""Opens a file as a table, whatever its format."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from connectors.builtin.file.config import FileConfig
from connectors.builtin.file.delimited import open_delimited
from connectors.builtin.file.encoding import chunks_of, detect_encoding
from connectors.builtin.file.jsonlines import open_jsonlines
from connectors.builtin.file.parquet import open_parquet
from connectors.builtin.file.rows import Table
from connectors.builtin.file.spreadsheet import open_spreadsheet
from daifuku.errors import ConfigError

_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file: the digest of its content and of what decides how it is read."""

    file: BinaryIO
    path: Path
    config: FileConfig
    encoding: str
    digest: str

    def table(self) -> Table:
        """Its table; the file must stay open while its rows are read.

        Raises:
            ConfigError: the file cannot be read as what it is.
        """
        self.file.seek(0)
        head = self.file.read(512)
        self.file.seek(0)
        return _table(self, head)


@contextmanager
def open_file(path: Path, config: FileConfig) -> Iterator[OpenFile]:
    """The file, opened and gone through once for its digest and encoding.

    Raises:
        ConfigError: it is missing, no regular file, or may not be read.
    """
    try:
        if not path.is_file():
            raise ConfigError(f"There is no file {path.name!r} here.", hint="Check the path.")
        with path.open("rb") as file:
            yield _examined(file, path, config)
    except PermissionError:
        raise ConfigError(
            f"The file {path.name!r} may not be read.", hint="Give the service's user access to it."
        ) from None


def _examined(file: BinaryIO, path: Path, config: FileConfig) -> OpenFile:
    how = config.model_dump_json(exclude={"path", "max_unpacked_mb"})
    digest = hashlib.blake2b(how.encode(), digest_size=16)
    head, encoding = file.read(4), str(config.encoding)
    if config.encoding != "auto" or head in (_ZIP, _PARQUET):
        for chunk in chunks_of(file):
            digest.update(chunk)
    else:
        encoding = detect_encoding(file, digest.update)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    return OpenFile(file, path, config, encoding, digest.hexdigest())


def _table(opened: OpenFile, head: bytes) -> Table:
    config, suffix = opened.config, opened.path.suffix.lower()
    if head.startswith(_PARQUET) or suffix == ".parquet":
        return open_parquet(opened.file)
    if head.startswith(_ZIP) or suffix in (".xlsx", ".xlsm"):
        _refuse_old_excel(head)
        limit = config.max_unpacked_mb * 1_000_000
        return open_spreadsheet(opened.file, sheet=config.sheet, max_bytes=limit)
    _refuse_old_excel(head)
    if head.lstrip().lower().startswith(_HTML):
        raise ConfigError("The file is a web page.", hint="Download the table itself.")
    if suffix in (".jsonl", ".ndjson", ".json"):
        return open_jsonlines(opened.file, encoding=opened.encoding)
    return open_delimited(opened.file, encoding=opened.encoding, delimiter=config.delimiter)


def _refuse_old_excel(head: bytes) -> None:
    if head.startswith(_OLE):
        raise ConfigError(
            "The file is an old or password-protected workbook.", hint="Save it as plain .xlsx."
        )
