"""A sync run and its receipt: the account of every record it fetched."""

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

    def __add__(self, other: "Receipt") -> "Receipt":
        return Receipt(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Receipt)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One pass over a source. `streams` holds each stream's own end state; `error` is redacted."""

    id: int
    source: str
    state: RunState
    receipt: Receipt
    started_at: datetime | None = None
    ended_at: datetime | None = None
    streams: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    error_kind: str | None = None
