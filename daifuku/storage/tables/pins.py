"""Values stewards pinned on golden records."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, record_key, text
from daifuku.storage.types import SurrogateId, UtcDateTime

pin = Table(
    "pin",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("entity"),
    text("field"),
    Column("value", LargeBinary, nullable=False, comment="JSON"),
    Column("seen", LargeBinary, nullable=False, comment="JSON: what the sources said then"),
    text("by"),
    text("reason"),
    Column("at", UtcDateTime, nullable=False),
    text("golden_id", nullable=True, index=True, comment="where it stands; null: its records went"),
    Column("overridden", Boolean, nullable=False, comment="a later pin on the field holds"),
    Column("stale", Boolean, nullable=False, comment="the sources say something new since"),
    Column("ended_at", UtcDateTime, nullable=True, comment="null while it is in force"),
    text("ended_by", nullable=True),
    sqlite_autoincrement=True,
)

pin_record = Table(
    "pin_record",
    metadata,
    Column("pin_id", SurrogateId, ForeignKey("pin.id", ondelete="CASCADE"), nullable=False),
    *record_key(),
    PrimaryKeyConstraint("pin_id", "source", "stream", "external_id", "part"),
    Index(None, "source", "stream", "external_id", "part"),
    comment="the records of the golden record a pin was made on: it follows them",
)
