"""Sources, runs and the records they bring."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column(
            "id",
            sa.Text(),
            nullable=False,
            comment="a name chosen by the user: letters, digits, - and _",
        ),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column(
            "config", sa.LargeBinary(), nullable=False, comment="JSON, each secret field encrypted"
        ),
        sa.Column(
            "mapping",
            sa.Text(),
            nullable=True,
            comment="YAML; null = the connector's built-in mapping",
        ),
        sa.Column("interval_seconds", sa.Float(), nullable=True),
        sa.Column(
            "cron",
            sa.Text(),
            nullable=True,
            comment="a schedule has an interval or a cron line, not both",
        ),
        sa.Column(
            "time_zone", sa.Text(), nullable=True, comment="IANA zone the cron line is meant in"
        ),
        sa.Column("jitter_seconds", sa.Float(), nullable=False, comment="a run is late by so much"),
        sa.Column(
            "catch_up",
            sa.Text(),
            nullable=False,
            comment="once or skip: what becomes of a missed run",
        ),
        sa.Column(
            "occurrence_at",
            UtcDateTime(),
            nullable=True,
            comment="the next run's time by schedule",
        ),
        sa.Column("next_run_at", UtcDateTime(), nullable=True, comment="the same with its jitter"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index("ix_source_due", "source", ["next_run_at"], unique=False)
    op.create_table(
        "source_record",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column(
            "observed_at", UtcDateTime(), nullable=False, comment="when this content was first seen"
        ),
        sa.Column(
            "generation",
            sa.Integer(),
            nullable=False,
            comment="the last pass that listed the record",
        ),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("run_id", SurrogateId, nullable=True, comment="the run that last changed it"),
        sa.Column(
            "payload",
            sa.LargeBinary(),
            nullable=False,
            comment="JSON as the source sent it; last, so that reading the others never skips it",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_record")),
        sa.UniqueConstraint(
            "source",
            "stream",
            "external_id",
            name=op.f("uq_source_record_source_stream_external_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stream_state",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column(
            "state", sa.LargeBinary(), nullable=False, comment="JSON, the connector's own cursor"
        ),
        sa.Column(
            "generation", sa.Integer(), nullable=False, comment="passes begun over the stream"
        ),
        sa.Column(
            "rereading",
            sa.Text(),
            nullable=True,
            comment="full or since: a pass beside the cursor, unfinished",
        ),
        sa.Column(
            "reread_state",
            sa.LargeBinary(),
            nullable=True,
            comment="JSON, the cursor of that pass",
        ),
        sa.Column(
            "reread_at",
            UtcDateTime(),
            nullable=True,
            comment="when the last such pass was complete",
        ),
        sa.Column(
            "whole_pass",
            sa.Integer(),
            nullable=True,
            comment="records of the last complete whole pass",
        ),
        sa.Column(
            "profile",
            sa.LargeBinary(),
            nullable=True,
            comment="JSON: the fields seen, see sync.runs",
        ),
        sa.Column(
            "paused_reason",
            sa.Text(),
            nullable=True,
            comment="why runs leave the stream out; null = they read",
        ),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", name=op.f("pk_stream_state")),
    )
    op.create_table(
        "suppression",
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="of the key: it may be personal data",
        ),
        sa.Column("suppressed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppression")),
    )
    op.create_table(
        "sync_run",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("linked", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True, comment="redacted"),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "lease_until", UtcDateTime(), nullable=True, comment="a running run past it is dead"
        ),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index("ix_sync_run_source_id", "sync_run", ["source", "id"], unique=False)
    op.create_index(
        "uq_sync_run_running",
        "sync_run",
        ["source"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    _run_details()
    op.create_table(
        "interaction",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source_record_id", SurrogateId, nullable=False),
        sa.Column(
            "sequence", sa.Integer(), nullable=False, comment="its place among those of the record"
        ),
        sa.Column("of_source", sa.Text(), nullable=False),
        sa.Column("of_stream", sa.Text(), nullable=False),
        sa.Column("of_external_id", sa.Text(), nullable=False),
        sa.Column("of_part", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="JSON, see daifuku.storage.codec"
        ),
        sa.ForeignKeyConstraint(
            ["source_record_id"],
            ["source_record.id"],
            name=op.f("fk_interaction_source_record_id_source_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint(
            "source_record_id", "sequence", name=op.f("uq_interaction_source_record_id_sequence")
        ),
    )
    op.create_index(
        op.f("ix_interaction_of_source_of_stream_of_external_id_of_part"),
        "interaction",
        ["of_source", "of_stream", "of_external_id", "of_part"],
        unique=False,
    )
    op.create_table(
        "mapped_record",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source_record_id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="JSON, see daifuku.storage.codec"
        ),
        sa.Column("observed_at", UtcDateTime(), nullable=False),
        sa.Column("golden_id", sa.Text(), nullable=True),
        sa.Column("feature_set_id", SurrogateId, nullable=True),
        sa.Column("pending", sa.Boolean(), nullable=False, comment="awaits resolution"),
        sa.Column(
            "removed", sa.Boolean(), nullable=False, comment="its source no longer says this"
        ),
        sa.Column(
            "revision",
            sa.Integer(),
            nullable=False,
            comment="grows when the row lands anew; clear `pending` only for the revision resolved",
        ),
        sa.ForeignKeyConstraint(
            ["source_record_id"],
            ["source_record.id"],
            name=op.f("fk_mapped_record_source_record_id_source_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapped_record")),
        sa.UniqueConstraint(
            "source",
            "stream",
            "external_id",
            "part",
            name=op.f("uq_mapped_record_source_stream_external_id_part"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_mapped_record_feature_set_id",
        "mapped_record",
        ["feature_set_id"],
        unique=False,
        sqlite_where=sa.text("feature_set_id IS NOT NULL"),
        postgresql_where=sa.text("feature_set_id IS NOT NULL"),
    )
    op.create_index(
        "ix_mapped_record_golden_id",
        "mapped_record",
        ["golden_id"],
        unique=False,
        sqlite_where=sa.text("golden_id IS NOT NULL"),
        postgresql_where=sa.text("golden_id IS NOT NULL"),
    )
    op.create_index(
        "ix_mapped_record_pending",
        "mapped_record",
        ["id"],
        unique=False,
        sqlite_where=sa.text("pending"),
        postgresql_where=sa.text("pending"),
    )
    op.create_index(
        op.f("ix_mapped_record_source_record_id"),
        "mapped_record",
        ["source_record_id"],
        unique=False,
    )
    op.create_table(
        "rejected_record",
        sa.Column("source_record_id", SurrogateId, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Text(),
            nullable=False,
            comment="read = the connector could not decode it; map = the mapping could not",
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("rejected_at", UtcDateTime(), nullable=False),
        sa.Column("run_id", SurrogateId, nullable=True),
        sa.ForeignKeyConstraint(
            ["source_record_id"],
            ["source_record.id"],
            name=op.f("fk_rejected_record_source_record_id_source_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_record_id", name=op.f("pk_rejected_record")),
    )
    op.create_index(
        op.f("ix_rejected_record_source_stream"),
        "rejected_record",
        ["source", "stream"],
        unique=False,
    )


def _run_details() -> None:
    """The tables that hang on a run."""
    op.create_table(
        "stream_run",
        sa.Column("run_id", SurrogateId, autoincrement=False, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="streams are read in this order"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("checkpoints", sa.Integer(), nullable=False),
        sa.Column(
            "expected",
            sa.Integer(),
            nullable=True,
            comment="records of the whole pass before; a guess",
        ),
        sa.Column(
            "rate",
            sa.Float(),
            nullable=True,
            comment="records a second over the last checkpoints",
        ),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("checkpoint_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="redacted"),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["sync_run.id"],
            name=op.f("fk_stream_run_run_id_sync_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "stream", name=op.f("pk_stream_run")),
    )
    op.create_table(
        "run_log",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("run_id", SurrogateId, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False, comment="debug, info, warning or error"),
        sa.Column("stream", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False, comment="redacted"),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["sync_run.id"],
            name=op.f("fk_run_log_run_id_sync_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_run_log_run_id_id"), "run_log", ["run_id", "id"], unique=False)
    op.create_table(
        "schema_change",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("run_id", SurrogateId, nullable=False, comment="the run that saw it"),
        sa.Column("kind", sa.Text(), nullable=False, comment="added, gone or retyped"),
        sa.Column(
            "field",
            sa.Text(),
            nullable=False,
            comment="a.b within an object, a[].b within the objects of a list",
        ),
        sa.Column("before", sa.Text(), nullable=True, comment="JSON types"),
        sa.Column("after", sa.Text(), nullable=True, comment="JSON types"),
        sa.Column(
            "pauses",
            sa.Boolean(),
            nullable=False,
            comment="the mapping uses it: the stream waits",
        ),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_schema_change_source_id"), "schema_change", ["source", "id"], unique=False
    )


def downgrade() -> None:
    for table in ("schema_change", "run_log", "stream_run"):
        op.drop_table(table)
    op.drop_table("suppression")
    op.drop_table("rejected_record")
    op.drop_table("interaction")
    op.drop_table("mapped_record")
    op.drop_table("source_record")
    op.drop_table("sync_run")
    op.drop_table("stream_state")
    op.drop_table("source")
