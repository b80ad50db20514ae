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
    ReviewState,
    ReviewTask,
)
from daifuku.records.runs import Receipt, RunState, SyncRun
from daifuku.records.source import RecordKey, RejectedRecord, SourceRecord, content_hash

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
    "Entity",
    "GoldenField",
    "GoldenRecord",
    "Identifier",
    "Interaction",
    "Link",
    "LostValue",
    "MappedRecord",
    "MappingResult",
    "PairScore",
    "Receipt",
    "RecordKey",
    "RejectedRecord",
    "Relation",
    "ReviewState",
    "ReviewTask",
    "RunState",
    "SourceRecord",
    "SyncRun",
    "content_hash",
]
