"""Values that stewards pin on golden records."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = ("source", "stream", "external_id", "part")


def upgrade() -> None:
    op.create_table(
        "pin",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="JSON"),
        sa.Column(
            "seen", sa.LargeBinary(), nullable=False, comment="JSON: what the sources said then"
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "golden_id",
            sa.Text(),
            nullable=True,
            comment="where it stands; null: its records went",
        ),
        sa.Column(
            "overridden", sa.Boolean(), nullable=False, comment="a later pin on the field holds"
        ),
        sa.Column(
            "stale", sa.Boolean(), nullable=False, comment="the sources say something new since"
        ),
        sa.Column("ended_at", UtcDateTime(), nullable=True, comment="null while it is in force"),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pin_golden_id"), "pin", ["golden_id"], unique=False)
    op.create_table(
        "pin_record",
        sa.Column("pin_id", SurrogateId, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEY),
        sa.ForeignKeyConstraint(
            ["pin_id"], ["pin.id"], name=op.f("fk_pin_record_pin_id_pin"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pin_id", *_KEY, name=op.f("pk_pin_record")),
        comment="the records of the golden record a pin was made on: it follows them",
    )
    op.create_index(
        op.f("ix_pin_record_source_stream_external_id_part"), "pin_record", _KEY, unique=False
    )


def downgrade() -> None:
    op.drop_table("pin_record")
    op.drop_table("pin")
