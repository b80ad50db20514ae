"""`ManifestConnector`: a low-code manifest as a connector of the hub."""

import importlib
import logging
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from connectors.manifest.bounds import Bounds
from connectors.manifest.redaction import Redactor, mask_logs
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
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
from daifuku.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from connectors.manifest.source import OpenPartition, OpenStream, Source

CHECKPOINT_RECORDS = 1_000
SAMPLE = 20
"""Records that discovery looks at."""

_JSON_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


class ManifestConnector:
    """Reads the streams of `spec` as `manifest` describes them.

    `ordered` names the streams whose records come oldest first in one partition: they
    checkpoint at their newest record, the others at the end of each partition.
    """

    def __init__(
        self,
        spec: ConnectorSpec,
        manifest: Mapping[str, Any],
        config: BaseModel,
        *,
        ordered: Collection[str] = (),
        bounds: Bounds | None = None,
    ) -> None:
        self._spec = spec
        self._manifest = manifest
        self._config = plain(config)
        self._ordered = frozenset(ordered)
        self._bounds = bounds or Bounds()
        self.redact = Redactor(secrets(config))

    def __repr__(self) -> str:
        return f"ManifestConnector({self._spec.name})"

    @property
    def spec(self) -> ConnectorSpec:
        return self._spec

    def check(self) -> CheckResult:
        """Read the first record of the first stream."""
        try:
            self.sample(self._spec.streams[0].name, 1)
        except SourceError as error:
            return CheckResult(False, str(error))
        return CheckResult(True)

    def discover(self) -> Sequence[StreamInfo]:
        """The streams that this config may read, with the fields of their first records.

        Raises:
            SourceError: the source cannot be reached, or refuses every stream.
        """
        found: list[StreamInfo] = []
        refused: SourceError | None = None
        for stream in self._spec.streams:
            try:
                records = self.sample(stream.name, SAMPLE)
            except ConfigError as error:
                refused = error
                continue
            found.append(StreamInfo(stream, properties_of(records)))
        if refused and not found:
            raise refused
        return found

    def sample(self, stream: str, count: int) -> list[dict[str, Any]]:
        """The first `count` records of a stream.

        Raises:
            SourceError: it cannot be read.
        """
        found: list[dict[str, Any]] = []
        with self._source().open(stream, {}) as opened:
            for partition in opened.partitions():
                found += islice(partition.records(), count - len(found))
                if len(found) >= count:
                    break
        return found

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says; a stream without a cursor is read whole each time."""
        known = {stream.name: stream for stream in self._spec.streams}
        for name in streams:
            if name not in known:
                raise ConfigError(
                    f"There is no stream named {name} in {self._spec.name}.",
                    hint=f"Known: {', '.join(known)}.",
                    stream=name,
                )
        return self._read([known[name] for name in streams], state)

    def _read(
        self, streams: Sequence[StreamSpec], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        for stream in streams:
            before = state.get(stream.name) or {}
            yield Status(stream.name, StreamStatus.STARTED)
            try:
                with self._source().open(stream.name, before) as opened:
                    yield from self._read_stream(stream, opened, before)
            except SourceError as error:
                yield StreamFailure(stream.name, error)
                yield Status(stream.name, StreamStatus.INCOMPLETE)
            else:
                full_pass = not before or not opened.incremental
                yield Status(stream.name, StreamStatus.COMPLETE, full_pass=full_pass)

    def _read_stream(
        self, stream: StreamSpec, opened: "OpenStream", before: StreamState
    ) -> Iterator[Message]:
        opened.sign_in()
        yield from opened.side_messages()
        safe = before
        for partition in opened.partitions():
            yield from self._read_partition(stream, partition, safe)
            yield from opened.side_messages()
            newest = partition.newest if stream.name in self._ordered else None
            safe = newest or opened.state
        yield Checkpoint(stream.name, safe)

    def _read_partition(
        self, stream: StreamSpec, partition: "OpenPartition", safe: StreamState
    ) -> Iterator[Message]:
        """The records, and after each thousand a checkpoint that loses none if it is the last."""
        name = stream.name
        keys = stream.primary_key.split(",")
        key = keys[0] if len(keys) == 1 else None
        ordered = name in self._ordered
        since = 0
        for data in partition.records():
            found = data.get(key) if key else _joined(data, keys)
            if found is None or found == "":
                yield _without_key(stream)
            else:
                yield Record(name, found if type(found) is str else str(found), data)
            since += 1
            if since == CHECKPOINT_RECORDS:
                since = 0
                newest = partition.newest if ordered else None
                yield Checkpoint(name, newest or safe)

    def _source(self) -> "Source":
        mask_logs(self.redact)
        with _undisturbed():
            module = importlib.import_module("connectors.manifest.source")
        source: Source = module.Source(
            self._manifest, self._config, bounds=self._bounds, redact=self.redact
        )
        return source


def _joined(data: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    values = [data.get(key) for key in keys]
    return None if None in values else "|".join(map(str, values))


def _without_key(stream: StreamSpec) -> Unreadable:
    return Unreadable(
        stream.name, "", "no_key", f"The record has no {stream.primary_key}, which identifies it."
    )


def properties_of(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The fields seen in `records`, as JSON schema properties."""
    types: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.items():
            types.setdefault(name, set()).add(_JSON_TYPES.get(type(value), "null"))
    return {name: {"type": sorted(found)} for name, found in sorted(types.items())}


def plain(value: Any) -> Any:
    """A config as a manifest's templates read it: JSON types, secrets in the clear."""
    if isinstance(value, BaseModel):
        return {name: plain(item) for name, item in value}
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def secrets(value: Any) -> Iterator[str]:
    """Every secret in a config."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, item in value:
            yield from secrets(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from secrets(item)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Importing the CDK replaces the root logger's handlers and warns about its own classes."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
