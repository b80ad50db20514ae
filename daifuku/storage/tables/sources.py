"""Sources, where each of their streams stands, and their runs."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, Table, and_

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

source = Table(
    "source",
    metadata,
    text("id", primary_key=True, comment="a name chosen by the user: letters, digits, - and _"),
    text("connector"),
    Column("config", LargeBinary, nullable=False, comment="JSON, each secret field encrypted"),
    text("mapping", nullable=True, comment="YAML; null = the connector's built-in mapping"),
    Column("interval_seconds", Float, nullable=True),
    text("cron", nullable=True, comment="a schedule has an interval or a cron line, not both"),
    text("time_zone", nullable=True, comment="IANA zone the cron line is meant in"),
    Column("next_run_at", UtcDateTime, nullable=True),
    Column("paused", Boolean, nullable=False, default=False),
    text("paused_reason", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_source_due", source.c.next_run_at)

stream_state = Table(
    "stream_state",
    metadata,
    text("source", primary_key=True),
    text("stream", primary_key=True),
    Column("state", LargeBinary, nullable=False, comment="JSON, the connector's own cursor"),
    Column(
        "generation", Integer, nullable=False, default=0, comment="passes begun over the stream"
    ),
    Column("updated_at", UtcDateTime, nullable=False),
)

_COUNTERS = (
    *("fetched", "new", "changed", "unchanged", "rejected", "suppressed"),
    *("deleted", "linked", "created", "held"),
)

sync_run = Table(
    "sync_run",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("source"),
    text("state"),
    *(Column(name, Integer, nullable=False, default=0) for name in _COUNTERS),
    Column("streams", LargeBinary, nullable=False, comment="JSON: stream -> how it ended"),
    text("error", nullable=True, comment="redacted"),
    text("error_kind", nullable=True),
    Column("attempt", Integer, nullable=False, default=1),
    Column("lease_until", UtcDateTime, nullable=True, comment="a running run past it is dead"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
)
Index("ix_sync_run_source_id", sync_run.c.source, sync_run.c.id)
Index(
    "uq_sync_run_running",
    sync_run.c.source,
    unique=True,
    sqlite_where=and_(sync_run.c.state == "running"),
    postgresql_where=and_(sync_run.c.state == "running"),
)
