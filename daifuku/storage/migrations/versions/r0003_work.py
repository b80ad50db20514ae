"""The queue of record, the inbox, API keys and settings."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "prefix",
            sa.Text(),
            nullable=False,
            comment="its first characters, to tell keys apart in lists",
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the key"),
        sa.Column("scope", sa.Text(), nullable=False, comment="read, or steward: decide too"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column(
            "headers", sa.LargeBinary(), nullable=False, comment="JSON, only those parsing needs"
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="received, landed or failed"),
        sa.Column("error", sa.Text(), nullable=True, comment="redacted"),
        sa.Column(
            "landed_at",
            UtcDateTime(),
            nullable=True,
            comment="first; its body is kept a while",
        ),
        sa.Column(
            "replayed_at",
            UtcDateTime(),
            nullable=True,
            comment="when it was asked for again",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "delivery_id", name=op.f("uq_inbox_source_delivery_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_inbox_source_state_id"), "inbox", ["source", "state", "id"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("args", sa.LargeBinary(), nullable=False, comment="JSON object"),
        sa.Column("dedup_key", sa.Text(), nullable=True, comment="at most one live job has it"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="queued, running, done, failed, parked, discarded",
        ),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column(
            "attempt", sa.Integer(), nullable=False, comment="grows with each claim: the fence"
        ),
        sa.Column(
            "worker", sa.Text(), nullable=True, comment="host:pid:uuid of the last to hold it"
        ),
        sa.Column(
            "lease_until", UtcDateTime(), nullable=True, comment="a running job past it is free"
        ),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="in a row without progress, kills too"
        ),
        sa.Column(
            "nudged_at", UtcDateTime(), nullable=True, comment="when a worker was last told of it"
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="redacted"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column(
            "follow_up",
            sa.LargeBinary(),
            nullable=True,
            comment="JSON, args of the job after this one",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_state_due_at"), "job", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_job_live",
        "job",
        ["dedup_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "job_attempt",
        sa.Column("job_id", SurrogateId, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.Text(), nullable=False, comment="host:pid:uuid"),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="done, failed, parked, again, hung or died",
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="redacted"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_job_attempt_job_id_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "attempt", name=op.f("pk_job_attempt")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )


def downgrade() -> None:
    op.drop_table("setting")
    op.drop_table("api_key")
    op.drop_table("inbox")
    op.drop_table("job_attempt")
    op.drop_table("job")
