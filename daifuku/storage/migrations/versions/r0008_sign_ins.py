"""Sign-ins to sources that are under way, and who renews a source's tokens."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the state"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "verifier", sa.LargeBinary(), nullable=False, comment="JSON, encrypted: PKCE's secret"
        ),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "token_renewal",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "holder",
            sa.Text(),
            nullable=False,
            comment="the one process that may renew the source's tokens",
        ),
        sa.Column("until", UtcDateTime(), nullable=False, comment="past it another may"),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_token_renewal")),
    )


def downgrade() -> None:
    op.drop_table("token_renewal")
    op.drop_table("sign_in")
