"""`ManifestConnector`: a low-code manifest as a connector of the hub."""

import importlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from connectors.manifest.bounds import Bounds
from connectors.manifest.quiet import undisturbed
from connectors.manifest.redaction import Redactor, mask_logs
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConfigUpdate,
    ConnectorSpec,
    Keep,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from connectors.settings import plain, secrets
from connectors.shaping import CHECKPOINT_RECORDS, SAMPLE, chosen, properties_of, recorder
from daifuku.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from connectors.manifest.source import OpenPartition, OpenStream, Source


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
        self._keep: Keep | None = None
        self._rotated: dict[str, Any] = {}
        self.redact = Redactor(secrets(config))

    def __repr__(self) -> str:
        return f"ManifestConnector({self._spec.name})"

    @property
    def spec(self) -> ConnectorSpec:
        return self._spec

    def keep_with(self, keep: Keep) -> None:
        """As `Rotating` says."""
        self._keep = keep

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
            try:
                for partition in opened.partitions():
                    found += islice(partition.records(), count - len(found))
                    if len(found) >= count:
                        break
            finally:
                for message in self._side_messages(opened):
                    if isinstance(message, ConfigUpdate):
                        self._rotated |= message.fields
        return found

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says; a stream without a cursor is read whole each time."""
        return self._read(chosen(self._spec, streams), state)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says, for streams with a cursor of times and no parent."""
        del state
        return self._source().rewound(stream, since)

    def _read(
        self, streams: Sequence[StreamSpec], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        if self._rotated and self._keep is None:
            yield ConfigUpdate(self._rotated)
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
        yield from self._side_messages(opened)
        safe = before
        for partition in opened.partitions():
            yield from self._read_partition(stream, partition, safe)
            yield from self._side_messages(opened)
            newest = partition.newest if stream.name in self._ordered else None
            safe = newest or opened.state
        yield Checkpoint(stream.name, safe)

    def _side_messages(self, opened: "OpenStream") -> Iterator[Message]:
        """What components had to say; the streams that follow sign in with a rotated credential."""
        for message in opened.side_messages():
            if isinstance(message, ConfigUpdate):
                self._config = {**self._config, **message.fields}
            yield message

    def _read_partition(
        self, stream: StreamSpec, partition: "OpenPartition", safe: StreamState
    ) -> Iterator[Message]:
        """The records, and after each thousand a checkpoint that loses none if it is the last."""
        message = recorder(stream)
        ordered = stream.name in self._ordered
        since = 0
        for data in partition.records():
            yield message(data)
            since += 1
            if since == CHECKPOINT_RECORDS:
                since = 0
                newest = partition.newest if ordered else None
                yield Checkpoint(stream.name, newest or safe)

    def _source(self) -> "Source":
        mask_logs(self.redact)
        with undisturbed():
            module = importlib.import_module("connectors.manifest.source")
        source: Source = module.Source(
            self._manifest, self._config, bounds=self._bounds, redact=self.redact, keep=self._keep
        )
        return source
