"""The schema, as SQLAlchemy Core tables.

JSON bodies are stored as UTF-8 bytes exactly as written: the hub never queries inside them,
and the hot paths pass them on without parsing. Times are UTC. Rows that name a record carry
its key (source, stream, external_id, part) next to the integer id, so that they can be read
without a join. Derived tables (features, block keys, links) have no foreign keys: they are
rebuilt from mapped records, and checking each row would double the cost of a bulk load.
"""

from daifuku.storage.tables.base import metadata
from daifuku.storage.tables.golden import change_event, golden_key, golden_record
from daifuku.storage.tables.models import (
    model_in_force,
    model_version,
    shadow_change,
    shadow_member,
    shadow_run,
)
from daifuku.storage.tables.notices import incident, notice_target
from daifuku.storage.tables.pins import pin, pin_record
from daifuku.storage.tables.records import (
    interaction,
    mapped_record,
    rejected_record,
    source_record,
    suppression,
)
from daifuku.storage.tables.resolution import block_key, feature_set, link
from daifuku.storage.tables.runs import (
    run_log,
    schema_change,
    stream_run,
    stream_state,
    sync_run,
)
from daifuku.storage.tables.sign_ins import sign_in, token_renewal
from daifuku.storage.tables.sources import source
from daifuku.storage.tables.stewardship import (
    decided_pair,
    decision,
    decision_profile,
    review_task,
)
from daifuku.storage.tables.work import api_key, inbox, job, job_attempt, setting

__all__ = [
    "api_key",
    "block_key",
    "change_event",
    "decided_pair",
    "decision",
    "decision_profile",
    "feature_set",
    "golden_key",
    "golden_record",
    "inbox",
    "incident",
    "interaction",
    "job",
    "job_attempt",
    "link",
    "mapped_record",
    "metadata",
    "model_in_force",
    "model_version",
    "notice_target",
    "pin",
    "pin_record",
    "rejected_record",
    "review_task",
    "run_log",
    "schema_change",
    "setting",
    "shadow_change",
    "shadow_member",
    "shadow_run",
    "sign_in",
    "source",
    "source_record",
    "stream_run",
    "stream_state",
    "suppression",
    "sync_run",
    "token_renewal",
]
