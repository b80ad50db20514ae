"""What stewards are asked, what they decided, and the way back from each decision."""

import sqlalchemy as sa
from alembic import op

from daifuku.storage.types import SurrogateId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = ("source", "stream", "external_id", "part")


def upgrade() -> None:
    _decisions()
    _review_tasks()
    op.add_column(
        "change_event",
        sa.Column(
            "decision_id",
            SurrogateId,
            nullable=True,
            comment="the steward's decision that brought it about",
        ),
    )
    op.create_index(
        "ix_change_event_into_id",
        "change_event",
        ["into_id"],
        unique=False,
        sqlite_where=sa.text("into_id IS NOT NULL"),
        postgresql_where=sa.text("into_id IS NOT NULL"),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", SurrogateId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="see daifuku.records.DecisionKind"),
        sa.Column("by", sa.Text(), nullable=False, comment="who decided"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True, comment="the review task it answers"),
        sa.Column("undoes", SurrogateId, nullable=True, comment="the decision it takes back"),
        sa.Column("withdrawn_by", SurrogateId, nullable=True, comment="null while it is in force"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decision_undoes"), "decision", ["undoes"], unique=False)
    op.create_table(
        "decided_pair",
        sa.Column("decision_id", SurrogateId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(f"a_{name}", sa.Text(), nullable=False) for name in _KEY),
        *(sa.Column(f"b_{name}", sa.Text(), nullable=False) for name in _KEY),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "position", name=op.f("pk_decided_pair")),
        comment="two records and a steward's word on them, a before b",
    )
    for side in ("a", "b"):
        columns = [f"{side}_{name}" for name in _KEY]
        name = op.f("ix_decided_pair_" + "_".join(columns))
        op.create_index(name, "decided_pair", columns, unique=False)
    op.create_table(
        "decision_profile",
        sa.Column("decision_id", SurrogateId, nullable=False),
        sa.Column("golden_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("golden_id", "decision_id", name=op.f("pk_decision_profile")),
        comment="the golden records a decision concerned, as they were and as they became",
    )
    op.create_index(
        op.f("ix_decision_profile_decision_id"), "decision_profile", ["decision_id"], unique=False
    )


def _review_tasks() -> None:
    op.create_table(
        "review_task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="match: may two be one? conflict: which of two values holds?",
        ),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("golden_a", sa.Text(), nullable=False),
        sa.Column("golden_b", sa.Text(), nullable=False, comment="that of a conflict is golden_a"),
        sa.Column("field", sa.Text(), nullable=False, comment="of a conflict; empty otherwise"),
        sa.Column("record_a", SurrogateId, nullable=False, comment="id of a mapped record"),
        sa.Column("record_b", SurrogateId, nullable=False, comment="id of a mapped record"),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column(
            "evidence",
            sa.Text(),
            nullable=False,
            comment="changes when there is something new to judge by",
        ),
        sa.Column(
            "value", sa.Integer(), nullable=False, comment="interactions that hang on the answer"
        ),
        sa.Column(
            "reach",
            sa.Integer(),
            nullable=False,
            comment="pairs of records that the answer settles",
        ),
        sa.Column("priority", sa.Float(), nullable=False, comment="value x uncertainty x reach"),
        sa.Column("state", sa.Text(), nullable=False, comment="open, skipped or closed"),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="why it is not open: a verdict, or what settled it",
        ),
        sa.Column("decision_id", SurrogateId, nullable=True, comment="the decision that closed it"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_task")),
    )
    op.create_index(
        op.f("ix_review_task_state_priority_id"),
        "review_task",
        ["state", "priority", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_review_task_golden_a_state"), "review_task", ["golden_a", "state"], unique=False
    )
    op.create_index(
        op.f("ix_review_task_golden_b_state"), "review_task", ["golden_b", "state"], unique=False
    )
    op.create_index(
        "uq_review_task_open",
        "review_task",
        ["golden_a", "golden_b", "field"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_change_event_into_id", "change_event")
    op.drop_column("change_event", "decision_id")
    for table in ("review_task", "decision_profile", "decided_pair", "decision"):
        op.drop_table(table)
