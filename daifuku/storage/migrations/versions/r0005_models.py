"""Match models and survivorship rules in force, their versions and shadow runs."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
