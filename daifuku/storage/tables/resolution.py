"""Working data of resolution: what matching sees, where to look for pairs, how they scored.

Records that matching cannot tell apart share one feature set, so that a thousand mails of
one sender are compared once. `feature_set_id`, `a_id` and `b_id` are ids of feature sets.
"""

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, record_key, text
from daifuku.storage.types import SurrogateId, UtcDateTime

feature_set = Table(
    "feature_set",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("entity"),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False, comment="JSON, see identity.features"),
)

block_key = Table(
    "block_key",
    metadata,
    Column("feature_set_id", SurrogateId, nullable=False),
    text("entity"),
    text("rule"),
    text("key"),
    PrimaryKeyConstraint("feature_set_id", "rule", "key"),
    Index(None, "key", "rule", "entity"),
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
