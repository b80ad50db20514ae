"""Pins, and how golden records relate"""

revision = "0006"
down_revision = " households, a person's organisations.:0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
