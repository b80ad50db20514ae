"""Golden records as they are served, and the change feed."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

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
)
Index(
    "ix_golden_record_merged_into",
    golden_record.c.merged_into,
    sqlite_where=golden_record.c.merged_into.is_not(None),
    postgresql_where=golden_record.c.merged_into.is_not(None),
)

golden_key = Table(
    "golden_key",
    metadata,
    text(
        "kind",
        comment="email, phone, corporate_number, identifier:SCHEME, or of identity.relations",
    ),
    text("value", comment="normalised"),
    text("golden_id", index=True),
    PrimaryKeyConstraint("kind", "value", "golden_id"),
    sqlite_with_rowid=False,
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
    Column(
        "decision_id",
        SurrogateId,
        nullable=True,
        comment="the steward's decision that brought it about",
    ),
    sqlite_autoincrement=True,
)
Index(
    "ix_change_event_into_id",
    change_event.c.into_id,
    sqlite_where=change_event.c.into_id.is_not(None),
    postgresql_where=change_event.c.into_id.is_not(None),
)
