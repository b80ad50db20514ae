"""Where each stream of a source stands, its runs, and what there is to tell of them."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, and_

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

stream_state = Table(
    "stream_state",
    metadata,
    text("source", primary_key=True),
    text("stream", primary_key=True),
    Column("state", LargeBinary, nullable=False, comment="JSON, the connector's own cursor"),
    Column(
        "generation", Integer, nullable=False, default=0, comment="passes begun over the stream"
    ),
    text("rereading", nullable=True, comment="full or since: a pass beside the cursor, unfinished"),
    Column("reread_state", LargeBinary, nullable=True, comment="JSON, the cursor of that pass"),
    Column("reread_at", UtcDateTime, nullable=True, comment="when the last such pass was complete"),
    Column("whole_pass", Integer, nullable=True, comment="records of the last complete whole pass"),
    Column("profile", LargeBinary, nullable=True, comment="JSON: the fields seen, see sync.runs"),
    text("paused_reason", nullable=True, comment="why runs leave the stream out; null = they read"),
    Column("updated_at", UtcDateTime, nullable=False),
)

_STREAM_COUNTERS = (
    *("fetched", "new", "changed", "unchanged", "rejected", "suppressed"),
    "deleted",
)
_COUNTERS = (*_STREAM_COUNTERS, "linked", "created", "held")

sync_run = Table(
    "sync_run",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("source"),
    text("state"),
    *(Column(name, Integer, nullable=False, default=0) for name in _COUNTERS),
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


def _run_id(*, primary_key: bool = False) -> Column[int]:
    return Column(
        "run_id",
        SurrogateId,
        ForeignKey("sync_run.id", ondelete="CASCADE"),
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
    )


stream_run = Table(
    "stream_run",
    metadata,
    _run_id(primary_key=True),
    text("stream", primary_key=True),
    Column("place", Integer, nullable=False, comment="streams are read in this order"),
    text("state"),
    *(Column(name, Integer, nullable=False, default=0) for name in _STREAM_COUNTERS),
    Column("checkpoints", Integer, nullable=False, default=0),
    Column("expected", Integer, nullable=True, comment="records of the whole pass before; a guess"),
    Column("rate", Float, nullable=True, comment="records a second over the last checkpoints"),
    Column("started_at", UtcDateTime, nullable=True),
    Column("checkpoint_at", UtcDateTime, nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    text("error", nullable=True, comment="redacted"),
    text("error_kind", nullable=True),
)

run_log = Table(
    "run_log",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    _run_id(),
    Column("at", UtcDateTime, nullable=False),
    text("level", comment="debug, info, warning or error"),
    text("stream", nullable=True),
    text("words", comment="redacted"),
    Index(None, "run_id", "id"),
    sqlite_autoincrement=True,
)

schema_change = Table(
    "schema_change",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("source"),
    text("stream"),
    Column("run_id", SurrogateId, nullable=False, comment="the run that saw it"),
    text("kind", comment="added, gone or retyped"),
    text("field", comment="a.b within an object, a[].b within the objects of a list"),
    text("before", nullable=True, comment="JSON types"),
    text("after", nullable=True, comment="JSON types"),
    Column("pauses", Boolean, nullable=False, comment="the mapping uses it: the stream waits"),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=True),
    Index(None, "source", "id"),
    sqlite_autoincrement=True,
)
