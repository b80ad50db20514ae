"""A sync run and its receipt: the account of every record it fetched, whole and per stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class StreamPhase(StrEnum):
    """Where a run stands with one stream."""

    WAITING = "waiting"
    READING = "reading"
    COMPLETE = "complete"
    EMPTY = "empty"
    """Read to its end without a record: nothing ever came from it, or see the stream's error."""
    DELIVERED = "delivered"
    """Its records came by webhook or form post."""
    INCOMPLETE = "incomplete"
    """The run ended before the stream did; the next one goes on from the last checkpoint."""
    FAILED = "failed"
    PAUSED = "paused"
    """It waits for its owner to look at it: runs leave it out."""

    @property
    def whole(self) -> bool:
        """Whether everything the source has was read."""
        return self in (StreamPhase.COMPLETE, StreamPhase.EMPTY, StreamPhase.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Counts of source records: fetched = new + changed + unchanged + rejected + suppressed.

    The last four are what became of them: tombstones, and mapped records that joined an
    existing golden record (linked), founded one (created) or await a steward (held).
    """

    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    suppressed: int = 0
    deleted: int = 0
    linked: int = 0
    created: int = 0
    held: int = 0

    @property
    def reconciles(self) -> bool:
        return self.fetched == (
            self.new + self.changed + self.unchanged + self.rejected + self.suppressed
        )

    @property
    def of_landing(self) -> "Receipt":
        """The part that landing counts, without what resolution made of it later."""
        return Receipt(**{name: getattr(self, name) for name in LANDING_COUNTERS})

    def __add__(self, other: "Receipt") -> "Receipt":
        return Receipt(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Receipt)}
        )


LANDING_COUNTERS = (
    *("fetched", "new", "changed", "unchanged", "rejected", "suppressed"),
    "deleted",
)
"""The counters of a receipt that are kept per stream, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRun:
    """How far one run has come with one stream; current as of its last checkpoint.

    `rate` is in records a second over the last checkpoints. `expected` is how many records the
    last whole pass listed, known only while this one reads from the beginning: an estimate.
    `error` is redacted.
    """

    stream: str
    state: StreamPhase
    receipt: Receipt = Receipt()
    checkpoints: int = 0
    expected: int | None = None
    rate: float | None = None
    started_at: datetime | None = None
    checkpoint_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    error_kind: str | None = None

    @property
    def seconds_left(self) -> float | None:
        """An estimate of how long the rest takes, where there is anything to go by."""
        if self.state is not StreamPhase.READING or not self.expected or not self.rate:
            return None
        return max(0, self.expected - self.receipt.fetched) / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One pass over a source, and over each of its streams in `by_stream`. `error` is redacted."""

    id: int
    source: str
    state: RunState
    receipt: Receipt
    started_at: datetime | None = None
    ended_at: datetime | None = None
    by_stream: Mapping[str, StreamRun] = field(default_factory=dict)
    error: str | None = None
    error_kind: str | None = None
    lease_until: datetime | None = None

    @property
    def streams(self) -> dict[str, str]:
        """Stream -> the state the run has left it in so far."""
        return {name: str(run.state) for name, run in self.by_stream.items()}

    @property
    def reconciles(self) -> bool:
        """Whether every fetched record is accounted for, whole and per stream."""
        of_streams = [run.receipt for run in self.by_stream.values()]
        return (
            self.receipt.reconciles
            and all(receipt.reconciles for receipt in of_streams)
            and sum(of_streams, Receipt()) == self.receipt.of_landing
        )


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a run's log; `words` are redacted."""

    at: datetime
    level: str
    words: str
    stream: str | None = None
    id: int = 0
