"""Reads a stream of an airbyte-cdk `AbstractSource`, slice by slice."""

from collections.abc import Iterator, Mapping
from typing import Any

from airbyte_cdk.models import AirbyteMessage, FailureType, SyncMode, Type
from airbyte_cdk.sources.streams import CheckpointMixin, Stream
from airbyte_cdk.sources.streams.http.exceptions import BaseBackoffException
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from connectors.manifest.redaction import Redactor
from connectors.protocol import StreamState
from daifuku.errors import ConfigError, SourceError, TransientError


class PythonStream:
    """One stream of a Python source, with the records of one slice at a time."""

    def __init__(self, stream: Stream, state: StreamState) -> None:
        self._stream = stream
        self._before = dict(state)
        if isinstance(stream, CheckpointMixin):
            stream.state = dict(state)

    @property
    def incremental(self) -> bool:
        return isinstance(self._stream, CheckpointMixin)

    @property
    def state(self) -> dict[str, Any]:
        """The cursor now; a stream that keeps none starts over."""
        return dict(self._stream.state) if isinstance(self._stream, CheckpointMixin) else {}

    @property
    def ascending(self) -> bool:
        """Whether the state holds within a slice: the stream says how often to take it there."""
        return self.incremental and self._stream.state_checkpoint_interval is not None

    def slices(self) -> Iterator[Iterator[dict[str, Any]]]:
        """The records of each slice in turn; read each to its end before the next."""
        mode = SyncMode.incremental if self.incremental else SyncMode.full_refresh
        slices = self._stream.stream_slices(sync_mode=mode, stream_state=self._before or None)
        for part in slices or [None]:
            yield self._records(mode, part)

    def _records(self, mode: SyncMode, part: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
        for item in self._stream.read_records(mode, stream_slice=part, stream_state=self.state):
            data = _data(item)
            if data is not None:
                yield data


def classed(error: Exception, redact: Redactor) -> SourceError:
    """The hub's error for what a Python source raised; an unforeseen one is the source's fault."""
    if isinstance(error, SourceError):
        return error
    if isinstance(error, AirbyteTracedException):
        message = redact(str(error.message or "The source failed."))
        passing = error.failure_type is FailureType.transient_error
        return TransientError(message) if passing else ConfigError(message)
    if isinstance(error, BaseBackoffException | ConnectionError | TimeoutError):
        return TransientError(f"The connection to the source failed ({type(error).__name__}).")
    lines = redact(str(error)).splitlines() or [""]
    return ConfigError(f"The source failed with {type(error).__name__}: {lines[0][:200]}")


def _data(item: Any) -> dict[str, Any] | None:
    """The record in what a stream yields; None for a message of another kind."""
    if isinstance(item, AirbyteMessage):
        return dict(item.record.data) if item.type is Type.RECORD and item.record else None
    return dict(item) if isinstance(item, Mapping) else None
