"""Working data of resolution: what matching sees, where to look for pairs, how they scored.

Records that matching cannot tell apart share one feature set, so that a thousand mails of
one sender are compared once. `feature_set_id`, `a_id` and `b_id` are ids of feature sets.
"""

from sqlalchemy import BigInteger, Column, Float, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId

feature_set = Table(
    "feature_set",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("entity"),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False, comment="JSON, see identity.features"),
    sqlite_autoincrement=True,
)

block_key = Table(
    "block_key",
    metadata,
    Column("key", BigInteger, nullable=False, comment="of entity, rule and value, hashed"),
    Column("feature_set_id", SurrogateId, nullable=False),
    PrimaryKeyConstraint("key", "feature_set_id"),
    sqlite_with_rowid=False,
)

link = Table(
    "link",
    metadata,
    Column("a_id", SurrogateId, nullable=False),
    Column("b_id", SurrogateId, nullable=False, index=True),
    Column("weight", Float, nullable=False, comment="log2 of the Bayes factor, prior included"),
    Column("probability", Float, nullable=False),
    text("model", comment="the version that weighed it"),
    PrimaryKeyConstraint("a_id", "b_id"),
    sqlite_with_rowid=False,
)
