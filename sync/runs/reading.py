"""Takes in a connector's messages: lands per checkpoint, and keeps how each stream ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Log,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import SourceError, SystemFault
from daifuku.records import Receipt, StreamPhase, StreamRun
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import states, stream_runs
from sync.landing import Arrival, land
from sync.runs.context import RunContext, lost_error
from sync.runs.drift import words_of
from sync.runs.ending import end_stream, generation_of
from sync.runs.profile import Change
from sync.runs.stream import OneStream
from sync.runs.sweep import DeletionBrakeError, check_told

LARGEST = 5_000
"""So many records without a checkpoint land without one, to keep memory flat. Deletions, which
hold nothing, wait for theirs: they are judged together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one checkpoint lands: the records before it, and what is new about their fields."""

    arrivals: Sequence[Arrival]
    state: Mapping[str, Any] | None
    changes: Sequence[Change]
    at: datetime


class Reading:
    """The state of reading one source once."""

    def __init__(self, context: RunContext, streams: Sequence[OneStream]) -> None:
        self.context = context
        self.receipt = Receipt()
        self._streams = {one.name: one for one in streams}

    @property
    def errors(self) -> dict[str, SourceError]:
        """Stream -> why it failed, or is in doubt."""
        return {one.name: one.error for one in self._streams.values() if one.error}

    @property
    def phases(self) -> list[StreamPhase]:
        """Where the streams stand."""
        return [one.phase for one in self._streams.values()]

    @property
    def wanted(self) -> list[str]:
        """The streams to read."""
        return [one.name for one in self._streams.values() if one.phase is StreamPhase.WAITING]

    @property
    def paused(self) -> list[str]:
        """The streams that are left out."""
        return [one.name for one in self._streams.values() if one.phase is StreamPhase.PAUSED]

    def take(self, message: Message) -> None:
        """Act on one message of the connector.

        Raises:
            RunLostError, RunStoppedError: reading must end; what is committed is good.
            SystemFault: the connector speaks of a stream it was not asked for.
        """
        if self.context.lost.is_set():
            raise lost_error()
        match message:
            case Record() | Unreadable():
                one = self._stream(message.stream)
                one.arrivals.append(message)
                if len(one.arrivals) >= LARGEST and not _is_deletion(message):
                    self._land(one)
            case Checkpoint():
                self._land(self._stream(message.stream), message.state)
            case Status():
                self._status(self._stream(message.stream), message)
            case StreamFailure():
                self._fail(self._stream(message.stream), message.error)
            case ConfigUpdate():
                self.context.update_config(message.fields)
            case Log():
                self.context.journal.note(message.level, message.message)

    def close(self) -> None:
        """Land what came after the last checkpoints: it is read again, but not lost meanwhile."""
        for one in self._streams.values():
            self._land(one)

    def _stream(self, name: str) -> OneStream:
        one = self._streams.get(name)
        if one is None:
            raise SystemFault(f"The connector reads the stream {name!r}, and was not asked to.")
        return one

    def _status(self, one: OneStream, status: Status) -> None:
        if status.status is StreamStatus.STARTED:
            self.context.journal.note("info", f"{one.name} {one.start.words}.", one.name)
            expected = one.row.whole_pass if one.start.from_beginning else None
            self._tell(one, one.tally.started(datetime.now(UTC), expected))
            return
        self._land(one)
        if status.status is StreamStatus.COMPLETE and one.error is None:
            deleted = end_stream(self.context, one, full_pass=status.full_pass)
            self._advance(one, deleted)

    def _land(self, one: OneStream, state: Mapping[str, Any] | None = None) -> None:
        arrivals = one.take_arrivals()
        paused = one.held or one.phase is StreamPhase.PAUSED
        if paused or (not arrivals and state is None):
            return
        now = datetime.now(UTC)
        changes = one.watch.look(arrivals, now)
        for change in changes:
            self.context.journal.note("info", words_of(change), one.name)
        batch = Batch(arrivals, state, changes, now)
        gone = next((change for change in changes if change.pauses), None)
        if gone is not None:
            self._pause(one, one.watch.error(gone), batch)
            return
        generation = generation_of(self.context, one)
        try:
            run, receipt, written = self.context.store.transact(
                lambda tx: self._commit(tx, one, batch, generation)
            )
        except DeletionBrakeError as error:
            one.held = True
            self._fail(one, error)
            return
        one.tally.adopt(run)
        self.context.journal.committed(written)
        self._advance(one, receipt)

    def _commit(
        self, tx: Transaction, one: OneStream, batch: Batch, generation: int
    ) -> tuple[StreamRun, Receipt, int]:
        """All that one checkpoint writes; what is in memory changes only once it is durable."""
        context = self.context
        receipt = land(
            tx,
            context.source,
            one.name,
            batch.arrivals,
            mapper=context.mapper,
            at=batch.at,
            run_id=context.run_id,
            generation=generation,
        )
        if receipt.deleted and not context.allow_deletions:
            check_told(tx, context.source, one.name, receipt.deleted)
        if batch.state is not None:
            save = states.save_reread if one.start.rereading else states.save
            save(tx, context.source, one.name, batch.state, batch.at)
        one.watch.save(tx, batch.changes, run_id=context.run_id, at=batch.at)
        context.count(tx, receipt)
        run = one.tally.after(receipt, batch.at)
        stream_runs.save(tx, context.run_id, run)
        return run, receipt, context.journal.write(tx)

    def _advance(self, one: OneStream, receipt: Receipt) -> None:
        self.receipt += receipt
        self.context.progress(one.name, self.receipt)
        self.context.check_time()

    def _pause(self, one: OneStream, error: SourceError, batch: Batch) -> None:
        """Leave the stream where its last good checkpoint put it, until its owner has looked."""
        one.error = error
        self.context.journal.note("error", str(error), one.name)

        def note(tx: Transaction) -> None:
            one.watch.save(tx, batch.changes, run_id=self.context.run_id, at=batch.at)
            one.watch.pause(tx, batch.at)

        self._tell(one, one.tally.ended(StreamPhase.PAUSED, batch.at, error=error), note)

    def _fail(self, one: OneStream, error: SourceError) -> None:
        if one.error is None:
            one.error = error
            self.context.journal.note("error", str(error), one.name)
            self._tell(one, one.tally.ended(StreamPhase.FAILED, datetime.now(UTC), error=error))

    def _tell(
        self, one: OneStream, run: StreamRun, also: Callable[[Transaction], None] | None = None
    ) -> None:
        """Write how far a stream has come, beside its landings."""
        context = self.context

        def commit(tx: Transaction) -> int:
            context.count(tx, Receipt())
            stream_runs.save(tx, context.run_id, run)
            if also is not None:
                also(tx)
            return context.journal.write(tx)

        written = context.store.transact(commit)
        one.tally.adopt(run)
        context.journal.committed(written)


def _is_deletion(arrival: Arrival) -> bool:
    return isinstance(arrival, Record) and arrival.deleted
