"""Follows what a program says while it reads, stream by stream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.airbyte_process.catalog import DELETED_AT, Found
from connectors.airbyte_process.failures import of_trace, of_waiting
from connectors.airbyte_process.messages import Node, log_of, name_of, part, rotated_by
from connectors.airbyte_process.states import States
from connectors.manifest.redaction import Redactor
from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamState,
    StreamStatus,
)
from connectors.shaping import CHECKPOINT_RECORDS, recorder
from daifuku.errors import SourceError, TransientError


@dataclass(slots=True)
class Progress:
    """How far a stream is. `safe` is the last state the program gave for it."""

    found: Found
    safe: StreamState
    began: bool = False
    complete: bool = False
    since: int = 0
    counted: int = 0
    error: SourceError | None = None


class Reading:
    """The messages of one `read`, turned into the hub's.

    A state is taken only from a STATE message, and only for a stream that resumes from it; a
    stream is complete only if the program says so, and nothing went wrong with it.
    """

    def __init__(
        self, streams: Sequence[Found], before: Mapping[str, StreamState], redact: Redactor
    ) -> None:
        self.redact = redact
        self._resumed = {found.spec.name for found in streams if before.get(found.spec.name)}
        self._states = States(before)
        self._progress = {
            found.spec.name: Progress(
                found, (before.get(found.spec.name) or {}) if found.incremental else {}
            )
            for found in streams
        }
        self._make = {found.spec.name: recorder(found.spec) for found in streams}
        self._failure: SourceError | None = None

    def take(self, message: Node) -> Iterator[Message]:
        """What a message means to the hub.

        Raises:
            SourceError: reading must end; `close` says so of every stream.
        """
        match message["type"]:
            case "RECORD":
                yield from self._record(part(message, "record"))
            case "STATE":
                yield from self._state(part(message, "state"))
            case "TRACE":
                yield from self._trace(part(message, "trace"))
            case "CONTROL":
                rotated = rotated_by(message)
                if rotated is not None:
                    yield ConfigUpdate({"config": rotated})
            case "LOG":
                told = part(message, "log")
                yield log_of(told.get("level"), self.redact(str(told.get("message") or "")))

    def close(self, ended: SourceError) -> Iterator[Message]:
        """How each stream ended; `ended` is the error of those that nothing is known of."""
        for name, progress in self._progress.items():
            yield from self._begun(progress)
            if progress.complete and progress.error is None:
                yield Checkpoint(name, progress.safe)
                full_pass = name not in self._resumed or not progress.found.incremental
                yield Status(name, StreamStatus.COMPLETE, full_pass=full_pass)
                continue
            yield StreamFailure(name, progress.error or self._failure or ended)
            yield Status(name, StreamStatus.INCOMPLETE)

    def _record(self, told: Node) -> Iterator[Message]:
        name = name_of({"name": told.get("stream"), "namespace": told.get("namespace")})
        progress, data = self._progress.get(name), told.get("data")
        if progress is None or progress.error is not None or not isinstance(data, dict):
            return
        yield from self._begun(progress)
        made = self._make[name](data)
        if isinstance(made, Record) and data.get(DELETED_AT):
            made = Record(name, made.external_id, {}, deleted=True)
        yield made
        progress.counted += 1
        progress.since += 1
        if progress.since == CHECKPOINT_RECORDS:
            progress.since = 0
            yield Checkpoint(name, progress.safe)

    def _state(self, told: Node) -> Iterator[Message]:
        for name, state in self._states.of(told, list(self._progress)).items():
            progress = self._progress.get(name)
            if progress is None or progress.error is not None:
                continue
            if "stream" in told:
                self._compare(progress, part(told, "sourceStats").get("recordCount"))
            if progress.error is None and progress.found.incremental:
                yield from self._begun(progress)
                progress.safe, progress.since = state, 0
                yield Checkpoint(name, state)

    def _compare(self, progress: Progress, count: Any) -> None:
        """Fail the stream if records were lost on the way here: its state counts them."""
        if isinstance(count, int | float) and count > progress.counted:
            progress.error = TransientError(
                f"The connector counted {count:g} records, and {progress.counted} came through.",
                hint="If it happens again, tell its authors.",
                stream=progress.found.spec.name,
            )
        progress.counted = 0

    def _trace(self, trace: Node) -> Iterator[Message]:
        if trace.get("type") == "ERROR":
            error = of_trace(trace, self.redact)
            name = name_of(part(part(trace, "error"), "stream_descriptor"))
            progress = self._progress.get(name)
            if progress is None:
                self._failure = self._failure or error
            elif progress.error is None:
                error.stream = name
                progress.error = error
        elif trace.get("type") == "STREAM_STATUS":
            yield from self._status(part(trace, "stream_status"))

    def _status(self, told: Node) -> Iterator[Message]:
        waiting = of_waiting(told)
        if waiting is not None:
            self._failure = waiting
            raise waiting
        progress = self._progress.get(name_of(part(told, "stream_descriptor")))
        if progress is None:
            return
        yield from self._begun(progress)
        progress.complete = told.get("status") == "COMPLETE"

    def _begun(self, progress: Progress) -> Iterator[Message]:
        if not progress.began:
            progress.began = True
            yield Status(progress.found.spec.name, StreamStatus.STARTED)
