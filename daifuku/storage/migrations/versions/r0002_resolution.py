"""What resolution works with, and the golden records it makes."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "block_key",
        sa.Column(
            "key", sa.BigInteger(), nullable=False, comment="of entity, rule and value, hashed"
        ),
        sa.Column("feature_set_id", SurrogateId, nullable=False),
        sa.PrimaryKeyConstraint("key", "feature_set_id", name=op.f("pk_block_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change_event",
        sa.Column("sequence", SurrogateId, nullable=False),
        sa.Column("golden_id", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_change_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_event_golden_id"), "change_event", ["golden_id"], unique=False)
    op.create_table(
        "golden_key",
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="email, phone, corporate_number, identifier:SCHEME, or of identity.relations",
        ),
        sa.Column("value", sa.Text(), nullable=False, comment="normalised"),
        sa.Column("golden_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "golden_id", name=op.f("pk_golden_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_golden_key_golden_id"), "golden_key", ["golden_id"], unique=False)
    op.create_table(
        "golden_record",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="the JSON the API answers with, as it is",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="active, merged or deleted"),
        sa.Column(
            "merged_into", sa.Text(), nullable=True, comment="the survivor, where state is merged"
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden_record")),
    )
    op.create_index(
        "ix_golden_record_merged_into",
        "golden_record",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "link",
        sa.Column("a_id", SurrogateId, nullable=False),
        sa.Column("b_id", SurrogateId, nullable=False),
        sa.Column(
            "weight", sa.Float(), nullable=False, comment="log2 of the Bayes factor, prior included"
        ),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False, comment="the version that weighed it"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_link_b_id"), "link", ["b_id"], unique=False)
    op.create_table(
        "feature_set",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="JSON, see identity.features"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_set")),
        sa.UniqueConstraint("digest", name=op.f("uq_feature_set_digest")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("change_event")
    op.drop_table("golden_key")
    op.drop_table("golden_record")
    op.drop_table("link")
    op.drop_table("block_key")
    op.drop_table("feature_set")
