"""Golden records as they are served, the tasks they leave to stewards, and the change feed."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

golden_record = Table(
    "golden_record",
    metadata,
    text("id", primary_key=True),
    text("entity"),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the JSON the API answers with, as it is"),
    text("state", comment="active, merged or deleted"),
    text("merged_into", nullable=True, comment="the survivor, where state is merged"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "merged_into"),
)

golden_key = Table(
    "golden_key",
    metadata,
    text("kind", comment="email, phone, corporate_number or identifier:SCHEME"),
    text("value", comment="normalised"),
    text("golden_id", index=True),
    PrimaryKeyConstraint("kind", "value", "golden_id"),
)

review_task = Table(
    "review_task",
    metadata,
    text("id", primary_key=True),
    text("entity"),
    text("golden_a"),
    text("golden_b", index=True),
    Column("record_a", SurrogateId, nullable=False, comment="id of a mapped record"),
    Column("record_b", SurrogateId, nullable=False, comment="id of a mapped record"),
    Column("probability", Float, nullable=False),
    text("state"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime, nullable=True),
)
Index(
    "uq_review_task_open_pair",
    review_task.c.golden_a,
    review_task.c.golden_b,
    unique=True,
    sqlite_where=review_task.c.state == "open",
    postgresql_where=review_task.c.state == "open",
)

change_event = Table(
    "change_event",
    metadata,
    Column("sequence", SurrogateId, primary_key=True),
    text("golden_id", index=True),
    text("entity"),
    text("kind"),
    Column("version", Integer, nullable=False),
    text("into_id", nullable=True),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=True),
    sqlite_autoincrement=True,
)
