"""Who is told when a source needs somebody, and what they were told of."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

notice_target = Table(
    "notice_target",
    metadata,
    text("name", primary_key=True, comment="chosen by the user"),
    text("kind", comment="email or webhook"),
    Column("config", LargeBinary, nullable=False, comment="JSON, address and secret encrypted"),
    text("language", comment="en or ja"),
    Column("allow_private", Boolean, nullable=False, comment="a webhook may be in an inner net"),
    Column("created_at", UtcDateTime, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("source"),
    text("kind", comment="failed or stale"),
    Column("run_id", SurrogateId, nullable=True, comment="the run that showed it"),
    text("message", comment="redacted"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime, nullable=True, comment="null while it lasts"),
    sqlite_autoincrement=True,
)
Index(
    "uq_incident_open",
    incident.c.source,
    incident.c.kind,
    unique=True,
    sqlite_where=incident.c.closed_at.is_(None),
    postgresql_where=incident.c.closed_at.is_(None),
)
