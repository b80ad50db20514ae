"""The queue of record, deliveries from outside, keys to the API and settings kept in the store."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

job = Table(
    "job",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("kind"),
    Column("args", LargeBinary, nullable=False, comment="JSON object"),
    text("dedup_key", nullable=True, comment="at most one live job has it"),
    text("state", comment="queued, running, done, failed, parked, discarded"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempt", Integer, nullable=False, comment="grows with each claim: the fence"),
    text("worker", nullable=True, comment="host:pid:uuid of the last to hold it"),
    Column("lease_until", UtcDateTime, nullable=True, comment="a running job past it is free"),
    Column("failures", Integer, nullable=False, comment="in a row without progress, kills too"),
    Column("nudged_at", UtcDateTime, nullable=True, comment="when a worker was last told of it"),
    text("error", nullable=True, comment="redacted"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=True),
    Column("follow_up", LargeBinary, nullable=True, comment="JSON, args of the job after this one"),
    Index(None, "state", "due_at"),
    sqlite_autoincrement=True,
)
Index(
    "uq_job_live",
    job.c.dedup_key,
    unique=True,
    sqlite_where=job.c.state.in_(("queued", "running")),
    postgresql_where=job.c.state.in_(("queued", "running")),
)

job_attempt = Table(
    "job_attempt",
    metadata,
    Column("job_id", SurrogateId, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    text("worker", comment="host:pid:uuid"),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    text("outcome", nullable=True, comment="done, failed, parked, again, hung or died"),
    text("error", nullable=True, comment="redacted"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("source"),
    text("delivery_id"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("headers", LargeBinary, nullable=False, comment="JSON, only those parsing needs"),
    Column("body", LargeBinary, nullable=False),
    text("state", comment="received, landed or failed"),
    text("error", nullable=True, comment="redacted"),
    Column("landed_at", UtcDateTime, nullable=True, comment="first; its body is kept a while"),
    Column("replayed_at", UtcDateTime, nullable=True, comment="when it was asked for again"),
    UniqueConstraint("source", "delivery_id"),
    Index(None, "source", "state", "id"),
    sqlite_autoincrement=True,
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("name"),
    text("prefix", comment="its first characters, to tell keys apart in lists"),
    Column("digest", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the key"),
    text("scope", comment="read, or steward: decide too"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime, nullable=True),
)

setting = Table(
    "setting",
    metadata,
    text("key", primary_key=True),
    Column("value", LargeBinary, nullable=False, comment="JSON"),
)
