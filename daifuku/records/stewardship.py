"""What stewards are asked, what they decide, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daifuku.records.mapped import Entity


class DecisionKind(StrEnum):
    """What a steward did. The first five say `same` or `different` of pairs of records."""

    SAME = "same"
    DIFFERENT = "different"
    MERGE = "merge"
    KEEP_APART = "keep_apart"
    UNMERGE = "unmerge"
    CANNOT_TELL = "cannot_tell"
    SKIP = "skip"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision as it was taken. It is in force while `withdrawn_by` names no other one."""

    id: int
    kind: DecisionKind
    by: str
    at: datetime
    reason: str
    task_id: str | None = None
    undoes: int | None = None
    withdrawn_by: int | None = None


class ReviewKind(StrEnum):
    """The question of a task: may two golden records be one, or which of two values holds?"""

    MATCH = "match"
    CONFLICT = "conflict"


class ReviewState(StrEnum):
    """Whether a task waits for an answer, was put off, or is settled."""

    OPEN = "open"
    SKIPPED = "skipped"
    CLOSED = "closed"


class Verdict(StrEnum):
    """A steward's answer to a review task."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"
    SKIP = "skip"


class Settlement(StrEnum):
    """What settled a task without an answer to it.

    The two are one now, or a decision holds them apart; the evidence no longer suffices; one
    of them is gone, or lives on in another golden record, of which the question is asked anew.
    """

    JOINED = "joined"
    DECIDED = "decided"
    FADED = "faded"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """A question for a steward about one or two golden records, and the pair of records to show.

    `record_a` and `record_b` are ids of mapped records. `value`, `reach` and `priority` rank
    it (`sync.resolution.ranking`). `outcome` is a verdict or a settlement once it is not open.
    """

    id: str
    kind: ReviewKind
    entity: Entity
    golden_a: str
    golden_b: str
    field: str
    record_a: int
    record_b: int
    probability: float
    evidence: str
    value: int = 0
    reach: int = 0
    priority: float = 0.0
    state: ReviewState = ReviewState.OPEN
    outcome: str | None = None
    decision_id: int | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
