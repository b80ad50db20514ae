"""The `file` connector: tables of customers in CSV, JSON Lines, Excel and Parquet files.

One stream per file. A file is read whole whenever its content has changed, and skipped otherwise.
"""

import glob
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from connectors.builtin.file.config import FileConfig
from connectors.builtin.file.rows import BadRow, Row
from connectors.builtin.file.tables import OpenFile, open_file
from connectors.json_values import properties_of
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    Connector,
    ConnectorSpec,
    DeletePolicy,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import ConfigError, SourceError, TransientError

_ANY = StreamSpec("*", primary_key="row", cursor="content", deletes=DeletePolicy.FULL_PASS)

SPEC = ConnectorSpec(
    name="file",
    title={
        "en": "Files (CSV, Excel, JSON Lines, Parquet)",
        "ja": "ファイル(CSV・Excel・JSON Lines・Parquet)",
    },
    kind="file",
    config=FileConfig,
    streams=(_ANY,),
)
"""The stream `*` stands for the files: each becomes a stream named after it."""

_CHECKPOINT_EVERY = 1_000
_MAX_FILES = 1_000
_MAX_ID = 400
_SAMPLE_ROWS = 50


class FileConnector:
    """Reads the files that a path or pattern names."""

    spec = SPEC

    def __init__(self, config: FileConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Open every file and read its header."""
        try:
            return CheckResult(True, " ".join(self._found(*item) for item in self._files().items()))
        except SourceError as error:
            return CheckResult(False, str(error))

    def _found(self, stream: str, path: Path) -> str:
        with open_file(path, self._config) as opened:
            table = opened.table()
            self._check_id_column(table.columns)
            return f"{stream}: {table.kind}."

    def discover(self) -> Sequence[StreamInfo]:
        """One stream per file, with its columns; raises as `Connector.discover` says."""
        found = []
        for stream, path in self._files().items():
            with open_file(path, self._config) as opened:
                found.append(StreamInfo(_spec_of(stream), _properties(opened)))
        return found

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Read the files of `streams`; one whose content is as in `state` is skipped."""
        try:
            files = self._files()
        except ConfigError as error:
            for stream in streams:
                yield from _failed(stream, error)
            return
        for stream in streams:
            if stream not in files and stream not in state:
                raise ConfigError(
                    f"There is no file for the stream {stream!r}.",
                    hint=f"There are: {', '.join(files)}.",
                    stream=stream,
                )
        for stream in streams:
            yield from self._read_stream(stream, files.get(stream), state.get(stream, {}))

    def _read_stream(self, stream: str, path: Path | None, state: StreamState) -> Iterator[Message]:
        if path is None:
            gone = f"The file of the stream {stream!r} is gone."
            yield from _failed(stream, ConfigError(gone, hint="Put it back, or end the stream."))
            return
        yield Status(stream, StreamStatus.STARTED)
        try:
            with open_file(path, self._config) as opened:
                if state.get("digest") == opened.digest:
                    yield Checkpoint(stream, state)
                    yield Status(stream, StreamStatus.COMPLETE)
                    return
                yield from self._rows(stream, opened)
                yield Checkpoint(stream, {"digest": opened.digest})
        except SourceError as error:
            yield StreamFailure(stream, error)
            yield Status(stream, StreamStatus.INCOMPLETE)
            return
        yield Status(stream, StreamStatus.COMPLETE, full_pass=True)

    def _rows(self, stream: str, opened: OpenFile) -> Iterator[Message]:
        """The rows, with checkpoints on the way that promise nothing.

        Were one to promise the rows so far, a pass resumed there would not see all rows, and the
        rows that are gone could not be told.
        """
        before = os.fstat(opened.file.fileno())
        table = opened.table()
        if table.columns:
            self._check_id_column(table.columns)
        for count, row in enumerate(table.rows, start=1):
            yield self._message(stream, row)
            if count % _CHECKPOINT_EVERY == 0:
                yield Checkpoint(stream, {})
        after = os.fstat(opened.file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise TransientError("The file changed while it was read.", stream=stream)

    def _message(self, stream: str, row: Row | BadRow) -> Record | Unreadable:
        if isinstance(row, BadRow):
            return Unreadable(
                stream, f"row-{row.number}", row.code, f"Row {row.number}: {row.reason}"
            )
        external_id = self._external_id(row.data)
        if external_id is None:
            reason = f"Row {row.number}: the column {self._config.id_column!r} names no id."
            return Unreadable(stream, f"row-{row.number}", "no_id", reason)
        return Record(stream, external_id, row.data)

    def _external_id(self, data: Mapping[str, Any]) -> str | None:
        column = self._config.id_column
        if column is None:
            body = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
            return hashlib.blake2b(body, digest_size=12).hexdigest()
        value = data.get(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return None
        text = str(value).strip()
        return text if 0 < len(text) <= _MAX_ID else None

    def _check_id_column(self, columns: Sequence[str]) -> None:
        column = self._config.id_column
        if column is not None and columns and column not in columns:
            raise ConfigError(
                f"There is no column {column!r}.", hint=f"There are: {', '.join(columns)}."
            )

    def _files(self) -> dict[str, Path]:
        """The files by stream name: the file's stem, or its whole name where stems repeat."""
        pattern = os.path.expanduser(self._config.path)
        named = [Path(pattern)] if os.path.exists(pattern) else map(Path, glob.iglob(pattern))
        paths = sorted(path for path in named if path.is_file())
        if os.path.isdir(pattern):
            raise ConfigError("The path is a folder.", hint="Name its files: folder/*.csv.")
        if not paths:
            raise ConfigError(f"There is no file {pattern}.", hint="Check the path of the source.")
        if len(paths) > _MAX_FILES:
            raise ConfigError(f"The pattern names {len(paths)} files.", hint="Narrow it.")
        stems = [path.stem for path in paths]
        return {p.stem if stems.count(p.stem) == 1 else p.name: p for p in paths}


def _spec_of(stream: str) -> StreamSpec:
    return StreamSpec(stream, _ANY.primary_key, _ANY.cursor, _ANY.deletes)


def _failed(stream: str, error: SourceError) -> Iterator[Message]:
    yield Status(stream, StreamStatus.STARTED)
    yield StreamFailure(stream, error)
    yield Status(stream, StreamStatus.INCOMPLETE)


def _properties(opened: OpenFile) -> dict[str, Any]:
    """The columns as JSON schema properties, their types from the first rows."""
    table = opened.table()
    rows = islice(table.rows, _SAMPLE_ROWS)
    return properties_of(table.columns, (row.data for row in rows if isinstance(row, Row)))


def connect(config: FileConfig) -> Connector:
    """The connector for a validated config."""
    return FileConnector(config)
