"""What stewards are asked and what they answered.

A decision is written once and kept for ever; undoing it is a decision of its own, and sets
`withdrawn_by`, which says that it no longer holds.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, record_key, text
from daifuku.storage.types import SurrogateId, UtcDateTime

decision = Table(
    "decision",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("kind", comment="see daifuku.records.DecisionKind"),
    text("by", comment="who decided"),
    Column("at", UtcDateTime, nullable=False),
    text("reason"),
    text("task_id", nullable=True, comment="the review task it answers"),
    Column("undoes", SurrogateId, nullable=True, comment="the decision it takes back"),
    Column("withdrawn_by", SurrogateId, nullable=True, comment="null while it is in force"),
    Index(None, "undoes"),
    sqlite_autoincrement=True,
)

decided_pair = Table(
    "decided_pair",
    metadata,
    Column("decision_id", SurrogateId, nullable=False),
    Column("position", Integer, nullable=False),
    *record_key("a_"),
    *record_key("b_"),
    Column("same", Boolean, nullable=False),
    PrimaryKeyConstraint("decision_id", "position"),
    Index(None, "a_source", "a_stream", "a_external_id", "a_part"),
    Index(None, "b_source", "b_stream", "b_external_id", "b_part"),
    comment="two records and a steward's word on them, a before b",
)

decision_profile = Table(
    "decision_profile",
    metadata,
    Column("decision_id", SurrogateId, nullable=False),
    text("golden_id"),
    PrimaryKeyConstraint("golden_id", "decision_id"),
    Index(None, "decision_id"),
    comment="the golden records a decision concerned, as they were and as they became",
)

review_task = Table(
    "review_task",
    metadata,
    text("id", primary_key=True),
    text("kind", comment="match: may two be one? conflict: which of two values holds?"),
    text("entity"),
    text("golden_a"),
    text("golden_b", comment="that of a conflict is golden_a"),
    text("field", comment="of a conflict; empty otherwise"),
    Column("record_a", SurrogateId, nullable=False, comment="id of a mapped record"),
    Column("record_b", SurrogateId, nullable=False, comment="id of a mapped record"),
    Column("probability", Float, nullable=False),
    text("evidence", comment="changes when there is something new to judge by"),
    Column("value", Integer, nullable=False, comment="interactions that hang on the answer"),
    Column("reach", Integer, nullable=False, comment="pairs of records that the answer settles"),
    Column("priority", Float, nullable=False, comment="value x uncertainty x reach"),
    text("state", comment="open, skipped or closed"),
    text("outcome", nullable=True, comment="why it is not open: a verdict, or what settled it"),
    Column("decision_id", SurrogateId, nullable=True, comment="the decision that closed it"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime, nullable=True),
    Index(None, "state", "priority", "id"),
    Index(None, "golden_a", "state"),
    Index(None, "golden_b", "state"),
)
Index(
    "uq_review_task_open",
    review_task.c.golden_a,
    review_task.c.golden_b,
    review_task.c.field,
    unique=True,
    sqlite_where=review_task.c.state == "open",
    postgresql_where=review_task.c.state == "open",
)
