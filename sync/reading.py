"""Takes in a connector's messages: lands per checkpoint, and keeps how each stream ended."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    DeletePolicy,
    Log,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamSpec,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import DaifukuError, SourceError
from daifuku.logs import get_logger
from daifuku.records import Receipt
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import runs, states
from daifuku.storage.repositories.landing import has_records
from sync.deletions import sweep
from sync.landing import Arrival, land
from sync.leases import lease_end
from sync.standing import Mapper

log = get_logger(__name__)

Progress = Callable[[str, Receipt], None]
"""Told after each checkpoint: the stream, and the run's receipt so far."""

COMPLETE, EMPTY, INCOMPLETE, FAILED = "complete", "empty", "incomplete", "failed"
"""How a stream can end. Empty is complete where nothing has ever come from it."""

LARGEST = 5_000
"""So many records without a checkpoint land without one, to keep memory flat."""


class RunLostError(DaifukuError):
    """The run was cancelled, or its lease ran out and another took over."""

    kind = "run_lost"


class RunStoppedError(DaifukuError):
    """The process is shutting down: the run ends at a checkpoint, to be gone on with."""

    kind = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What reading needs of the run it belongs to."""

    store: Store
    source: str
    run_id: int
    mapper: Mapper
    specs: Mapping[str, StreamSpec]
    lease_seconds: float
    update_config: Callable[[Mapping[str, Any]], None]
    progress: Progress = lambda _stream, _receipt: None
    stop: threading.Event = field(default_factory=threading.Event)
    allow_deletions: bool = False


class Reading:
    """The state of reading one source once."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.receipt = Receipt()
        self.ends: dict[str, str] = {}
        self.errors: dict[str, SourceError] = {}
        self._buffers: defaultdict[str, list[Arrival]] = defaultdict(list)
        self._generations: dict[str, int] = {}

    def take(self, message: Message) -> None:
        """Act on one message of the connector.

        Raises:
            RunLostError, RunStoppedError: reading must end; what is committed is good.
        """
        match message:
            case Record() | Unreadable():
                buffer = self._buffers[message.stream]
                buffer.append(message)
                if len(buffer) >= LARGEST:
                    self._land(message.stream)
            case Checkpoint():
                self._land(message.stream, message.state)
            case Status():
                self._stream_status(message)
            case StreamFailure():
                self._fail(message.stream, message.error)
            case ConfigUpdate():
                self.context.update_config(message.fields)
            case Log():
                getattr(log, message.level)(message.message, source=self.context.source)

    def close(self) -> None:
        """Land what came after the last checkpoints: it is read again, but not lost meanwhile."""
        for stream in list(self._buffers):
            self._land(stream)

    def _stream_status(self, status: Status) -> None:
        stream = status.stream
        if status.status is StreamStatus.STARTED:
            self.ends[stream] = INCOMPLETE
            return
        self._land(stream)
        if status.status is StreamStatus.COMPLETE and stream not in self.errors:
            self.ends[stream] = COMPLETE if self._anything_came(stream) else EMPTY
            if status.full_pass and self._counts_passes(stream):
                self._sweep(stream)

    def _land(self, stream: str, state: Mapping[str, Any] | None = None) -> None:
        arrivals = self._buffers.pop(stream, [])
        if not arrivals and state is None:
            return
        context, now = self.context, datetime.now(UTC)
        generation = self._generation(stream)

        def commit(tx: Transaction) -> Receipt:
            receipt = land(
                tx,
                context.source,
                stream,
                arrivals,
                mapper=context.mapper,
                at=now,
                run_id=context.run_id,
                generation=generation,
            )
            if state is not None:
                states.save(tx, context.source, stream, state, now)
            self._count(tx, receipt)
            return receipt

        self._advance(stream, context.store.transact(commit))

    def _sweep(self, stream: str) -> None:
        context, now = self.context, datetime.now(UTC)
        generation = self._generation(stream)

        def commit(tx: Transaction) -> Receipt:
            deleted = sweep(
                tx,
                context.source,
                stream,
                generation=generation,
                run_id=context.run_id,
                at=now,
                unlimited=context.allow_deletions,
            )
            receipt = Receipt(deleted=deleted)
            self._count(tx, receipt)
            return receipt

        try:
            receipt = context.store.transact(commit)
        except SourceError as error:
            self._fail(stream, error)
        else:
            self._advance(stream, receipt)

    def _count(self, tx: Transaction, receipt: Receipt) -> None:
        """Count in the transaction that lands: a run that is no longer ours writes nothing."""
        lease = lease_end(self.context.lease_seconds)
        if not runs.count(tx, self.context.run_id, receipt, lease):
            raise RunLostError("The sync was cancelled, or another process took it over.")

    def _advance(self, stream: str, receipt: Receipt) -> None:
        self.receipt += receipt
        self.context.progress(stream, self.receipt)
        if self.context.stop.is_set():
            raise RunStoppedError("The process is shutting down; the next run goes on from here.")

    def _fail(self, stream: str, error: SourceError) -> None:
        self.errors.setdefault(stream, error)
        self.ends[stream] = FAILED

    def _anything_came(self, stream: str) -> bool:
        with self.context.store.read() as tx:
            return has_records(tx, self.context.source, stream)

    def _counts_passes(self, stream: str) -> bool:
        spec = self.context.specs.get(stream)
        return spec is not None and spec.deletes is DeletePolicy.FULL_PASS

    def _generation(self, stream: str) -> int:
        """The number of this pass over the stream, 0 where passes are not counted."""
        if not self._counts_passes(stream):
            return 0
        if stream not in self._generations:
            with self.context.store.write() as tx:
                number = states.begin_pass(tx, self.context.source, stream, datetime.now(UTC))
            self._generations[stream] = number
        return self._generations[stream]
