"""Match models and survivorship rules in force, their versions and shadow runs."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_version",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="the document as it was given, YAML",
        ),
        sa.Column(
            "frequencies",
            sa.LargeBinary(),
            nullable=True,
            comment="the term frequencies of that day, deflated JSON; none for survivorship rules",
        ),
        sa.Column("origin", sa.Text(), nullable=False, comment="shipped, added or trained"),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_model_version")),
    )
    op.create_table(
        "model_in_force",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("shadow_id", sa.Text(), nullable=True, comment="the shadow run that was applied"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_in_force")),
        sqlite_autoincrement=True,
        comment="the last row of a kind is in force",
    )
    op.create_index(
        op.f("ix_model_in_force_kind_id"), "model_in_force", ["kind", "id"], unique=False
    )
    op.create_table(
        "shadow_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False, comment="the version in force when it ran"),
        sa.Column("version", sa.Text(), nullable=False, comment="the version tried"),
        sa.Column("state", sa.Text(), nullable=False, comment="open, applied or rolled_back"),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="of its changes, to tell whether they hold",
        ),
        sa.Column(
            "summary",
            sa.LargeBinary(),
            nullable=False,
            comment="JSON, how many changes of each kind",
        ),
        sa.Column(
            "records_to", SurrogateId, nullable=True, comment="the last mapped record when applied"
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_run")),
    )
    op.create_table(
        "shadow_change",
        sa.Column("shadow_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("golden_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="merge, split, new or change"),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="JSON, see sync.models.changes"
        ),
        sa.PrimaryKeyConstraint("shadow_id", "position", name=op.f("pk_shadow_change")),
    )
    op.create_index(
        op.f("ix_shadow_change_golden_id"), "shadow_change", ["golden_id"], unique=False
    )
    op.create_table(
        "shadow_member",
        sa.Column("shadow_id", sa.Text(), nullable=False),
        sa.Column("record_id", SurrogateId, nullable=False, comment="id of a mapped record"),
        sa.Column(
            "golden_id",
            sa.Text(),
            nullable=False,
            comment="whose it was before the run was applied",
        ),
        sa.PrimaryKeyConstraint("shadow_id", "record_id", name=op.f("pk_shadow_member")),
    )


def downgrade() -> None:
    for table in (
        "shadow_member",
        "shadow_change",
        "shadow_run",
        "model_in_force",
        "model_version",
    ):
        op.drop_table(table)
