"""Source records as they came, and what mapping made of them."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from daifuku.storage.tables.base import metadata, record_key, source_key, text
from daifuku.storage.types import SurrogateId, UtcDateTime

source_record = Table(
    "source_record",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    *source_key(),
    Column("content_hash", LargeBinary, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("observed_at", UtcDateTime, nullable=False, comment="when this content was first seen"),
    Column("generation", Integer, nullable=False, comment="the last pass that listed the record"),
    Column("deleted", Boolean, nullable=False),
    Column("run_id", SurrogateId, nullable=True, comment="the run that last changed it"),
    Column(
        "payload",
        LargeBinary,
        nullable=False,
        comment="JSON as the source sent it; last, so that reading the others never skips it",
    ),
    UniqueConstraint("source", "stream", "external_id"),
    sqlite_autoincrement=True,
)

mapped_record = Table(
    "mapped_record",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    Column(
        "source_record_id",
        SurrogateId,
        ForeignKey("source_record.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    *record_key(),
    text("entity"),
    Column("body", LargeBinary, nullable=False, comment="JSON, see daifuku.storage.codec"),
    Column("observed_at", UtcDateTime, nullable=False),
    Column("golden_id", Text, nullable=True),
    Column("feature_set_id", SurrogateId, nullable=True),
    Column("pending", Boolean, nullable=False, comment="awaits resolution"),
    Column("removed", Boolean, nullable=False, comment="its source no longer says this"),
    Column(
        "revision",
        Integer,
        nullable=False,
        comment="grows when the row lands anew; clear `pending` only for the revision resolved",
    ),
    UniqueConstraint("source", "stream", "external_id", "part"),
    sqlite_autoincrement=True,
)
Index(
    "ix_mapped_record_pending",
    mapped_record.c.id,
    sqlite_where=mapped_record.c.pending,
    postgresql_where=mapped_record.c.pending,
)

for _name in ("golden_id", "feature_set_id"):
    _column = mapped_record.c[_name]
    Index(
        f"ix_mapped_record_{_name}",
        _column,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )

interaction = Table(
    "interaction",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    Column(
        "source_record_id",
        SurrogateId,
        ForeignKey("source_record.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("sequence", Integer, nullable=False, comment="its place among those of the record"),
    *record_key("of_"),
    text("channel"),
    text("kind"),
    text("direction"),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="JSON, see daifuku.storage.codec"),
    UniqueConstraint("source_record_id", "sequence"),
    Index(None, "of_source", "of_stream", "of_external_id", "of_part"),
)

rejected_record = Table(
    "rejected_record",
    metadata,
    Column(
        "source_record_id",
        SurrogateId,
        ForeignKey("source_record.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    *source_key(),
    text("stage", comment="read = the connector could not decode it; map = the mapping could not"),
    text("code"),
    text("reason"),
    text("field", nullable=True),
    Column("rejected_at", UtcDateTime, nullable=False),
    Column("run_id", SurrogateId, nullable=True),
    Index(None, "source", "stream"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="of the key: it may be personal data"),
    Column("suppressed_at", UtcDateTime, nullable=False),
)
