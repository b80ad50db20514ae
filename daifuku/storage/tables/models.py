"""Match models and survivorship rules: their versions, which is in force, and shadow runs.

`kind` is `person` or `organization` for a match model, `survivorship` for survivorship rules. In
`model_in_force` there is `description` too: by what records are described.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import SurrogateId, UtcDateTime

model_version = Table(
    "model_version",
    metadata,
    text("version", primary_key=True),
    text("kind"),
    Column("body", LargeBinary, nullable=False, comment="the document as it was given, YAML"),
    Column(
        "frequencies",
        LargeBinary,
        nullable=True,
        comment="the term frequencies of that day, deflated JSON; none for survivorship rules",
    ),
    text("origin", comment="shipped, added or trained"),
    Column("added_at", UtcDateTime, nullable=False),
)

model_in_force = Table(
    "model_in_force",
    metadata,
    Column("id", SurrogateId, primary_key=True),
    text("kind"),
    text("version"),
    Column("since", UtcDateTime, nullable=False),
    text("shadow_id", nullable=True, comment="the shadow run that was applied"),
    Index(None, "kind", "id"),
    sqlite_autoincrement=True,
    comment="the last row of a kind is in force",
)

shadow_run = Table(
    "shadow_run",
    metadata,
    text("id", primary_key=True),
    text("kind"),
    text("base", comment="the version in force when it ran"),
    text("version", comment="the version tried"),
    text("state", comment="open, applied or rolled_back"),
    Column(
        "digest", LargeBinary, nullable=False, comment="of its changes, to tell whether they hold"
    ),
    Column("summary", LargeBinary, nullable=False, comment="JSON, how many changes of each kind"),
    Column("records_to", SurrogateId, nullable=True, comment="the last mapped record when applied"),
    Column("at", UtcDateTime, nullable=False),
)

shadow_change = Table(
    "shadow_change",
    metadata,
    text("shadow_id"),
    Column("position", Integer, nullable=False),
    text("golden_id", index=True),
    text("kind", comment="merge, split, new or change"),
    Column("body", LargeBinary, nullable=False, comment="JSON, see sync.models.changes"),
    PrimaryKeyConstraint("shadow_id", "position"),
)

shadow_member = Table(
    "shadow_member",
    metadata,
    text("shadow_id"),
    Column("record_id", SurrogateId, nullable=False, comment="id of a mapped record"),
    text("golden_id", comment="whose it was before the run was applied"),
    PrimaryKeyConstraint("shadow_id", "record_id"),
)
