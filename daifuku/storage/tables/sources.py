"""Sources and their schedules."""

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import UtcDateTime

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
    Column(
        "jitter_seconds", Float, nullable=False, default=0.0, comment="a run is late by so much"
    ),
    text("catch_up", default="once", comment="once or skip: what becomes of a missed run"),
    Column("occurrence_at", UtcDateTime, nullable=True, comment="the next run's time by schedule"),
    Column("next_run_at", UtcDateTime, nullable=True, comment="the same with its jitter"),
    Column("paused", Boolean, nullable=False, default=False),
    text("paused_reason", nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_source_due", source.c.next_run_at)
