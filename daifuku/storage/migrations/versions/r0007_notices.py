"""Who is told when a source needs somebody, and what they were told of."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_target",
        sa.Column("name", sa.Text(), nullable=False, comment="chosen by the user"),
        sa.Column("kind", sa.Text(), nullable=False, comment="email or webhook"),
        sa.Column(
            "config",
            sa.LargeBinary(),
            nullable=False,
            comment="JSON, address and secret encrypted",
        ),
        sa.Column("language", sa.Text(), nullable=False, comment="en or ja"),
        sa.Column(
            "allow_private",
            sa.Boolean(),
            nullable=False,
            comment="a webhook may be in an inner net",
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notice_target"),
    )
    op.create_table(
        "incident",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="failed or stale"),
        sa.Column("run_id", SurrogateId, nullable=True, comment="the run that showed it"),
        sa.Column("message", sa.Text(), nullable=False, comment="redacted"),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True, comment="null while it lasts"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    lasting = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_incident_open",
        "incident",
        ["source", "kind"],
        unique=True,
        sqlite_where=lasting,
        postgresql_where=lasting,
    )
