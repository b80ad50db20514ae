"""Working data of resolution. `record_id`, `a_id` and `b_id` are ids of mapped records."""

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, record_key, text
from daifuku.storage.types import SurrogateId, UtcDateTime

record_features = Table(
    "record_features",
    metadata,
    Column("record_id", SurrogateId, primary_key=True, autoincrement=False),
    text("entity"),
    Column("digest", LargeBinary, nullable=False, comment="of what was normalised and by what"),
    Column("body", LargeBinary, nullable=False),
)

block_key = Table(
    "block_key",
    metadata,
    Column("record_id", SurrogateId, nullable=False),
    text("entity"),
    text("rule"),
    text("key"),
    PrimaryKeyConstraint("record_id", "rule", "key"),
    Index(None, "key"),
)

link = Table(
    "link",
    metadata,
    Column("a_id", SurrogateId, nullable=False),
    Column("b_id", SurrogateId, nullable=False, index=True),
    Column("weight", Float, nullable=False, comment="log2 of the Bayes factor, prior included"),
    Column("probability", Float, nullable=False),
    text("model"),
    PrimaryKeyConstraint("a_id", "b_id"),
)

decision = Table(
    "decision",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    *record_key("a_"),
    *record_key("b_"),
    Column("same", Boolean, nullable=False),
    text("by"),
    Column("at", UtcDateTime, nullable=False),
    text("reason"),
    Index(None, "a_source", "a_stream", "a_external_id", "a_part"),
    Index(None, "b_source", "b_stream", "b_external_id", "b_part"),
)
