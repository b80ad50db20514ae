"""`PythonSourceConnector`: an airbyte-cdk `AbstractSource` as a connector of the hub."""

import importlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from connectors.manifest.quiet import undisturbed
from connectors.manifest.redaction import Redactor, mask_logs
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
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
    from airbyte_cdk.sources import AbstractSource

    from connectors.python_source.reading import PythonStream

LOGGER = logging.getLogger("airbyte")


class PythonSourceConnector:
    """Reads the streams of `spec` from the source that `build` makes.

    `build` is called when the source is used: it, and not the module that offers the spec,
    imports airbyte_cdk. A stream with a state (`CheckpointMixin`) resumes from it. Within a
    slice the state is taken only if the stream sets `state_checkpoint_interval`, which says
    that its records come oldest first.
    """

    def __init__(
        self, spec: ConnectorSpec, build: "Callable[[], AbstractSource]", config: BaseModel
    ) -> None:
        self._spec = spec
        self._build = build
        self._config = plain(config)
        self._redact = Redactor(secrets(config))

    def __repr__(self) -> str:
        return f"PythonSourceConnector({self._spec.name})"

    @property
    def spec(self) -> ConnectorSpec:
        return self._spec

    def check(self) -> CheckResult:
        """Ask the source whether it can connect."""
        try:
            ok, reason = self._source().check_connection(LOGGER, self._config)
        except Exception as error:
            return CheckResult(False, str(self._classed(error)))
        return CheckResult(ok, "" if ok else self._redact(str(reason or "It gives no reason.")))

    def discover(self) -> Sequence[StreamInfo]:
        """The streams of the spec, with the fields of their first records.

        Raises:
            SourceError: one of them cannot be read.
        """
        found = []
        for stream in self._spec.streams:
            try:
                slices = self._open(stream.name, {}).slices()
                records = next((list(islice(part, SAMPLE)) for part in slices), [])
            except Exception as error:
                raise self._classed(error, stream.name) from None
            found.append(StreamInfo(stream, properties_of(records)))
        return found

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says; a stream without a state is read whole each time."""
        return self._read(chosen(self._spec, streams), state)

    def _read(
        self, streams: Sequence[StreamSpec], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        for stream in streams:
            before = state.get(stream.name) or {}
            yield Status(stream.name, StreamStatus.STARTED)
            try:
                opened = self._open(stream.name, before)
                yield from self._read_stream(stream, opened, before)
            except Exception as error:
                yield StreamFailure(stream.name, self._classed(error, stream.name))
                yield Status(stream.name, StreamStatus.INCOMPLETE)
            else:
                full_pass = not before or not opened.incremental
                yield Status(stream.name, StreamStatus.COMPLETE, full_pass=full_pass)

    def _read_stream(
        self, stream: StreamSpec, opened: "PythonStream", before: StreamState
    ) -> Iterator[Message]:
        message = recorder(stream)
        safe: StreamState = before if opened.incremental else {}
        for part in opened.slices():
            since = 0
            for data in part:
                yield message(data)
                since += 1
                if since == CHECKPOINT_RECORDS:
                    since = 0
                    yield Checkpoint(stream.name, opened.state if opened.ascending else safe)
            safe = opened.state
        yield Checkpoint(stream.name, safe)

    def _source(self) -> "AbstractSource":
        mask_logs(self._redact)
        with undisturbed():
            return self._build()

    def _open(self, name: str, state: StreamState) -> "PythonStream":
        source = self._source()
        with undisturbed():
            module: Any = importlib.import_module("connectors.python_source.reading")
            streams = {stream.name: stream for stream in source.streams(self._config)}
        if name not in streams:
            raise ConfigError(f"The source has no stream named {name} with these settings.")
        opened: PythonStream = module.PythonStream(streams[name], state)
        return opened

    def _classed(self, error: Exception, stream: str | None = None) -> SourceError:
        with undisturbed():
            module: Any = importlib.import_module("connectors.python_source.reading")
        found: SourceError = module.classed(error, self._redact)
        found.stream = stream
        return found
