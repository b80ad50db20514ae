"""The domain types, frozen and named in the field's terms.

Data flows through them one way: source record, mapped record, link, golden record.
Nothing here reaches a database, a network or a queue.
"""

from daifuku.records.golden import ChangeEvent, ChangeKind, GoldenField, GoldenRecord, LostValue
from daifuku.records.mapped import (
    Address,
    Consent,
    Entity,
    Identifier,
    Interaction,
    MappedRecord,
    MappingResult,
    Relation,
)
from daifuku.records.resolution import (
    Band,
    CandidatePair,
    Cluster,
    Comparison,
    Decision,
    Link,
    PairScore,
)
from daifuku.records.runs import (
    LogLine,
    Receipt,
    RunState,
    StreamPhase,
    StreamRun,
    SyncRun,
)
from daifuku.records.source import RecordKey, RejectedRecord, SourceRecord, content_hash
from daifuku.records.stewardship import (
    DecisionKind,
    RecordedDecision,
    ReviewKind,
    ReviewState,
    ReviewTask,
    Settlement,
    Verdict,
)

__all__ = [
    "Address",
    "Band",
    "CandidatePair",
    "ChangeEvent",
    "ChangeKind",
    "Cluster",
    "Comparison",
    "Consent",
    "Decision",
    "DecisionKind",
    "Entity",
    "GoldenField",
    "GoldenRecord",
    "Identifier",
    "Interaction",
    "Link",
    "LogLine",
    "LostValue",
    "MappedRecord",
    "MappingResult",
    "PairScore",
    "Receipt",
    "RecordKey",
    "RecordedDecision",
    "RejectedRecord",
    "Relation",
    "ReviewKind",
    "ReviewState",
    "ReviewTask",
    "RunState",
    "Settlement",
    "SourceRecord",
    "StreamPhase",
    "StreamRun",
    "SyncRun",
    "Verdict",
    "content_hash",
]
